/**
 * Waits for all of some work, and then throws what failed first: unlike `Promise.all`, nothing goes on behind the back
 * of whoever cleans up.
 */
export async function settleAll<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
