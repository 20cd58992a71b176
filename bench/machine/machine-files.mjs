/**
 * What the machine itself needs for the files of many nodes, as a process: the cryptography of two certificates each, and as many
 * files of the same sizes, written and synced some at a time, then renamed. Prints its time and peak memory.
 *
 *   node machine-files.mjs DIRECTORY NODES
 */
import { fsync, closeSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { primitives } from './primitives.mjs';

/** Bytes of kubelet.conf, kube-proxy.conf, ca.crt, the client's PEM, and the serving certificate and key. */
const SIZES = [1900, 4400, 600, 900, 750, 230];
const AT_ONCE = 8;
const sync = promisify(fsync);

const [directory, count] = process.argv.slice(2);
const start = performance.now();

async function writeNode(index) {
  const folder = join(directory, String(index));
  mkdirSync(folder, { recursive: true });
  primitives(3);
  await Promise.all(
    SIZES.map(async (size, number) => {
      const path = join(folder, String(number));
      const file = openSync(`${path}.new`, 'wx', 0o600);
      writeFileSync(file, Buffer.alloc(size, 'x'));
      await sync(file);
      closeSync(file);
      renameSync(`${path}.new`, path);
    }),
  );
}

for (let index = 0; index < Number(count); index += AT_ONCE)
  await Promise.all(Array.from({ length: AT_ONCE }, (_, offset) => writeNode(index + offset)));
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ seconds, mebibytes: process.resourceUsage().maxRSS / 1024 }));
