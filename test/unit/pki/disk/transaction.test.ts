import * as fs from 'node:fs';
import { join } from 'node:path';
import { isPkiError } from '../../../../src/errors/pki-error.ts';
import { nodeFileSystem } from '../../../../src/pki/disk/file-system.ts';
import type { FileSystem } from '../../../../src/pki/disk/file-system.ts';
import { withTransaction } from '../../../../src/pki/disk/transaction.ts';
import type { CommitResult, DiskOptions, Transaction } from '../../../../src/pki/disk/transaction.ts';
import { Crash, faultyFileSystem } from './support/faulty-fs.ts';
import {
  backedUp,
  buryLocks,
  bytes,
  filesUnder,
  litterUnder,
  modeOf,
  newTree,
  put,
  removeTrees,
  textAt,
} from './support/tree.ts';

const NOW = new Date('2026-03-04T05:06:07.890Z');

let tree: string;
beforeEach(() => {
  tree = newTree();
});
afterEach(removeTrees);

function transact<T>(run: (transaction: Transaction) => Promise<T>, options: DiskOptions = {}): Promise<T> {
  return withTransaction([tree], { lockTimeout: 100, now: NOW, ...options }, run);
}

function writeAll(
  files: Readonly<Record<string, string>>,
  options: DiskOptions = {},
  mode = 0o600,
): Promise<CommitResult> {
  return transact(async (transaction) => {
    const staging = Object.entries(files).map(([name, text]) =>
      transaction.stage({ path: join(tree, name), data: bytes(text), mode }),
    );
    await Promise.all(staging);
    return transaction.commit();
  }, options);
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('writes a set, keeps what it replaces and says in a manifest what existed before', async () => {
  put(join(tree, 'a.key'), 'old');
  const result = await writeAll({ 'a.key': 'new', 'sub/b.key': 'b' });
  expect(result.written).toEqual([join(tree, 'a.key'), join(tree, 'sub/b.key')]);
  expect(textAt(join(tree, 'a.key'))).toBe('new');
  const [backup = ''] = result.backups;
  expect(backup).toMatch(/\/\.kubepki-backups\/20260304T050607Z-[0-9a-f]{16}$/);
  expect(textAt(join(backup, 'a.key'))).toBe('old');
  expect([modeOf(backup), modeOf(join(tree, '.kubepki-backups'))]).toEqual([0o700, 0o700]);
  const manifest: unknown = JSON.parse(textAt(`${backup}.json`) ?? '');
  expect(manifest).toMatchObject({
    kind: 'Backup',
    time: NOW.toISOString(),
    files: [
      { path: 'a.key', existed: true },
      { path: 'sub/b.key', existed: false },
    ],
  });
  expect(litterUnder(tree)).toEqual([]);
});

test('a set that replaces nothing leaves no backups and no manifest', async () => {
  const result = await writeAll({ 'a.key': 'a', 'sub/b.key': 'b' });
  expect(result.backups).toEqual([]);
  expect(fs.readdirSync(tree).sort()).toEqual(['a.key', 'sub']);
});

test('a run without a commit changes nothing, and a new root is gone again', async () => {
  const root = join(tree, 'new/pki');
  await withTransaction([root], {}, async (transaction) => {
    await transaction.stage({ path: join(root, 'deep/a.key'), data: bytes('a'), mode: 0o600 });
    expect(Buffer.from(await transaction.readStaged(join(root, 'deep/a.key'))).toString()).toBe('a');
    expect(textAt(join(root, 'deep/a.key'))).toBeUndefined();
  });
  expect(fs.readdirSync(tree)).toEqual([]);
});

test('an error of the run is handed on, and nothing has changed', async () => {
  put(join(tree, 'a.key'), 'old');
  const failure = new Error('not verified');
  const run = transact(async (transaction) => {
    await transaction.stage({ path: join(tree, 'a.key'), data: bytes('new'), mode: 0o600 });
    throw failure;
  });
  expect(await errorOf(run)).toBe(failure);
  expect(filesUnder(tree)).toEqual([join(tree, 'a.key')]);
  expect(textAt(join(tree, 'a.key'))).toBe('old');
});

test('a link stays and what it points to is replaced, through linked directories too', async () => {
  put(join(tree, 'real/ca.crt'), 'old');
  fs.symlinkSync('real', join(tree, 'pki'));
  fs.symlinkSync('real/ca.crt', join(tree, 'linked.crt'));
  await writeAll({ 'linked.crt': 'new', 'pki/other.crt': 'other' });
  expect(fs.readlinkSync(join(tree, 'linked.crt'))).toBe('real/ca.crt');
  expect([textAt(join(tree, 'real/ca.crt')), textAt(join(tree, 'real/other.crt'))]).toEqual(['new', 'other']);
});

const WRONG_FILES: readonly [string, (path: string) => void, string][] = [
  [
    'a dangling link',
    (path) => {
      fs.symlinkSync('nowhere', path);
    },
    'a dangling symbolic link',
  ],
  [
    'a directory',
    (path) => {
      fs.mkdirSync(path);
    },
    'a directory',
  ],
  [
    'a link to a directory',
    (path) => {
      fs.symlinkSync('.', path);
    },
    'a link to a directory',
  ],
];

test.each(WRONG_FILES)('%s in place of a file is not replaced', async (_name, make, actual) => {
  make(join(tree, 'a.key'));
  put(join(tree, 'b.key'), 'old');
  const error = await errorOf(writeAll({ 'b.key': 'new', 'a.key': 'new' }));
  expect(isPkiError(error, 'unexpected-file') && error.details).toMatchObject({
    path: join(tree, 'a.key'),
    actual,
  });
  expect(textAt(join(tree, 'b.key'))).toBe('old');
  expect(litterUnder(tree)).toEqual([]);
});

test('a file in place of a directory is not replaced', async () => {
  put(join(tree, 'sub'), 'a file');
  const error = await errorOf(writeAll({ 'sub/a.key': 'new' }));
  expect(isPkiError(error, 'unexpected-file') && error.details.expected).toBe('a directory');
});

test('two names of one file are refused', async () => {
  put(join(tree, 'a.crt'), 'old');
  fs.symlinkSync('a.crt', join(tree, 'b.crt'));
  const error = await errorOf(writeAll({ 'a.crt': 'x', 'b.crt': 'y' }));
  expect(isPkiError(error, 'unexpected-file')).toBe(true);
  expect(textAt(join(tree, 'a.crt'))).toBe('old');
});

test('a mode that was tightened stays, one that was widened is mended', async () => {
  put(join(tree, 'tight.key'), 'old', 0o400);
  put(join(tree, 'wide.key'), 'old', 0o644);
  await writeAll({ 'tight.key': 'new', 'wide.key': 'new' });
  expect([modeOf(join(tree, 'tight.key')), modeOf(join(tree, 'wide.key'))]).toEqual([0o400, 0o600]);
});

test.each([
  [
    'content',
    (path: string) => {
      fs.writeFileSync(path, 'theirs');
    },
  ],
  [
    'presence',
    (path: string) => {
      fs.rmSync(path);
    },
  ],
])('a target whose %s changes after it was staged stops the commit', async (_name, change) => {
  put(join(tree, 'a.key'), 'old');
  const run = transact(async (transaction) => {
    await transaction.stage({ path: join(tree, 'b.key'), data: bytes('b'), mode: 0o600 });
    await transaction.stage({ path: join(tree, 'a.key'), data: bytes('new'), mode: 0o600 });
    change(join(tree, 'a.key'));
    await transaction.commit();
  });
  expect(isPkiError(await errorOf(run), 'unexpected-file')).toBe(true);
  expect(textAt(join(tree, 'a.key'))).not.toBe('new');
  expect(textAt(join(tree, 'b.key'))).toBeUndefined();
  expect(filesUnder(tree).filter((path) => path.includes('.kubepki'))).toEqual([]);
});

test('wrong arguments are TypeErrors, and names of our own are refused', async () => {
  const stage = (path: string, mode = 0o600): Promise<unknown> =>
    errorOf(transact((transaction) => transaction.stage({ path, data: bytes(''), mode })));
  expect(await stage('a.key')).toBeInstanceOf(TypeError);
  expect(await stage(join(tree, '../a.key'))).toBeInstanceOf(TypeError);
  expect(await stage(tree)).toBeInstanceOf(TypeError);
  expect(await stage(join(tree, '.kubepki.lock'))).toBeInstanceOf(TypeError);
  expect(await stage(join(tree, 'a.key'), 0o1600)).toBeInstanceOf(TypeError);
  expect(await errorOf(withTransaction(['etc'], {}, () => Promise.resolve()))).toBeInstanceOf(TypeError);
  const twice = transact(async (transaction) => {
    await transaction.stage({ path: join(tree, 'a.key'), data: bytes(''), mode: 0o600 });
    await transaction.stage({ path: join(tree, 'sub/../a.key'), data: bytes(''), mode: 0o600 });
  });
  expect(await errorOf(twice)).toBeInstanceOf(TypeError);
});

/** A file system in which one operation on paths that match fails, always. */
function refusing(verb: 'link' | 'rename', pattern: RegExp, errno: string): FileSystem {
  const refuse = (path: string): Promise<void> =>
    pattern.test(path) ? Promise.reject(Object.assign(new Error(errno), { code: errno })) : Promise.resolve();
  return {
    ...nodeFileSystem,
    [verb]: (from: string, to: string) => refuse(to).then(() => nodeFileSystem[verb](from, to)),
  };
}

test('where hard links are refused, locks and backups work without', async () => {
  put(join(tree, 'a.key'), 'old', 0o400);
  await writeAll({ 'a.key': 'new' }, { fs: refusing('link', /./, 'EPERM') });
  expect(textAt(join(tree, 'a.key'))).toBe('new');
  expect(backedUp(tree)).toEqual(['old']);
  expect(litterUnder(tree)).toEqual([]);
});

test('when one file cannot be renamed after the commit, all are put back', async () => {
  put(join(tree, 'a.key'), 'old');
  put(join(tree, 'mounted.key'), 'old');
  const files = { 'a.key': 'new', 'sub/c.key': 'new', 'mounted.key': 'new' };
  const error = await errorOf(writeAll(files, { fs: refusing('rename', /mounted/, 'EBUSY') }));
  expect(isPkiError(error, 'io') && error.details.errno).toBe('EBUSY');
  expect(isPkiError(error) && error.hint).toContain('mount');
  expect([textAt(join(tree, 'a.key')), textAt(join(tree, 'mounted.key'))]).toEqual(['old', 'old']);
  expect(filesUnder(tree).sort()).toEqual([join(tree, 'a.key'), join(tree, 'mounted.key')]);
});

test('when neither forward nor back is possible, the error says so and the next run makes it one state', async () => {
  put(join(tree, 'a.key'), 'old');
  put(join(tree, 'b.key'), 'old');
  const error = await errorOf(
    writeAll({ 'a.key': 'new', 'b.key': 'new' }, { fs: refusing('rename', /b\.key|-undo-/, 'EIO') }),
  );
  expect(isPkiError(error, 'io') && error.hint).toContain('the next run makes them one state');
  const recovered = await transact((transaction) => Promise.resolve(transaction.recovered));
  expect(recovered.map(({ outcome }) => outcome)).toEqual(['completed']);
  expect([textAt(join(tree, 'a.key')), textAt(join(tree, 'b.key'))]).toEqual(['new', 'new']);
  expect(litterUnder(tree)).toEqual([]);
});

test('a commit that the run does not wait for is waited for', async () => {
  await transact(async (transaction) => {
    await transaction.stage({ path: join(tree, 'a.key'), data: bytes('new'), mode: 0o600 });
    void transaction.commit();
  });
  expect(textAt(join(tree, 'a.key'))).toBe('new');
  expect(litterUnder(tree)).toEqual([]);
});

async function crashAfter(pattern: RegExp, files: Readonly<Record<string, string>>): Promise<void> {
  const rehearsal = newTree();
  fs.cpSync(tree, rehearsal, { recursive: true });
  const counting = faultyFileSystem({ kind: 'none' });
  const own = tree;
  tree = rehearsal;
  await writeAll(files, { fs: counting });
  tree = own;
  const at = counting.log.findIndex((line) => pattern.test(line)) + 2;
  const crashing = faultyFileSystem({ kind: 'crash', at });
  expect(await errorOf(writeAll(files, { fs: crashing }))).toBeInstanceOf(Crash);
  await crashing.closeAll();
  buryLocks(tree);
}

test('a target that someone changed after a crash is kept under a second name, completed and reported', async () => {
  put(join(tree, 'a.key'), 'old');
  await crashAfter(/^rename .*-journal-/, { 'a.key': 'new', 'b.key': 'new' });
  fs.writeFileSync(join(tree, 'b.key'), 'theirs');
  const recovered = await transact((transaction) => Promise.resolve(transaction.recovered));
  expect(recovered).toMatchObject([{ outcome: 'completed', since: NOW.toISOString() }]);
  const [conflict] = recovered[0]?.conflicts ?? [];
  expect(conflict?.path).toBe(join(tree, 'b.key'));
  expect(textAt(conflict?.keptAs ?? '')).toBe('theirs');
  expect([textAt(join(tree, 'a.key')), textAt(join(tree, 'b.key'))]).toEqual(['new', 'new']);
});

test('a run over one of two roots completes what was begun over both', async () => {
  fs.mkdirSync(join(tree, 'pki'));
  fs.mkdirSync(join(tree, 'conf'));
  const roots = [join(tree, 'pki'), join(tree, 'conf')];
  const write = (fileSystem: FileSystem): Promise<unknown> =>
    withTransaction(roots, { fs: fileSystem }, async (transaction) => {
      await transaction.stage({ path: join(tree, 'pki/a.key'), data: bytes('a'), mode: 0o600 });
      await transaction.stage({ path: join(tree, 'conf/b.conf'), data: bytes('b'), mode: 0o600 });
      await transaction.commit();
    });
  const counting = faultyFileSystem({ kind: 'none' });
  await write(counting);
  fs.rmSync(join(tree, 'pki'), { recursive: true });
  fs.rmSync(join(tree, 'conf'), { recursive: true });
  fs.mkdirSync(join(tree, 'pki'));
  fs.mkdirSync(join(tree, 'conf'));
  const crashing = faultyFileSystem({
    kind: 'crash',
    at: counting.log.findIndex((line) => /^rename .*-journal-/.test(line)) + 2,
  });
  expect(await errorOf(write(crashing))).toBeInstanceOf(Crash);
  await crashing.closeAll();
  buryLocks(tree);
  const recovered = await withTransaction([join(tree, 'pki')], {}, (transaction) =>
    Promise.resolve(transaction.recovered),
  );
  expect(recovered).toMatchObject([{ outcome: 'completed', roots: [join(tree, 'conf'), join(tree, 'pki')] }]);
  expect([textAt(join(tree, 'pki/a.key')), textAt(join(tree, 'conf/b.conf'))]).toEqual(['a', 'b']);
  expect(litterUnder(tree)).toEqual([]);
});

test('a damaged record stops the run instead of being guessed at', async () => {
  put(join(tree, '.kubepki-transaction'), '{"version":9}\n');
  expect(isPkiError(await errorOf(writeAll({ 'a.key': 'new' })), 'unexpected-file')).toBe(true);
  expect(textAt(join(tree, 'a.key'))).toBeUndefined();
});

test('who is overtaken when its time is up names who was faster', async () => {
  let faster = Promise.resolve();
  let finish = (): void => undefined;
  const overtake = (): Promise<void> =>
    new Promise((began) => {
      faster = transact(() => {
        began();
        return new Promise((ended) => (finish = ended));
      });
    });
  const overtaken: FileSystem = {
    ...nodeFileSystem,
    link: (from, to) => overtake().then(() => nodeFileSystem.link(from, to)),
  };
  const error = await errorOf(transact(() => Promise.resolve(), { fs: overtaken, lockTimeout: 0 }));
  finish();
  await faster;
  expect(isPkiError(error, 'locked') && error.details.holder).toContain(`process ${process.pid} on `);
});

test('a live holder is waited for and then named; who waits is told once', async () => {
  const waits: (number | undefined)[] = [];
  const error = await transact(() =>
    errorOf(transact(() => Promise.resolve(), { onWait: (holder) => waits.push(holder?.pid) })),
  );
  expect(isPkiError(error, 'locked') && error.details).toMatchObject({
    path: join(tree, '.kubepki.lock'),
    since: NOW.toISOString(),
  });
  expect(isPkiError(error, 'locked') && error.details.holder).toContain(`process ${process.pid} on `);
  expect(waits).toEqual([process.pid]);
  expect(fs.readdirSync(tree)).toEqual([]);
});

test.each([
  [
    'of another machine',
    (text: string) => text.replace(/"machine":"[^"]*"|"host":"[^"]*"/, '"host":"elsewhere","machine":"x"'),
    false,
  ],
  [
    'of another container',
    (text: string) =>
      text.replace(/"namespace":"[^"]*"/, '"namespace":"pid:[1]"').replace(/"pid":\d+/, '"pid":99999999'),
    false,
  ],
  ['that names nobody', () => '', false],
  [
    'of this machine before its restart',
    (text: string) => text.replace(/"boot":"[^"]*"/, '"boot":"earlier"'),
    true,
  ],
  [
    'of a process whose id is in use again',
    (text: string) => text.replace(/"started":"\d+"/, '"started":"1"'),
    true,
  ],
])('a lock %s is taken over only if its holder is certainly dead', async (_name, edit, taken) => {
  let lock = '';
  await transact(() => {
    lock = fs.readFileSync(join(tree, '.kubepki.lock'), 'utf8');
    return Promise.resolve();
  });
  fs.writeFileSync(join(tree, '.kubepki.lock'), edit(lock));
  const error = await errorOf(writeAll({ 'a.key': 'new' }));
  expect(isPkiError(error, 'locked')).toBe(!taken);
  expect(litterUnder(tree)).toHaveLength(taken ? 0 : 1);
});

test('a name that is too long is refused before anything is changed', async () => {
  const error = await errorOf(writeAll({ 'a.key': 'new', ['x'.repeat(300)]: 'new' }));
  expect(isPkiError(error, 'io') && error.details.errno).toBe('ENAMETOOLONG');
  expect(fs.readdirSync(tree)).toEqual([]);
});
