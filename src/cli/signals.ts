import { constants } from 'node:os';
import type { Io } from './io.ts';

/** What people, supervisors and terminals that close send to have a program end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type StopName = (typeof SIGNALS)[number];

// A process that is the first of its container does not die of its own signal.
function dieOf(name: StopName): never {
  process.kill(process.pid, name);
  process.exit(128 + constants.signals[name]);
}

/**
 * Runs what must not be ended in its midst: the first signal that would end the process asks the run to stop, and
 * when it has taken back what it had begun, the process ends of that signal. A run that comes to its end
 * nevertheless is not interrupted. A second signal ends the process at once.
 */
export function stoppable(stderr: Io['stderr']): Io['stoppable'] {
  return async (run) => {
    const controller = new AbortController();
    let caught: StopName | undefined;
    const stop = (name: StopName): void => {
      caught = name;
      // Whichever comes next ends the process as it ends any.
      for (const other of SIGNALS) process.off(other, stop);
      controller.abort(new Error(`ended by ${name}`));
    };
    for (const name of SIGNALS) process.on(name, stop);
    try {
      return await run(controller.signal);
    } catch (error) {
      if (caught === undefined || error !== controller.signal.reason) throw error;
      stderr(`kubepki: ended by ${caught}: what it had begun is undone\n`);
      return dieOf(caught);
    } finally {
      for (const name of SIGNALS) process.off(name, stop);
    }
  };
}
