import type { ApplyResult } from '../pki/apply.ts';
import type { Io } from './io.ts';
import { renderSteps, summaryOf } from './render-plan.ts';
import { printable, type Paint } from './text.ts';

/** What was done, for people: files, backups, what is blocked and why, and a summary. */
export function renderApplied({ steps, written, backups }: ApplyResult, paint: Paint): string {
  const blocked = steps.filter(({ action }) => action === 'blocked');
  const lines = [
    ...written.toSorted().map((path) => `wrote ${printable(path)}`),
    ...backups.map((path) => `backup of what was replaced: ${printable(path)}`),
  ];
  return `${lines.map((line) => `${line}\n`).join('')}${renderSteps(blocked, paint)}${summaryOf(steps, 'done')}\n`;
}

/** Says on standard error what became of runs that were cut short before this one. */
export function reportRecovered(
  { recovered }: ApplyResult,
  io: Io,
  { quiet }: { readonly quiet: boolean },
): void {
  for (const { since, outcome, conflicts } of recovered) {
    if (!quiet) io.stderr(`note: a run of ${since} was cut short; it is now ${outcome}\n`);
    for (const { path, keptAs } of conflicts) {
      const kept =
        keptAs === undefined ? 'it is left as it was found' : `what was found is kept as ${keptAs}`;
      io.stderr(`warning: ${printable(`${path}: someone else changed it since; ${kept}`)}\n`);
    }
  }
}

/** Warns of certificates that nobody accepts yet and that were left as they are: it may be the clock that is wrong. */
export function reportNotYetValid({ steps }: ApplyResult, io: Io): void {
  const waiting = steps.filter(
    ({ action, reasons }) => action === 'reuse' && reasons.some(({ code }) => code === 'not-yet-valid'),
  );
  const file = waiting[0]?.files[0];
  if (file === undefined) return;
  io.stderr(
    `warning: not valid yet: ${waiting.length} of the certificates that are kept, such as ${printable(file)}\n`,
  );
  io.stderr('hint: check this clock; what was made while a clock ran ahead, move away and run again\n');
}
