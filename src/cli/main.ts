#!/usr/bin/env node
import { VERSION } from './version.ts';

// What needs no more than this file is answered here: everything else is loaded when it is asked for.
const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read has gone, as in `kubepki --version | true`.
    if (error.code !== 'EPIPE') process.exitCode = 1;
  });
  process.stdout.write(`${VERSION}\n`);
} else {
  void import('./start.ts').then(({ start }) => start(argv, VERSION));
}
