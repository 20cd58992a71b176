import type { Culprit, ErrorRow, Evidence, Words } from './row.ts';

const MAX_CULPRITS = 10;

/**
 * What the looks of a row find, and the findings of the health check that it names; where the error points at some of
 * it, that alone.
 */
export async function culpritsOf(row: ErrorRow, words: Words, evidence: Evidence): Promise<Culprit[]> {
  const first = (await row.first?.(evidence, words)) ?? [];
  // What else there is follows from it: mending that, too, would break what is sound.
  if (first.length > 0) return first.slice(0, MAX_CULPRITS);
  const looked = (await row.look?.(evidence, words)) ?? [];
  const findings = evidence.report.findings
    .filter(({ code }) => row.codes.includes(code))
    .map(({ path, message, fix }): Culprit => ({ path, message, ...(fix === undefined ? {} : { fix }) }));
  const all = [
    ...findings,
    ...looked.filter(({ path }) => !findings.some((one) => path.startsWith(one.path))),
  ];
  const wanted = words['host'] ?? words['path'];
  const pointed = pointedAt(words, evidence);
  const likely = all.filter(
    ({ path, message }) =>
      pointed.some((one) => isAt(path, one)) ||
      (wanted !== undefined && (message.includes(wanted) || path.includes(wanted))),
  );
  return (likely.length > 0 ? likely : all).slice(0, MAX_CULPRITS);
}

/** Whether a culprit is a file, or a field of it. */
function isAt(path: string, file: string): boolean {
  return path === file || path.startsWith(`${file} (`) || path.startsWith(`${file}#`);
}

/** Paths of the certificates that the error's words tell: by serial number, by the end or the begin of their time, by the name of their CA. */
function pointedAt({ when, ca }: Words, { certificates, named }: Evidence): string[] {
  const time = when === undefined ? NaN : Date.parse(when);
  return certificates
    .filter(
      ({ entry, info }) =>
        named.has(entry.path) ||
        info.notAfter.date?.getTime() === time ||
        info.notBefore.date?.getTime() === time ||
        (ca !== undefined && [entry.issuer, entry.subject].some((name) => name.endsWith(`CN = ${ca}`))),
    )
    .map(({ entry }) => entry.path);
}
