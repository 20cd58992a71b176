// The main job, from nothing: builds kubepki, lets it make the tree of examples/cluster.yaml below out/, and shows
// what lies there. A second run finds that nothing is to be done.
//
//   node scripts/demo.mjs [--built] [DIRECTORY]
//
// With --built it takes what npm run build has built.
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [isBuilt, ...rest] =
  process.argv[2] === '--built' ? [true, ...process.argv.slice(3)] : [false, ...process.argv.slice(2)];
const directory = resolve(rest[0] ?? join(root, 'out'));

/** Runs a program of this repository; ends with its exit code where it fails, else returns the last line it printed. */
function node(...args) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, stdio, encoding: 'utf8' });
  if (status !== 0) {
    process.stdout.write(stdout ?? '');
    process.exit(status ?? 1);
  }
  return stdout.trimEnd().split('\n').at(-1);
}

/** What a file is: whose certificate, or what kind of secret. */
function describe(path) {
  if (/\.(crt|pem)$/.test(path)) {
    const { subject, issuer, validTo } = new X509Certificate(readFileSync(path));
    const name = (text) => /CN=([^\n]*)/.exec(text)?.[1] ?? text;
    const signed = subject === issuer ? 'a CA' : `signed by ${name(issuer)}`;
    return `${name(subject)}, ${signed}, until ${new Date(validTo).toISOString().slice(0, 10)}`;
  }
  if (path.endsWith('.key')) return 'a private key';
  if (path.endsWith('.pub')) return 'a public key';
  const text = readFileSync(path, 'utf8');
  const field = (name) => new RegExp(`${name}: "?([^"\\n]*)`).exec(text)?.[1];
  return `${field('current-context')}, at ${field('server')}`;
}

/** The lines of a tree; dot files, which are kubepki's own, are left out. */
function* treeOf(folder, indent = '') {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => Number(a.isDirectory()) - Number(b.isDirectory()) || (a.name < b.name ? -1 : 1));
  for (const [index, entry] of entries.entries()) {
    const isLast = index === entries.length - 1;
    const path = join(folder, entry.name);
    const head = `${indent}${isLast ? '└── ' : '├── '}${entry.name}`;
    if (entry.isDirectory()) {
      yield head;
      yield* treeOf(path, `${indent}${isLast ? '    ' : '│   '}`);
    } else {
      const mode = (statSync(path).mode & 0o777).toString(8);
      yield `${head.padEnd(58)} ${mode}  ${describe(path)}`;
    }
  }
}

if (!isBuilt) node(join(root, 'scripts/build.mjs'));
const arguments_ = ['apply', '--config', 'examples/cluster.yaml', '--rootfs', relative(root, directory)];
console.log(`kubepki ${arguments_.join(' ')}`);
console.log(node(join(root, 'dist/cli/main.js'), ...arguments_));
console.log(`\n${relative(process.cwd(), directory) || '.'}`);
for (const line of treeOf(directory)) console.log(line);
