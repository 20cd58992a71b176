/** What can be scarce: bytes and names on a disk, and the size that a process may give to a file. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDir } from './open-dir.ts';
import type { StartOptions } from './program.ts';
import type { SmallDisk } from './small-disk.ts';

/** Where runs are refused something, and how to give way again. */
export interface Scarcity {
  readonly name: string;
  readonly errno: string;
  /** The tree, for whoever runs with the options of {@link limit} or {@link relieve}. */
  readonly root: string;
  /** The same tree, as seen from outside. */
  readonly seen: string;
  /** Allows so much of what a run needs, from nothing (0) to everything (1). */
  readonly limit: (share: number) => StartOptions;
  readonly relieve: () => StartOptions;
  /** Learns what a run needs, right before and right after one that is not limited. */
  readonly observe: (moment: 'before' | 'after') => void;
}

/** What the journal takes beside the files, which is gone when the run has ended. */
const PASSING = 1.1;

function onDisk(disk: SmallDisk, name: 'bytes' | 'inodes'): Scarcity {
  const root = join(disk.path, name);
  const option = name === 'bytes' ? 'size' : 'nr_inodes';
  const all = name === 'bytes' ? 2 ** 28 : 100_000;
  const used = (): number => disk.usage()[name];
  let needed = 0;
  let atFirst = 0;
  return {
    name: `${name} on ${disk.how}`,
    errno: 'ENOSPC',
    root,
    seen: join(disk.seen, name),
    limit: (share) => {
      // Nothing would mean: no limit.
      const room = Math.max(used() + Math.floor(share * needed * PASSING), name === 'bytes' ? 4096 : 2);
      disk.remount(`${option}=${room}`);
      return { within: disk.within };
    },
    relieve: () => {
      disk.remount(`${option}=${all}`);
      return { within: disk.within };
    },
    observe: (moment) => {
      if (moment === 'before') atFirst = used();
      else needed = used() - atFirst;
    },
  };
}

/** The largest file of a run, its journal, in the units of `ulimit -f`; with some to spare. */
const LARGEST = 500;

/** A limit on the size of a file, which needs no permission: the system sends SIGXFSZ, or refuses with EFBIG. */
export function fileSizes(): Scarcity {
  const root = openDir();
  return {
    name: 'the size of a file',
    errno: 'EFBIG',
    root,
    seen: root,
    // Locks have half a unit, certificates two, kubeconfigs twelve, the journal hundreds.
    limit: (share) => {
      const units = Math.floor(LARGEST ** share) - 1;
      return { within: ['sh', '-c', `ulimit -f ${units} && exec "$0" "$@"`] };
    },
    relieve: () => ({}),
    observe: () => undefined,
  };
}

/** Bytes or inodes that are scarce; where no disk of our own is permitted, the size of files instead. */
export function scarce(disk: SmallDisk | undefined, name: 'bytes' | 'inodes'): Scarcity {
  return disk === undefined ? fileSizes() : onDisk(disk, name);
}

/** Removes backups, so that disks do not fill up over the rounds of a test. */
export function removeBackups(root: string): void {
  for (const path of ['etc/kubernetes', 'etc/kubernetes/pki'])
    rmSync(join(root, path, '.kubepki-backups'), { recursive: true, force: true });
}
