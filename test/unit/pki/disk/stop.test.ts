import { join } from 'node:path';
import { nodeFileSystem } from '../../../../src/pki/disk/file-system.ts';
import { withTransaction } from '../../../../src/pki/disk/transaction.ts';
import { bytes, filesUnder, newTree, put, removeTrees, textAt } from './support/tree.ts';

afterEach(removeTrees);

const file = (path: string): { path: string; data: Uint8Array; mode: number } => ({
  path,
  data: bytes('new'),
  mode: 0o600,
});

test('a run that is asked to stop takes back what it has staged, and is rejected with the reason', async () => {
  const root = newTree();
  const path = join(root, 'pki/a.key');
  const stop = new AbortController();
  const run = withTransaction([root], { signal: stop.signal }, async (transaction) => {
    await transaction.stage(file(path));
    stop.abort(new Error('enough'));
    await transaction.stage(file(join(root, 'pki/b.key')));
  });
  await expect(run).rejects.toThrow('enough');
  expect(filesUnder(root)).toEqual([]);
});

test('a commit that is asked to stop before its journal is written puts nothing in place', async () => {
  const root = newTree();
  put(join(root, 'a.key'), 'old');
  const stop = new AbortController();
  const fs = {
    ...nodeFileSystem,
    link: async (from: string, to: string) => {
      await nodeFileSystem.link(from, to);
      if (to.includes('.kubepki-backups')) stop.abort(new Error('enough'));
    },
  };
  const run = withTransaction([root], { fs, signal: stop.signal }, async (transaction) => {
    await transaction.stage(file(join(root, 'a.key')));
    await transaction.commit();
  });
  await expect(run).rejects.toThrow('enough');
  expect([filesUnder(root), textAt(join(root, 'a.key'))]).toEqual([[join(root, 'a.key')], 'old']);
});

test('from its commit on a run goes to its end', async () => {
  const root = newTree();
  const stop = new AbortController();
  const fs = {
    ...nodeFileSystem,
    rename: async (from: string, to: string) => {
      await nodeFileSystem.rename(from, to);
      if (to.includes('.kubepki-journal')) stop.abort(new Error('too late'));
    },
  };
  const { written } = await withTransaction([root], { fs, signal: stop.signal }, async (transaction) => {
    await transaction.stage(file(join(root, 'a.key')));
    return transaction.commit();
  });
  expect([written, filesUnder(root)]).toEqual([[join(root, 'a.key')], [join(root, 'a.key')]]);
});

test('who waits for a lock stops waiting, and takes no lock with it', async () => {
  const root = newTree();
  const stop = new AbortController();
  await withTransaction([root], {}, async () => {
    const onWait = (): void => {
      stop.abort(new Error('enough'));
    };
    const waiting = withTransaction([root], { onWait, signal: stop.signal }, () => Promise.resolve());
    await expect(waiting).rejects.toThrow('enough');
  });
  expect(filesUnder(root)).toEqual([]);
});

test('a reason that is no error becomes one', async () => {
  const signal = { aborted: true, reason: 'enough' };
  const run = withTransaction([newTree()], { signal }, () => Promise.resolve());
  await expect(run).rejects.toMatchObject({ message: 'stopped', cause: 'enough' });
});
