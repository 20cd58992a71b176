import { createLimiter, forEachLimited } from '../../../../src/pki/disk/limit.ts';

async function breathe(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('a limiter runs no more at once than it is wide, in order, and goes on after a failure', async () => {
  const limited = createLimiter(3);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const runs = Array.from({ length: 20 }, (_, index) =>
    limited(async () => {
      order.push(index);
      running += 1;
      most = Math.max(most, running);
      await breathe();
      running -= 1;
      if (index === 4) throw new Error('four');
    }),
  );
  const results = await Promise.allSettled(runs);
  expect(most).toBe(3);
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

test('after a failure no task is begun, and the error comes when those that run have ended', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const run = forEachLimited([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('one');
    await breathe();
    ended.push(item);
  });
  await expect(run).rejects.toThrow('one');
  expect([begun, ended]).toEqual([[0, 1], [0]]);
});
