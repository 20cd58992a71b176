#!/usr/bin/env node
import { join } from 'node:path';
import { loadWithCodeCache, type LoadedModule } from './code-cache.ts';
import { VERSION } from './version.ts';

/** Each command has compiled code of its own, of each file: no more than it needs, and all of it. */
function cacheFile(file: string, argv: readonly string[]): string | undefined {
  const { NODE_DISABLE_COMPILE_CACHE: disabled, NODE_OPTIONS: options = '' } = process.env;
  // Code that was compiled under other flags is not used by V8: runs without flags keep theirs.
  if (disabled === '1' || options !== '' || process.execArgv.length > 0) return undefined;
  const isHelp = argv.includes('--help') || argv.includes('-h');
  const command = isHelp ? 'help' : (/^[a-z][a-z0-9-]{0,30}$/.exec(argv[0] ?? '')?.[0] ?? 'kubepki');
  return join(__dirname, `${file}-${command}-${process.versions.v8}-${process.arch}.cache`);
}

/** Loads the rest of the command line, which is a file of its own beside this one, and runs it. */
function start(argv: readonly string[]): void {
  const modules: (id: string) => unknown = require;
  const loaded: LoadedModule[] = [];
  const load = (file: string): unknown => {
    const module = loadWithCodeCache(join(__dirname, `${file}.js`), cacheFile(file, argv), requireOwn);
    loaded.push(module);
    return module.exports;
  };
  // The parts of this program lie beside this file; all else is Node's.
  const requireOwn = (id: string): unknown => {
    const part = /^\.\/([a-z-]+)\.js$/.exec(id)?.[1];
    return part === undefined ? modules(id) : load(part);
  };
  const exports = load('start');
  process.once('exit', (code) => {
    // Of a command that does not exist no file is made.
    if (code < 2) for (const { keepCode } of loaded) keepCode();
  });
  void (exports as typeof import('./start.ts')).start(argv, VERSION);
}

// What needs no more than this file is answered here: everything else is loaded when it is asked for.
const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read has gone, as in `kubepki --version | true`.
    if (error.code !== 'EPIPE') process.exitCode = 1;
  });
  process.stdout.write(`${VERSION}\n`);
} else {
  start(argv);
}
