import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { isPkiError } from '../../../../src/errors/pki-error.ts';
import { sha256 } from '../../../../src/pki/disk/journal.ts';
import { withTransaction } from '../../../../src/pki/disk/transaction.ts';
import type { Transaction } from '../../../../src/pki/disk/transaction.ts';
import { NOBODY } from './support/run-driver.ts';
import {
  buryLocks,
  bytes,
  filesUnder,
  litterUnder,
  newTree,
  put,
  removeTrees,
  textAt,
} from './support/tree.ts';

const ID = '0123456789abcdef';
const BACKUP = `.kubepki-backups/20260101T000000Z-${ID}`;
const isRoot = process.getuid?.() === 0;

let tree: string;
let root: string;
let elsewhere: string;
beforeEach(() => {
  tree = newTree();
  root = join(tree, 'root');
  elsewhere = join(tree, 'elsewhere');
  put(join(root, 'a.key'), 'old');
  put(join(elsewhere, 'victim'), 'precious');
});
afterEach(() => {
  jest.restoreAllMocks();
  removeTrees();
});

/** Makes a file or directory one of another user; who may not give it away becomes another user instead. */
function makeForeign(path: string): void {
  if (isRoot) fs.lchownSync(path, NOBODY, NOBODY);
  else jest.spyOn(process, 'geteuid').mockReturnValue((process.getuid?.() ?? 0) + 1);
}

interface Forgery {
  readonly state?: 'journal' | 'undo' | 'done';
  readonly header?: object;
  readonly entry?: { readonly staged?: string; readonly target?: string; readonly backup?: string };
}

function headerLine(header: object = {}): string {
  return `${JSON.stringify({ version: 1, id: ID, roots: [root], since: '2026-01-01T00:00:00Z', ...header })}\n`;
}

/** A journal as a run over the root leaves it, but for what is forged; returns its path. */
function plantJournal({ state = 'journal', header, entry }: Forgery = {}): string {
  const whole = {
    staged: join(root, `.kubepki-stage-${ID}-0`),
    target: join(root, 'a.key'),
    backup: join(root, BACKUP, 'a.key'),
    ...entry,
  };
  const before = textAt(whole.target) ?? '';
  const hashes =
    state === 'undo'
      ? { sha256: sha256(bytes(before)), old: sha256(bytes('older')) }
      : { sha256: sha256(bytes('new')), old: sha256(bytes(before)) };
  if (state === 'undo') put(whole.backup, 'older');
  else put(whole.staged, 'new');
  const path = join(root, `.kubepki-${state}-${ID}`);
  put(path, `${headerLine(header)}${JSON.stringify({ ...whole, ...hashes })}\n{"entries":1}\n`);
  return path;
}

