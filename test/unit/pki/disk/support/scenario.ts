import * as fs from 'node:fs';
import { join } from 'node:path';
import type { FileSystem } from '../../../../../src/pki/disk/file-system.ts';
import type { CommitResult, RecoveredTransaction } from '../../../../../src/pki/disk/transaction.ts';
import { withTransaction } from '../../../../../src/pki/disk/transaction.ts';
import { faultyFileSystem } from './faulty-fs.ts';
import { backedUp, bytes, litterUnder, put, textAt } from './tree.ts';

/** A set of files to be written over what is there before. */
export interface Scenario {
  readonly name: string;
  /** Relative to the tree; they are made by the run where `before` does not. */
  readonly roots: readonly string[];
  readonly files: readonly {
    readonly path: string;
    readonly old?: string;
    readonly new: string;
    readonly mode: number;
  }[];
  readonly before?: (tree: string) => void;
}

export const SCENARIOS: readonly Scenario[] = Object.freeze([
  {
    name: 'a fresh tree in two nested roots',
    roots: ['etc/pki', 'etc'],
    files: [
      { path: 'etc/pki/ca.crt', new: 'new ca', mode: 0o644 },
      { path: 'etc/pki/ca.key', new: 'new key', mode: 0o600 },
      { path: 'etc/pki/etcd/ca.key', new: 'new etcd key', mode: 0o600 },
      { path: 'etc/admin.conf', new: 'new conf', mode: 0o600 },
    ],
  },
  {
    name: 'the replacement of every file',
    roots: ['pki', 'conf'],
    files: [
      { path: 'pki/a.crt', old: 'old a', new: 'new a', mode: 0o644 },
      { path: 'pki/sub/b.key', old: 'old b', new: 'new b', mode: 0o600 },
      { path: 'conf/c.conf', old: 'old c', new: 'new c', mode: 0o600 },
    ],
  },
  {
    name: 'new files, old ones, the same bytes again and a link',
    roots: ['pki', 'conf'],
    files: [
      { path: 'pki/same.crt', old: 'same', new: 'same', mode: 0o644 },
      { path: 'pki/a.key', old: 'old a', new: 'new a', mode: 0o600 },
      { path: 'pki/new/b.key', new: 'new b', mode: 0o600 },
      { path: 'conf/linked.pem', old: 'old c', new: 'new c', mode: 0o600 },
    ],
    before: (tree) => {
      put(join(tree, 'elsewhere/linked.pem'), 'old c');
      fs.mkdirSync(join(tree, 'conf'));
      fs.symlinkSync('../elsewhere/linked.pem', join(tree, 'conf/linked.pem'));
    },
  },
]);

export function prepare(scenario: Scenario, tree: string): void {
  scenario.before?.(tree);
  for (const { path, old, mode } of scenario.files) if (old !== undefined) put(join(tree, path), old, mode);
}

export function rootsOf(scenario: Scenario, tree: string): string[] {
  return scenario.roots.map((root) => join(tree, root));
}

export function write(scenario: Scenario, tree: string, fileSystem: FileSystem): Promise<CommitResult> {
  return withTransaction(
    rootsOf(scenario, tree),
    { fs: fileSystem, lockTimeout: 200 },
    async (transaction) => {
      for (const file of scenario.files) {
        await transaction.stage({ path: join(tree, file.path), data: bytes(file.new), mode: file.mode });
      }
      return transaction.commit();
    },
  );
}

export function recover(
  scenario: Scenario,
  tree: string,
  fileSystem: FileSystem = faultyFileSystem({ kind: 'none' }),
): Promise<readonly RecoveredTransaction[]> {
  const options = { lockTimeout: 200, fs: fileSystem };
  return withTransaction(rootsOf(scenario, tree), options, (transaction) =>
    Promise.resolve(transaction.recovered),
  );
}

/** What is wrong right after a crash: a file neither old nor new, or an old content that is nowhere. */
export function tornFiles(scenario: Scenario, tree: string): string[] {
  const kept = new Set(backedUp(tree));
  return scenario.files.flatMap(({ path, old, new: wanted }) => {
    const text = textAt(join(tree, path));
    const whole = text === wanted || text === old;
    return whole && (old === undefined || text === old || kept.has(old)) ? [] : [`${path}: ${String(text)}`];
  });
}

/** The state of a set that is one state: `old`, `new`; else what is wrong with it. */
export function stateOf(scenario: Scenario, tree: string): string {
  const texts = scenario.files.map(({ path }) => textAt(join(tree, path)));
  const litter = litterUnder(tree);
  if (litter.length > 0) return `litter: ${litter.join(' ')}`;
  const torn = tornFiles(scenario, tree);
  if (torn.length > 0) return `torn: ${torn.join(' ')}`;
  if (scenario.files.every((file, index) => texts[index] === file.new)) {
    const wrong = scenario.files.filter(
      ({ path, mode }) => (fs.statSync(join(tree, path)).mode & 0o777) !== mode,
    );
    return wrong.length === 0 ? 'new' : `wrong mode: ${wrong.map(({ path }) => path).join(' ')}`;
  }
  if (!scenario.files.every((file, index) => texts[index] === file.old)) return `mixed: ${texts.join(', ')}`;
  return backedUp(tree).length === 0 ? 'old' : 'old, with backups';
}
