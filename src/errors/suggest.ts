import { editDistance } from './edit-distance.ts';

/** The candidate that a mistyped word was meant to be; `undefined` where none is near. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  // Two letters of six, as in git's suggestions; one in short words.
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    // So many letters are to be put in or left out at least; a hostile word is as long as it likes.
    if (Math.abs(candidate.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  if (best !== undefined) return best.candidate;
  const longer = candidates.filter((candidate) => candidate.toLowerCase().startsWith(wanted));
  return wanted.length > 1 && longer.length === 1 ? longer[0] : undefined;
}
