/** Directories and disks that may not be written: refused before anything changes, in words that name the place. */
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { configuration } from './support/cluster.ts';
import { progressOf, roundProblems } from './support/judge.ts';
import { firstRoot, stopSoonAfter } from './support/moment.ts';
import { openDir } from './support/open-dir.ts';
import { kubepki, start, unless, type Ended, type StartOptions } from './support/program.ts';
import { randomSource, SEED } from './support/random.ts';
import { refusalProblems, saysOneError } from './support/refusal.ts';
import { SmallDisk } from './support/small-disk.ts';
import { readTree } from './support/tree-state.ts';

jest.setTimeout(300_000);

const NOBODY = 65534;
let variants: readonly string[];

beforeAll(() => {
  variants = ['left', 'right'].map((name) => configuration({ name, nodes: 10 }));
});

function apply(root: string, variant: number, how: StartOptions): Promise<Ended> {
  return kubepki(['apply', '-o', 'json', '--config', variants[variant] ?? '', '--rootfs', root], how);
}

// Root is refused nothing, so what is to be refused runs as somebody else; whoever is not root already is.
const isRoot = process.getuid?.() === 0;
const ordinary: StartOptions = isRoot ? { uid: NOBODY } : {};

describe('a directory that the user may not write', () => {
  let root: string;

  beforeAll(async () => {
    root = openDir();
    if (isRoot) chownSync(root, NOBODY, NOBODY);
    expect(unless(0, 'a run', await apply(root, 0, ordinary))).toEqual([]);
  });

  test.each([
    'etc/kubernetes',
    'etc/kubernetes/pki',
    'etc/kubernetes/pki/etcd',
    'etc/kubernetes/users',
    'etc/kubernetes/nodes/cp-2/etc/kubernetes/pki',
    'etc/kubernetes/nodes/node-7/var/lib/kubelet/pki',
  ])('is refused before anything changes, by its name: %s', async (directory) => {
    const before = readTree(root);
    chmodSync(join(root, directory), 0o555);
    const ended = await apply(root, 1, ordinary);
    chmodSync(join(root, directory), 0o755);
    expect(refusalProblems(ended, 'EACCES', { before, after: readTree(root) })).toEqual([]);
    expect(ended.stderr).toContain(`"${join(root, directory)}/`);
    expect(ended.stderr).toContain('run as the owner of the directory or as root');
  });
});

describe('a disk that is read-only', () => {
  let disk: SmallDisk | undefined;

  beforeAll(async () => {
    disk = await SmallDisk.open();
  });
  afterAll(() => disk?.close());

  test('is refused before anything changes, also where it is one directory of the tree', async () => {
    const place = readOnlyPlace(disk);
    expect(unless(0, 'a run', await apply(place.root, 0, place.how))).toEqual([]);
    const before = readTree(place.seen);
    for (const directory of ['etc/kubernetes/nodes/node-3/var/lib/kubelet/pki', 'etc/kubernetes']) {
      const path = join(place.root, directory);
      place.seal(path);
      const ended = await apply(place.root, 1, place.how);
      place.unseal(path);
      expect(refusalProblems(ended, place.errno, { before, after: readTree(place.seen) })).toEqual([]);
      expect(ended.stderr).toContain(`"${path}/`);
    }
    expect(unless(0, 'the next run', await apply(place.root, 1, place.how))).toEqual([]);
    console.log(`read-only: ${place.name}, refused with ${place.errno}`);
  });

  test('from right after the commit leaves a journal, by which the next run completes', async () => {
    const place = readOnlyPlace(disk);
    const outcomes = new Map<string, number>();
    const problems: string[] = [];
    const random = randomSource(5);
    expect(unless(0, 'a run', await apply(place.root, 1, place.how))).toEqual([]);
    for (let round = 0; round < 8; round += 1) {
      const found = await sealAfterCommit(place, round, random() / 2);
      problems.push(...found.problems.map((problem) => `round ${round}: ${problem}`));
      outcomes.set(found.progress, (outcomes.get(found.progress) ?? 0) + 1);
    }
    const counts = [...outcomes].map(([progress, number]) => `${number} ${progress}`).join(', ');
    console.log(`${place.name}, sealed after the commit, found then: ${counts}; PROPERTY_SEED=${SEED}`);
    expect(problems).toEqual([]);
  });
});

/** A tree, and how to take writing away from a directory in it. */
interface Place {
  readonly name: string;
  readonly errno: string;
  readonly root: string;
  readonly seen: string;
  readonly how: StartOptions;
  readonly seal: (path: string) => void;
  readonly unseal: (path: string) => void;
}

/** A disk of our own, with mounts that are read-only; where none is permitted, modes of directories. */
function readOnlyPlace(disk: SmallDisk | undefined): Place {
  if (disk === undefined) return modePlace();
  const name = basename(openDir());
  const [root, seen] = [join(disk.path, name), join(disk.seen, name)];
  mkdirSync(seen);
  return {
    name: `a bind mount on ${disk.how}`,
    errno: 'EROFS',
    root,
    seen,
    how: { within: disk.within },
    seal: (path) => {
      disk.run('mount', '--bind', path, path);
      disk.run('mount', '-o', 'remount,ro,bind', path);
    },
    unseal: (path) => {
      disk.run('umount', path);
    },
  };
}

function modePlace(): Place {
  const root = openDir();
  if (isRoot) chownSync(root, NOBODY, NOBODY);
  return {
    name: 'the modes of directories',
    errno: 'EACCES',
    root,
    seen: root,
    how: ordinary,
    seal: (path) => {
      chmodSync(path, 0o555);
    },
    unseal: (path) => {
      chmodSync(path, 0o755);
    },
  };
}

/** One run whose first directory cannot be written any more when it has committed, and what is wrong with what it leaves. */
async function sealAfterCommit(
  place: Place,
  round: number,
  milliseconds: number,
): Promise<{ readonly progress: string; readonly problems: string[] }> {
  const sealed = firstRoot(place.root);
  const configuration = variants[round % 2] ?? '';
  const args = ['-o', 'json', '--config', configuration, '--rootfs', place.root];
  const before = readTree(place.seen);
  const running = start(['apply', ...args], place.how);
  const directory = firstRoot(place.seen);
  await stopSoonAfter(running, { seen: /^\.kubepki-journal-[0-9a-f]+$/, in: directory, after: milliseconds });
  place.seal(sealed);
  running.child.kill('SIGCONT');
  const ended = await running.ended;
  const found = readTree(place.seen);
  place.unseal(sealed);
  const next = await kubepki(['apply', ...args], place.how);
  const plan = await kubepki(['plan', ...args], place.how);
  const states = { before, kills: [found], settled: readTree(place.seen) };
  return {
    progress: `${progressOf(states, found)} (exit ${ended.code ?? 'by a signal'})`,
    problems: [
      ...roundProblems(states),
      ...(ended.code === 0 || saysOneError(ended, place.errno) ? [] : [`says ${ended.stderr}`]),
      ...unless(0, 'the next run', next),
      ...unless(0, 'the plan after it', plan),
    ],
  };
}
