import { PkiError } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';

/** How long a certificate is valid: for a time from now, or until a date. */
export type Validity =
  | { readonly kind: 'duration'; readonly milliseconds: number }
  | { readonly kind: 'until'; readonly date: Date };

/** Nanoseconds of Go's units (Go, src/time/format.go `unitMap`). */
const GO_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** Go's units, and days of 24 hours and years of 365 days. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ...GO_UNITS,
  ['d', 86_400_000_000_000n],
  ['y', 31_536_000_000_000_000n],
]);

const MAX_TEXT = 100;
/** Go's time.Duration counts nanoseconds in 64 bits. */
const GO_MAX = (1n << 63n) - 1n;
const NS_PER_MS = 1_000_000n;
/** RFC 5280 4.1.2.5: a certificate cannot name a later time than the year 9999. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const EXPECTED_VALIDITY = 'a duration such as 90d, 1y, 8h or 1h30m, or an RFC 3339 time';
const EXPECTED_DURATION = 'a duration such as 90d, 8h or 1h30m';
const EXPECTED_GO = 'a Go duration, such as 8760h0m0s (units h, m, s, ms, us, ns)';
const EXPECTED_INSTANT = 'an RFC 3339 time, such as 2027-01-31T12:00:00Z';

/**
 * Reads how long a certificate is valid: `90d` (d = 24 h), `1y` (365 d), `30m` (minutes), `8h`, Go's `8760h0m0s`, or
 * the RFC 3339 time at which it ends.
 *
 * @throws PkiError `invalid-value`, also for zero, a negative duration and an end beyond the year 9999
 */
export function parseValidity(text: string): Validity {
  if (/^\d{4}-/.test(text)) return { kind: 'until', date: parseInstant(text) };
  const nanoseconds = sum(text, UNITS);
  if (nanoseconds === undefined) throw invalid('validity', text, { expected: EXPECTED_VALIDITY });
  if (nanoseconds <= 0n) {
    const why = nanoseconds === 0n ? 'is no time at all' : 'is negative';
    throw invalid('validity', text, { expected: EXPECTED_VALIDITY, why });
  }
  if (nanoseconds / NS_PER_MS > BigInt(LAST_INSTANT)) {
    throw invalid('validity', text, { expected: EXPECTED_VALIDITY, why: 'ends beyond the year 9999' });
  }
  return { kind: 'duration', milliseconds: toMilliseconds(nanoseconds) };
}

/**
 * Reads a duration in the same units, which may be none at all: `90d`, `30m`, `0`.
 *
 * @returns milliseconds
 * @throws PkiError `invalid-value`, also for a negative one and for a time
 */
export function parseDuration(text: string): number {
  const nanoseconds = sum(text, UNITS);
  if (nanoseconds === undefined || nanoseconds < 0n)
    throw invalid('duration', text, { expected: EXPECTED_DURATION });
  return toMilliseconds(nanoseconds);
}

/**
 * Reads a duration exactly as Go's `time.ParseDuration`, the only form that kubeadm documents take; zero and negative
 * durations are read too.
 *
 * @returns milliseconds, with a fraction where the text has smaller units
 * @throws PkiError `invalid-value`
 */
export function parseGoDuration(text: string): number {
  const nanoseconds = sum(text, GO_UNITS);
  if (nanoseconds === undefined) throw invalid('duration', text, { expected: EXPECTED_GO });
  if (nanoseconds > GO_MAX || nanoseconds < -GO_MAX - 1n) {
    throw invalid('duration', text, {
      expected: EXPECTED_GO,
      why: 'is longer than the 292 years that Go can count',
    });
  }
  return toMilliseconds(nanoseconds);
}

/**
 * Reads an RFC 3339 time; the fraction is cut to milliseconds.
 *
 * @param text such as `2027-01-31T12:00:00Z` or `2027-01-31T12:00:00.5+02:00`
 * @throws PkiError `invalid-value`, also for a leap second and a time outside the years 0 to 9999
 */
export function parseInstant(text: string): Date {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/.exec(text);
  if (parts === null) throw invalid('time', text, { expected: EXPECTED_INSTANT });
  const field = (index: number): number => Number(parts[index] ?? '0');
  const [year, month, day, hour, minute, second] = [
    field(1),
    field(2),
    field(3),
    field(4),
    field(5),
    field(6),
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDate || hour > 23 || minute > 59 || second > 59 || field(9) > 23 || field(10) > 59) {
    throw invalid('time', text, {
      expected: EXPECTED_INSTANT,
      why: 'names a day or time that does not exist',
    });
  }
  date.setUTCHours(hour, minute, second, Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3)));
  const offset = (field(9) * 60 + field(10)) * 60_000 * (parts[8] === '-' ? 1 : -1);
  const instant = new Date(date.getTime() + offset);
  if (instant.getTime() > LAST_INSTANT || instant.getUTCFullYear() < 0) {
    throw invalid('time', text, { expected: EXPECTED_INSTANT, why: 'is outside the years 0 to 9999' });
  }
  return instant;
}

/**
 * The text of a duration as Go's `time.Duration.String` writes it: `8760h0m0s`, `1m30s`, `1.5s`, `20ms`, `0s`.
 *
 * @param milliseconds may be negative and have a fraction
 */
export function formatGoDuration(milliseconds: number): string {
  const whole = BigInt(Math.trunc(milliseconds)) * NS_PER_MS;
  const nanoseconds = whole + BigInt(Math.round((milliseconds % 1) * 1e6));
  if (nanoseconds === 0n) return '0s';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? '-' : '';
  const small = (['ns', 'µs', 'ms'] as const).find((_, index) => size < 1_000n ** BigInt(index + 1));
  if (small !== undefined) return `${sign}${decimal(size, GO_UNITS.get(small) ?? 1n)}${small}`;
  const [hours, minutes] = [size / 3_600_000_000_000n, (size / 60_000_000_000n) % 60n];
  const seconds = `${decimal(size % 60_000_000_000n, 1_000_000_000n)}s`;
  if (hours > 0n) return `${sign}${hours.toString()}h${minutes.toString()}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes.toString()}m${seconds}` : `${sign}${seconds}`;
}

function decimal(value: bigint, unit: bigint): string {
  const fraction = (value % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  const whole = (value / unit).toString();
  return fraction === '' || unit === 1n ? whole : `${whole}.${fraction}`;
}

// The grammar of Go's time.ParseDuration: a sign, then numbers with a unit each; "0" needs none.
function sum(text: string, units: ReadonlyMap<string, bigint>): bigint | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const sign = text.startsWith('-') ? -1n : 1n;
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0n;
  const term = /(\d*)(?:\.(\d*))?([^\d.]+)/uy;
  let total = 0n;
  while (term.lastIndex < unsigned.length) {
    const [, whole = '', fraction = '', unit = ''] = term.exec(unsigned) ?? [];
    const scale = units.get(unit);
    if (scale === undefined || whole + fraction === '') return undefined;
    total += BigInt(whole || '0') * scale;
    total += (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length);
  }
  return unsigned === '' ? undefined : sign * total;
}

function toMilliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / NS_PER_MS) + Number(nanoseconds % NS_PER_MS) / 1e6;
}

function invalid(
  kind: string,
  value: string,
  { expected, why }: { expected: string; why?: string },
): PkiError<'invalid-value'> {
  const message =
    why === undefined
      ? `${quote(value)} is not a ${kind}: expected ${expected}`
      : `the ${kind} ${quote(value)} ${why}`;
  return new PkiError('invalid-value', message, {
    details: { kind, value, expected },
    ...(why === undefined ? {} : { hint: `give ${expected}` }),
  });
}
