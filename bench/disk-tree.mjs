/** A whole tree written by a running process, with the syncs that make it durable and, to see what they cost, without. */
import { rmSync } from 'node:fs';
import { apply, parseClusterConfig } from '../dist/esm/pki/index.js';
// Not a public module: only tests and this benchmark give another file system.
import { nodeFileSystem } from '../dist/esm/pki/disk/file-system.js';
import { inTurn, time } from './measure.mjs';

const ROUNDS = 15;

const unsynced = {
  ...nodeFileSystem,
  async open(...args) {
    return { ...(await nodeFileSystem.open(...args)), sync: () => Promise.resolve() };
  },
};

/** Medians in milliseconds, with and without syncs. */
export async function diskTree(directory, config) {
  const { spec } = parseClusterConfig(config);
  const write = (options) => async () => {
    rmSync(directory, { recursive: true, force: true });
    return time(() => apply(spec, { rootfs: directory, ...options }));
  };
  for (let i = 0; i < 5; i++) await write({})();
  return inTurn(ROUNDS, write({}), write({ fs: unsynced }));
}