function plantRecord(header: object = {}, ...directories: readonly object[]): string {
  const path = join(root, '.kubepki-transaction');
  put(path, headerLine(header) + directories.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

function replaceByLink(path: string): void {
  const moved = join(elsewhere, 'moved');
  fs.renameSync(path, moved);
  fs.symlinkSync(moved, path);
}

function run<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
  return withTransaction([root], { lockTimeout: 100 }, work);
}

const recover = (): Promise<unknown> => run((transaction) => Promise.resolve(transaction.recovered));

function replaceKey(): Promise<unknown> {
  return run(async (transaction) => {
    await transaction.stage({ path: join(root, 'a.key'), data: bytes('new'), mode: 0o600 });
    await transaction.commit();
  });
}

function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function snapshot(): readonly string[] {
  return filesUnder(tree)
    .sort()
    .map((path) => {
      const link = fs.lstatSync(path).isSymbolicLink();
      return `${path} ${link ? `-> ${fs.readlinkSync(path)}` : String(textAt(path))}`;
    });
}

async function expectRefusal(attempt: () => Promise<unknown>, path: string): Promise<void> {
  const before = snapshot();
  const error = await errorOf(attempt());
  expect(isPkiError(error, 'unexpected-file') && error.details.path).toBe(path);
  expect(isPkiError(error) && error.hint).toMatch(/remove|move it away/);
  expect(snapshot()).toEqual(before);
}

test('what the forgeries are made from is accepted: a journal is completed, an undo undone, a record cleared', async () => {
  plantJournal();
  expect(await recover()).toMatchObject([{ outcome: 'completed', conflicts: [] }]);
  expect(textAt(join(root, 'a.key'))).toBe('new');
  plantJournal({ state: 'undo' });
  expect(await recover()).toMatchObject([{ outcome: 'undone', conflicts: [] }]);
  expect(textAt(join(root, 'a.key'))).toBe('older');
  plantRecord();
  expect(await recover()).toMatchObject([{ outcome: 'undone', files: [] }]);
  expect(litterUnder(tree)).toEqual([]);
});

test('a target outside the roots is accepted where the record lists its directory', async () => {
  const entry = { staged: join(elsewhere, `.kubepki-stage-${ID}-0`), target: join(elsewhere, 'victim') };
  plantJournal({ entry });
  plantRecord({}, { path: elsewhere, made: false });
  expect(await recover()).toMatchObject([{ outcome: 'completed' }]);
  expect(textAt(join(elsewhere, 'victim'))).toBe('new');
});

test.each(['journal', 'undo', 'done'] as const)('a %s of another user is refused', async (state) => {
  const path = plantJournal({ state });
  plantRecord();
  makeForeign(path);
  await expectRefusal(recover, path);
});

test('the record of another user is refused, and the error names the owner', async () => {
  const path = plantRecord({}, { path: elsewhere, made: true });
  makeForeign(path);
  await expectRefusal(recover, path);
  const error = await errorOf(recover());
  expect(isPkiError(error) && error.hint).toContain(`user ${fs.statSync(path).uid} has put it there`);
});

test.each([
  ['journal', () => plantJournal()],
  ['record', () => plantRecord()],
])('a %s that is a link or that others may write is refused', async (_name, plant) => {
  const path = plant();
  fs.chmodSync(path, 0o666);
  await expectRefusal(recover, path);
  fs.chmodSync(path, 0o600);
  replaceByLink(path);
  await expectRefusal(recover, path);
});

test.each<[string, () => Forgery]>([
  [
    'a target elsewhere',
    () => ({
      entry: { staged: join(elsewhere, `.kubepki-stage-${ID}-0`), target: join(elsewhere, 'victim') },
    }),
  ],
  ['a staged file elsewhere', () => ({ entry: { staged: join(elsewhere, `.kubepki-stage-${ID}-0`) } })],
  ['a staged file that is not its own', () => ({ entry: { staged: join(root, 'b.key') } })],
  [
    'a staged file of another run',
    () => ({ entry: { staged: join(root, '.kubepki-stage-fedcba9876543210-0') } }),
  ],
  [
    'paths that lead out by ..',
    () => ({
      entry: {
        staged: `${root}/../elsewhere/.kubepki-stage-${ID}-0`,
        target: `${root}/../elsewhere/victim`,
      },
    }),
  ],
  ['a root that leads out by ..', () => ({ header: { roots: [root, `${root}/../elsewhere`] } })],
  ['the id of another run', () => ({ header: { id: 'fedcba9876543210' } })],
  ['other roots', () => ({ header: { roots: [elsewhere] } })],
  ['a backup elsewhere', () => ({ state: 'undo', entry: { backup: join(elsewhere, 'older') } })],
  [
    'a backup of another run',
    () => ({ state: 'undo', entry: { backup: join(root, '.kubepki-backups/x-fedcba9876543210/a.key') } }),
  ],
])('a journal with %s is refused', async (_name, forge) => {
  await expectRefusal(recover, plantJournal(forge()));
});

test('a record of a run elsewhere is refused', async () => {
  await expectRefusal(recover, plantRecord({ roots: [elsewhere] }));
});

test('a journal and a record that contradict each other are refused', async () => {
  plantJournal();
  const path = plantRecord({ roots: [root, elsewhere] });
  await expectRefusal(recover, path);
});

test('a directory that has become a link since is not followed', async () => {
  const entry = { staged: join(root, `sub/.kubepki-stage-${ID}-0`), target: join(root, 'sub/victim') };
  const path = plantJournal({ entry });
  fs.cpSync(join(root, 'sub'), elsewhere, { recursive: true });
  fs.rmSync(join(root, 'sub'), { recursive: true });
  fs.symlinkSync(elsewhere, join(root, 'sub'));
  await expectRefusal(recover, path);
});

test('a staged file that has become a link since is refused', async () => {
  const path = plantJournal();
  replaceByLink(join(root, `.kubepki-stage-${ID}-0`));
  await expectRefusal(recover, path);
});

test.each<[string, () => void, () => Promise<unknown>]>([
  ['a commit', () => undefined, replaceKey],
  ['a journal', () => plantJournal(), recover],
  ['an undo', () => plantJournal({ state: 'undo' }), recover],
  ['a record', () => plantRecord(), recover],
])(
  '%s does not use backups that are a link or that belong to another user',
  async (_name, plant, attempt) => {
    put(join(root, BACKUP, 'kept.key'), 'kept');
    plant();
    const backups = join(root, '.kubepki-backups');
    replaceByLink(backups);
    await expectRefusal(attempt, backups);
    fs.rmSync(backups);
    fs.renameSync(join(elsewhere, 'moved'), backups);
    makeForeign(backups);
    await expectRefusal(attempt, backups);
  },
);

test.each([['.kubepki.lock'], [`.kubepki.lock-over-${ID}`], [`.kubepki.lock-${ID}`]])(
  'a link in the place of %s is refused, and what it leads to stays',
  async (name) => {
    await run(() => {
      fs.copyFileSync(join(root, '.kubepki.lock'), join(elsewhere, '.kubepki.lock'));
      return Promise.resolve();
    });
    buryLocks(elsewhere);
    fs.symlinkSync(join(elsewhere, '.kubepki.lock'), join(root, name));
    await expectRefusal(recover, join(root, name));
  },
);

test('nothing remains of files that are staged while and after a run fails', async () => {
  const late: Promise<unknown>[] = [];
  let transaction: Transaction | undefined;
  let ended = false;
  const stageNext = (): void => {
    const path = join(root, `sub-${late.length}/late.key`);
    const staging = transaction?.stage({ path, data: bytes('secret'), mode: 0o600 });
    late.push(errorOf(staging ?? Promise.resolve()));
  };
  const failing = run(async (own) => {
    transaction = own;
    const keepStaging = (): void => {
      stageNext();
      if (!ended) setImmediate(keepStaging);
    };
    keepStaging();
    await own.stage({ path: join(root, 'b.key'), data: bytes('b'), mode: 0o600 });
    throw new Error('the run fails');
  });
  const before = snapshot().filter((line) => !line.includes('.kubepki'));
  expect(String(await errorOf(failing))).toContain('the run fails');
  stageNext();
  ended = true;
  const errors = await Promise.all(late);
  expect(errors[0]).toBeUndefined();
  expect(errors.at(-1)).toBeInstanceOf(TypeError);
  expect(await errorOf(transaction?.commit() ?? Promise.resolve())).toBeInstanceOf(TypeError);
  expect(snapshot()).toEqual(before);
  expect(fs.readdirSync(dirname(join(root, 'a.key')))).toEqual(['a.key']);
});
