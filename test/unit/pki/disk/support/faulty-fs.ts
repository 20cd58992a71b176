import type { FileSystem, OpenFile } from '../../../../../src/pki/disk/file-system.ts';
import { nodeFileSystem } from '../../../../../src/pki/disk/file-system.ts';

/** What is thrown by every operation after a simulated crash: no system error, so that nothing handles it. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** What happens right before the operation with a number (from 1), instead of it. */
export type Fault =
  | { readonly kind: 'none' }
  /** Nothing is done from there on; `torn`: a write writes half first. */
  | { readonly kind: 'crash'; readonly at: number; readonly torn?: boolean }
  | { readonly kind: 'kill'; readonly at: number }
  /** The operation, or it and all after it, fail with a code. */
  | { readonly kind: 'error'; readonly at: number; readonly errno: string; readonly times?: number };

export interface FaultyFileSystem extends FileSystem {
  /** Each operation so far, as `verb path`. */
  readonly log: string[];
  /** Closes what a simulated crash left open. */
  closeAll(): Promise<void>;
}

const READS = new Set(['readFile', 'readdir', 'lstat', 'realpath', 'readlink', 'stat', 'close', 'look']);

/**
 * Node's file system with one fault. Crashes are counted in operations that change something, for a crash before a read
 * is a crash before the next change; errors are counted in all operations. Syncs are counted and left out: they
 * make no difference to a process that dies, and they take most of the time.
 */
export function faultyFileSystem(fault: Fault, base: FileSystem = nodeFileSystem): FaultyFileSystem {
  const log: string[] = [];
  const handles = new Set<OpenFile>();
  let count = 0;
  let crashed = false;

  async function step<T>(
    verb: string,
    path: string,
    run: () => Promise<T>,
    half?: () => Promise<unknown>,
  ): Promise<T> {
    if (crashed) throw new Crash();
    if (fault.kind === 'error' || !READS.has(verb)) {
      count += 1;
      log.push(`${verb} ${path}`);
      if (fault.kind === 'kill' && count === fault.at) process.kill(process.pid, 'SIGKILL');
      if (fault.kind === 'crash' && count === fault.at) {
        crashed = true;
        if (fault.torn === true) await half?.();
        throw new Crash();
      }
      if (fault.kind === 'error' && count >= fault.at && count < fault.at + (fault.times ?? 1)) {
        throw Object.assign(new Error(`${fault.errno}: injected`), { code: fault.errno });
      }
    }
    return run();
  }
  const wrap = (file: OpenFile, path: string): OpenFile => ({
    writeFile: (data) =>
      step(
        'writeFile',
        path,
        () => file.writeFile(data),
        () => file.writeFile(data.subarray(0, data.length / 2)),
      ),
    stat: () => step('stat', path, () => file.stat()),
    chmod: (mode) => step('chmod', path, () => file.chmod(mode)),
    chown: (uid, gid) => step('chown', path, () => file.chown(uid, gid)),
    sync: () => step('sync', path, () => Promise.resolve()),
    close: async () => {
      const closing = step('close', path, () => Promise.resolve());
      if (!crashed) {
        handles.delete(file);
        await file.close();
      }
      await closing;
    },
  });
  return {
    log,
    async closeAll() {
      await Promise.all([...handles].map((file) => file.close()));
    },
    open: (path, flags, mode) =>
      step(flags === 'r' ? 'look' : 'open', path, async () => {
        const file = await base.open(path, flags, mode);
        handles.add(file);
        return wrap(file, path);
      }),
    readFile: (path) => step('readFile', path, () => base.readFile(path)),
    readdir: (path) => step('readdir', path, () => base.readdir(path)),
    lstat: (path) => step('lstat', path, () => base.lstat(path)),
    realpath: (path) => step('realpath', path, () => base.realpath(path)),
    readlink: (path) => step('readlink', path, () => base.readlink(path)),
    mkdir: (path, mode) => step('mkdir', path, () => base.mkdir(path, mode)),
    link: (from, to) => step('link', to, () => base.link(from, to)),
    rename: (from, to) => step('rename', to, () => base.rename(from, to)),
    unlink: (path) => step('unlink', path, () => base.unlink(path)),
    rmdir: (path) => step('rmdir', path, () => base.rmdir(path)),
  };
}
