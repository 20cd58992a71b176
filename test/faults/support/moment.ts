/** Ends a process at a moment: after some time, after some of its files has appeared, or between two renames. */
import { statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended, Running } from './program.ts';

/** Milliseconds from the start of the process, or from when a name that matches was seen in a directory. */
export type Moment =
  | { readonly after: number }
  | { readonly seen: RegExp; readonly in: string; readonly after: number }
  /** When this file, of those that the run replaces, has just been renamed into its place. */
  | { readonly renamed: string; readonly in: string };

/** The directory of a tree in which a run's first lock and its journal lie. */
export function firstRoot(root: string): string {
  return join(root, 'etc/kubernetes');
}

/** Calls back, at once, when a file of a directory appears or vanishes; until the process ends. */
export function whenSeen(running: Running, directory: string, act: (name: string) => void): void {
  const watcher = watch(directory, (_event, name) => {
    if (name !== null) act(name);
  });
  void running.ended.finally(() => {
    watcher.close();
  });
}

// Timers count whole milliseconds, and hundreds of files are renamed in less than ten.
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

const LONGEST_STEPPING_MS = 3000;
const STEP_MS = 0.1;

function identity(path: string): bigint {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;
}

/** Lets a process run in short steps until a file has another inode, so that it has no time to get far beyond. */
function stepUntilRenamed({ child }: Running, path: string): void {
  const before = identity(path);
  const end = performance.now() + LONGEST_STEPPING_MS;
  while (child.kill('SIGSTOP') && identity(path) === before && performance.now() < end) {
    child.kill('SIGCONT');
    pause(STEP_MS);
  }
}

function signalWhenSeen(
  running: Running,
  moment: Extract<Moment, { readonly in: string }>,
  signal: NodeJS.Signals,
  then: () => void = () => undefined,
): void {
  let isDone = false;
  const [pattern, wait] =
    'renamed' in moment
      ? [/^\.kubepki-journal-/, stepUntilRenamed.bind(undefined, running, moment.renamed)]
      : [moment.seen, pause.bind(undefined, moment.after)];
  whenSeen(running, moment.in, (name) => {
    if (isDone || !pattern.test(name)) return;
    isDone = true;
    wait();
    running.child.kill(signal);
    // Only when it goes on is a stopped process ended by anything but SIGKILL.
    if (signal !== 'SIGSTOP') running.child.kill('SIGCONT');
    then();
  });
}

/** Sends a signal at a moment, and says how the process ended: by it, or before it. */
export async function signalAt(
  running: Running,
  moment: Moment,
  signal: NodeJS.Signals = 'SIGKILL',
  then: () => void = () => undefined,
): Promise<Ended> {
  if ('in' in moment) {
    signalWhenSeen(running, moment, signal, then);
    return running.ended;
  }
  const timer = new AbortController();
  const kill = sleep(moment.after, undefined, { signal: timer.signal }).then(
    () => {
      running.child.kill(signal);
      then();
    },
    () => undefined,
  );
  const ended = await running.ended;
  timer.abort();
  await kill;
  return ended;
}

/** Stops a process so long after a name was seen, and resolves then; also when it has ended before. */
export function stopSoonAfter(running: Running, moment: Extract<Moment, { seen: RegExp }>): Promise<void> {
  return new Promise((resolve) => {
    signalWhenSeen(running, moment, 'SIGSTOP', resolve);
    void running.ended.finally(resolve);
  });
}
