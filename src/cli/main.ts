#!/usr/bin/env node
import { join } from 'node:path';
import { loadWithCodeCache } from './code-cache.ts';
import { VERSION } from './version.ts';

/** Loads the rest of the command line, which is a file of its own beside this one, and runs it. */
function start(argv: readonly string[]): void {
  // Each command has compiled code of its own: no more than it needs, and all of it.
  const command = /^[a-z][a-z0-9-]{0,30}$/.exec(argv[0] ?? '')?.[0] ?? 'kubepki';
  const cacheFile = `start-${command}-${process.versions.v8}-${process.arch}.cache`;
  const { exports, keepCode } = loadWithCodeCache(
    join(__dirname, 'start.js'),
    join(__dirname, cacheFile),
    require,
  );
  process.once('exit', (code) => {
    // Of a command that does not exist no file is made.
    if (code < 2 && process.env['NODE_DISABLE_COMPILE_CACHE'] !== '1') keepCode();
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
