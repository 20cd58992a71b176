import { DEFAULT_CRIT } from '../check/check.ts';
import type { CheckReport } from '../check/report.ts';
import { durationOption } from './environment.ts';
import { usageError } from './usage-error.ts';
import type { Values } from './values.ts';

/** Exit codes of the monitoring plugins. */
export const STATUS_CODES: Readonly<Record<CheckReport['status'], number>> = Object.freeze({
  OK: 0,
  WARNING: 1,
  CRITICAL: 2,
  UNKNOWN: 3,
});

/**
 * What `--warn` and `--crit` say, in milliseconds.
 *
 * @throws PkiError `usage` where no certificate would ever be a warning, `invalid-value`
 */
export function limitsOf(values: Values): { readonly warn?: number; readonly crit?: number } {
  const [warn, crit] = [durationOption(values, 'warn'), durationOption(values, 'crit')];
  if (warn !== undefined && warn < (crit ?? DEFAULT_CRIT)) {
    const other = crit === undefined ? '--crit, which is 7d unless it is given' : '--crit';
    throw usageError(`--warn is shorter than ${other}: no certificate would ever be a warning`, {
      option: '--warn',
    });
  }
  return { ...(warn === undefined ? {} : { warn }), ...(crit === undefined ? {} : { crit }) };
}
