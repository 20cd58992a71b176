/** What lies on disk, read from outside, and what may be said of it at any moment. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface FileState {
  /** Byte for byte, as latin1. */
  readonly content: string;
  /** Permission bits. */
  readonly mode: number;
}

/** Every file below a directory by its relative path, dot files included. */
export type TreeState = ReadonlyMap<string, FileState>;

/** Reads a whole tree. Nobody may be writing to it. */
export function readTree(root: string): TreeState {
  const files = new Map<string, FileState>();
  const read = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) read(inner);
      else {
        const file = join(root, inner);
        files.set(inner, { content: readFileSync(file, 'latin1'), mode: statSync(file).mode & 0o777 });
      }
    }
  };
  read('');
  return files;
}

const isDotted = (path: string): boolean => path.split('/').some((name) => name.startsWith('.'));

/** The files of the cluster: no dot files. */
export function targetsOf(tree: TreeState): TreeState {
  return new Map([...tree].filter(([path]) => !isDotted(path)));
}

/** Paths of the dot files that a run which has ended may not leave: all but backups. */
export function litterOf(tree: TreeState): string[] {
  return [...tree.keys()].filter((path) => isDotted(path) && !path.includes('.kubepki-backups/'));
}

function isSecret({ content }: FileState): boolean {
  return content.includes('PRIVATE KEY') || content.includes('client-key-data');
}

/** Files with a private key that their group or others may read. */
export function exposedSecrets(tree: TreeState): string[] {
  return [...tree]
    .filter(([, file]) => isSecret(file) && (file.mode & 0o077) !== 0)
    .map(([path, { mode }]) => `${path} is 0${mode.toString(8)}`);
}

/** Files with a key whose content lies nowhere any more, under any name. */
export function lostKeys(before: TreeState, after: TreeState): string[] {
  const contents = new Set([...after.values()].map(({ content }) => content));
  return [...targetsOf(before)]
    .filter(([, file]) => isSecret(file) && !contents.has(file.content))
    .map(([path]) => `the key of ${path} is lost`);
}

/** CAs, their keys and those of service accounts that differ from what they were. */
export function changedAuthorities(before: TreeState, after: TreeState): string[] {
  return [...targetsOf(before)]
    .filter(([path]) => /(^|[/-])(ca\.(crt|key)|sa\.(pub|key))$/.test(path))
    .filter(([path, { content }]) => after.get(path)?.content !== content)
    .map(([path]) => `${path} was replaced`);
}

/** Paths of the cluster's files that differ between two states. */
export function differences(one: TreeState, other: TreeState): string[] {
  const [left, right] = [targetsOf(one), targetsOf(other)];
  const paths = new Set([...left.keys(), ...right.keys()]);
  return [...paths].filter((path) => left.get(path)?.content !== right.get(path)?.content);
}

/** How far a run came, by what lies on disk. */
export const PHASES = Object.freeze([
  'before the lock',
  'locked',
  'staging',
  'backing up',
  'renaming',
  'undoing',
  'cleaning up',
] as const);
export type Phase = (typeof PHASES)[number];

/** The phase that dot files tell. `before the lock` stands for a run that had put everything in place and unlocked as well. */
export function phaseOf(tree: TreeState): Phase {
  const names = [...tree.keys()].map((path) => path.split('/').at(-1) ?? path);
  const some = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (some(/^\.kubepki-done-/)) return 'cleaning up';
  if (some(/^\.kubepki-undo-/)) return 'undoing';
  if (some(/^\.kubepki-journal-[0-9a-f]+$/)) return 'renaming';
  const isOpen = some(/^\.kubepki-transaction$/);
  if (isOpen) {
    const id = /"id":"([0-9a-f]{16})"/.exec(recordOf(tree))?.[1] ?? 'none';
    const keeps = [...tree.keys()].some((path) => path.includes('.kubepki-backups/') && path.includes(id));
    return keeps || some(/^\.kubepki-journal-.*\.tmp$/) ? 'backing up' : 'staging';
  }
  return some(/^\.kubepki\.lock$/) ? 'locked' : 'before the lock';
}

function recordOf(tree: TreeState): string {
  return [...tree].find(([path]) => path.endsWith('.kubepki-transaction'))?.[1].content ?? '';
}
