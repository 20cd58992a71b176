/**
 * A disk of a given size: a tmpfs in a mount namespace of its own, which nothing outside sees and which goes when
 * its one process ends, however the tests end. As root by `unshare -m`, else in a user namespace; where neither is
 * permitted there is none.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { openDir } from './open-dir.ts';

/** Options of a namespace, and of entering it. */
interface Way {
  readonly name: string;
  readonly unshare: readonly string[];
  readonly enter: readonly string[];
}

const WAYS: readonly Way[] = Object.freeze([
  { name: 'a tmpfs in a mount namespace', unshare: ['-m'], enter: ['-m'] },
  {
    name: 'a tmpfs in a user and mount namespace',
    unshare: ['-r', '-m'],
    enter: ['-U', '-m', '--preserve-credentials'],
  },
]);

function isPermitted({ unshare }: Way): boolean {
  try {
    const mount = ['sh', '-c', 'mount -t tmpfs none "$0"', openDir()];
    execFileSync('unshare', [...unshare, ...mount], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What is in use on a disk. */
export interface Usage {
  readonly bytes: number;
  readonly inodes: number;
}

export class SmallDisk {
  readonly how: string;
  /** Path of the disk for whoever runs {@link within}. */
  readonly path: string;
  /** The same, as seen from outside. */
  readonly seen: string;
  /** Put before a command that is to see the disk. */
  readonly within: readonly string[];
  readonly #holder: ChildProcess;

  private constructor(way: Way, path: string, holder: ChildProcess) {
    this.how = way.name;
    this.path = path;
    this.#holder = holder;
    this.seen = `/proc/${holder.pid ?? 0}/root${path}`;
    this.within = ['nsenter', '-t', String(holder.pid ?? 0), ...way.enter, '--'];
  }

  /** A disk with room for everything, or `undefined` where no namespace is permitted. */
  static async open(): Promise<SmallDisk | undefined> {
    const way = WAYS.find(isPermitted);
    if (way === undefined) return undefined;
    const path = openDir();
    // A limit can be changed later, but not introduced.
    const script =
      'mount -t tmpfs -o mode=755,size=256m,nr_inodes=100000 none "$0" && echo ready && exec cat';
    // Its input ends when this process does, and so does cat, with the namespace and all that is in it.
    const holder = spawn('unshare', [...way.unshare, 'sh', '-c', script, path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await new Promise((resolve, reject) => {
      holder.stdout.once('data', resolve);
      holder.once('error', reject).once('exit', reject);
    });
    return new SmallDisk(way, path, holder);
  }

  /** Sets a limit: `size` or `nr_inodes`, as of tmpfs(5). */
  remount(option: string): void {
    // With a source it takes no other options over: the numbers of users among them are those of outside.
    this.run('mount', '-o', `remount,${option}`, 'none', this.path);
  }

  run(command: string, ...args: readonly string[]): void {
    const [enter = '', ...rest] = this.within;
    execFileSync(enter, [...rest, command, ...args], { stdio: 'pipe' });
  }

  usage(): Usage {
    const { blocks, bfree, bsize, files, ffree } = statfsSync(this.seen);
    return { bytes: (blocks - bfree) * bsize, inodes: files - ffree };
  }

  close(): void {
    this.#holder.stdin?.end();
  }
}
