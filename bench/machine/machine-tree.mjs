/**
 * What the machine itself needs for a small tree, as a process: Node's start, the cryptography of 17 keys and certificates,
 * and files of the same number and size, written and synced in as many rounds one after the other. DIRECTORY is made.
 *
 *   node machine-tree.mjs DIRECTORY ECDSA-P256|RSA-2048
 */
import { fsync, closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { primes, primitives } from './primitives.mjs';

/** Files of each round of syncs of a transaction over two new directories: locks, records, the tree, journal, markers. */
const ROUNDS = [1, 1, 2, 2, 1, 8, 19, 2, 5, 1, 1, 3, 1, 2, 1];
const CONTENT = Buffer.alloc(800, 'x');
const sync = promisify(fsync);

const [directory, algorithm] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
if (algorithm === 'RSA-2048') await primes(17);
else primitives(17);
for (const [round, count] of ROUNDS.entries()) {
  const files = Array.from({ length: count }, (_, index) =>
    openSync(join(directory, `${round}-${index}`), 'w'),
  );
  for (const file of files) writeFileSync(file, CONTENT);
  await Promise.all(files.map((file) => sync(file)));
  for (const file of files) closeSync(file);
}
