/** A whole tree written by a running process, with the syncs that make it durable and, to see what they cost, without. */
import { rmSync } from 'node:fs';
import { apply } from '../../dist/esm/pki/index.js';
// Not a public module: only tests and this benchmark give another file system.
import { nodeFileSystem } from '../../dist/esm/pki/disk/file-system.js';
import { time } from '../measure.mjs';

const unsynced = {
  ...nodeFileSystem,
  async open(...args) {
    return { ...(await nodeFileSystem.open(...args)), sync: () => Promise.resolve() };
  },
};

function write(spec, rootfs, options) {
  rmSync(rootfs, { recursive: true, force: true });
  return time(() => apply(spec, { rootfs, ...options }));
}

/** Milliseconds to write the tree. */
export const written = (spec, rootfs) => write(spec, rootfs, {});

/** Milliseconds to write it when nothing is waited for. */
export const withoutSyncs = (spec, rootfs) => write(spec, rootfs, { fs: unsynced });
