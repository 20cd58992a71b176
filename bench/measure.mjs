/** How the benchmarks measure: ours, the peers and the limit in turn, in one run, so that a machine that slows down slows all. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const WARM_UP = 4;

/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Milliseconds that some work takes. */
export async function time(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds that one piece of work takes, of so many. */
export async function each(count, work) {
  const all = await time(async () => {
    for (let i = 0; i < count; i++) await work();
  });
  return all / count;
}

/**
 * Measures in turn, after rounds that do not count: programs keep what the first have compiled.
 *
 * @param rounds how often each is measured; medians are answered
 * @param ours, peers, limit functions that answer a number, peers by name; one that is `undefined` is not on this machine
 */
export async function compare(rounds, { ours, peers = {}, limit = {} }) {
  const all = [['ours', ours], ...Object.entries(peers), ...Object.entries(limit)];
  const results = new Map(all.map(([name]) => [name, []]));
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const [name, measure] of all) {
      const result = await measure?.();
      if (round >= 0 && result !== undefined) results.get(name).push(result);
    }
  }
  const value = (name) => ({ name, value: median(results.get(name)) });
  const [limitName] = Object.keys(limit);
  return {
    ours: value('ours').value,
    peers: Object.keys(peers).map(value),
    ...(limitName !== undefined && { limit: value(limitName) }),
  };
}

// With it, every start of Node reads a certificate store, which takes longer than the start itself.
const env = { ...process.env };
delete env.NODE_EXTRA_CA_CERTS;

/** Milliseconds that a process takes from start to end. */
export function processTime(command, args, options = {}) {
  return time(() => execute(command, args, { env, maxBuffer: 64 * 1024 * 1024, ...options }));
}

/** What a program prints on standard output. */
export function output(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], ...options });
}
