/** Runs what it is given, but never more than so many at once; the rest waits in order. */
type Limiter = <T>(run: () => Promise<T>) => Promise<T>;

function createLimiter(width: number): Limiter {
  let free = width;
  const waiting: (() => void)[] = [];
  return async (run) => {
    // A slot is handed on directly, so that nobody who comes later overtakes who waits.
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/**
 * Runs a task for each item, so many at once. After a failure no further task is begun; the first error is
 * thrown when all that were begun have ended, so that nothing goes on behind the back of whoever cleans up.
 */
async function forEachLimited<T>(
  items: Iterable<T>,
  width: number,
  task: (item: T) => Promise<unknown>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (failures.length === 0) {
      const next = iterator.next();
      if (next.done === true) return;
      try {
        await task(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (failures.length > 0) throw failures[0];
}

export { createLimiter, forEachLimited };
export type { Limiter };
