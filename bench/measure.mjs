/** How the benchmarks measure: ours and the peer in turn, in one run, so that a machine that slows down slows both. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

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

/** Medians of several measurements taken in turn; each function answers milliseconds. */
export async function inTurn(rounds, ...measurements) {
  const results = measurements.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, measure] of measurements.entries()) results[index].push(await measure());
  }
  return results.map(median);
}

// With it, every start of Node reads a certificate store, which takes longer than the start itself.
const env = { ...process.env };
delete env.NODE_EXTRA_CA_CERTS;

/** Milliseconds that a process takes from start to end. */
export function processTime(command, args) {
  return time(() => execute(command, args, { env, maxBuffer: 64 * 1024 * 1024 }));
}

/** What a program prints on standard output. */
export function output(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], ...options });
}
