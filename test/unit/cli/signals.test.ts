import { stoppable } from '../../../src/cli/signals.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = (): number => SIGNALS.reduce((sum, name) => sum + process.listenerCount(name), 0);

let said: string[];
let killed: unknown[][];
let before: number;

beforeEach(() => {
  [said, killed, before] = [[], [], listeners()];
  jest.spyOn(process, 'kill').mockImplementation((...args) => {
    killed.push(args);
    return true;
  });
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code ?? ''}`);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  expect(listeners()).toBe(before);
});

const run = stoppable((text) => said.push(text));

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  '%s stops the run, and the process ends of it, or with %i where it may not',
  async (name, code) => {
    const stopped = run((signal) => {
      process.emit(name, name);
      // A second one, of whatever name, ends the process.
      expect([signal.aborted, listeners()]).toEqual([true, before]);
      return Promise.reject(signal.reason instanceof Error ? signal.reason : new Error('no reason'));
    });
    await expect(stopped).rejects.toThrow(`exit ${code}`);
    expect(killed).toEqual([[process.pid, name]]);
    expect(said).toEqual([`kubepki: ended by ${name}: what it had begun is undone\n`]);
  },
);

test('a run that comes to its end is not interrupted, and one that fails of itself is told as such', async () => {
  await expect(
    run(() => {
      process.emit('SIGTERM', 'SIGTERM');
      return Promise.resolve('done');
    }),
  ).resolves.toBe('done');
  await expect(
    run(() => {
      process.emit('SIGTERM', 'SIGTERM');
      return Promise.reject(new Error('of itself'));
    }),
  ).rejects.toThrow('of itself');
  expect([killed, said]).toEqual([[], []]);
});
