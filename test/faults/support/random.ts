/** Random numbers that are the same in every run of one PROPERTY_SEED. What a process does meanwhile is not: its timing is the machine's. */
import fc from 'fast-check';

/** The seed that test/support/property-seed.ts has set. */
export const SEED = fc.readConfigureGlobal().seed ?? 0;

/** A source of numbers from 0 up to 1 (mulberry32); each stream of a seed is another one. */
export function randomSource(stream: number): () => number {
  let state = (SEED + Math.imul(stream, 0x9e37_79b9)) | 0;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
