/** Directories that refuse every change from some moment on, as on a file system that has become read-only. */
import { dirname, join } from 'node:path';
import type { FileSystem } from '../../../../src/pki/disk/file-system.ts';
import { nodeFileSystem } from '../../../../src/pki/disk/file-system.ts';
import { withTransaction } from '../../../../src/pki/disk/transaction.ts';
import { bytes, filesUnder, litterUnder, newTree, put, removeTrees, textAt } from './support/tree.ts';

afterEach(removeTrees);

/** Node's file system, but for a directory that refuses what would change it while `isSealed` says so. */
function sealing(directory: string, isSealed: () => boolean): FileSystem {
  const refuse = (path: string): void => {
    // Linux looks at this before it looks for the file.
    if (isSealed() && dirname(path) === directory)
      throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
  };
  return {
    ...nodeFileSystem,
    open: async (path, flags, mode) => {
      if (flags !== 'r') refuse(path);
      return nodeFileSystem.open(path, flags, mode);
    },
    unlink: async (path) => {
      refuse(path);
      await nodeFileSystem.unlink(path);
    },
    rename: async (from, to) => {
      refuse(to);
      await nodeFileSystem.rename(from, to);
    },
  };
}

const file = (path: string): { path: string; data: Uint8Array; mode: number } => ({
  path,
  data: bytes('new'),
  mode: 0o600,
});

test('a directory that refuses files leaves nothing behind, neither there nor elsewhere', async () => {
  const root = newTree();
  const sealed = join(root, 'sealed');
  put(join(sealed, 'a.key'), 'old');
  const run = withTransaction([root], { fs: sealing(sealed, () => true) }, async (transaction) => {
    await transaction.stage(file(join(root, 'open/b.key')));
    await transaction.stage(file(join(sealed, 'a.key')));
  });
  await expect(run).rejects.toMatchObject({ code: 'io', details: { operation: 'create', errno: 'EROFS' } });
  expect(filesUnder(root)).toEqual([join(sealed, 'a.key')]);
});

test('a directory that is sealed once files are staged in it keeps only those', async () => {
  const root = newTree();
  const sealed = join(root, 'sealed');
  put(join(sealed, 'a.key'), 'old');
  let isSealed = false;
  const run = withTransaction([root], { fs: sealing(sealed, () => isSealed) }, async (transaction) => {
    await transaction.stage(file(join(sealed, 'a.key')));
    for (let number = 0; number < 40; number += 1)
      await transaction.stage(file(join(root, `open/${number}.key`)));
    isSealed = true;
    await transaction.stage(file(join(sealed, 'c.key')));
  });
  await expect(run).rejects.toMatchObject({ code: 'io', details: { operation: 'create', errno: 'EROFS' } });
  const left = litterUnder(root).map((path) => path.slice(root.length).replace(/[0-9a-f]{16}/, 'ID'));
  expect(left.sort()).toEqual(['/.kubepki-transaction', '/sealed/.kubepki-stage-ID-0']);
  await withTransaction([root], {}, () => Promise.resolve());
  expect(filesUnder(root)).toEqual([join(sealed, 'a.key')]);
});

test('a lock that cannot be removed when all is in place is an error that says so', async () => {
  const root = newTree();
  let isSealed = false;
  const run = withTransaction([root], { fs: sealing(root, () => isSealed) }, async (transaction) => {
    await transaction.stage(file(join(root, 'a.key')));
    await transaction.commit();
    isSealed = true;
  });
  await expect(run).rejects.toMatchObject({
    details: { operation: 'remove', path: join(root, '.kubepki.lock'), errno: 'EROFS' },
    hint: 'all files are in place, only the lock is left: the next run takes it over once the cause is mended',
  });
  expect(textAt(join(root, 'a.key'))).toBe('new');
});
