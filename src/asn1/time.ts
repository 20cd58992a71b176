import { latin1 } from './bytes.ts';
import { characterString, TAG } from './der.ts';
import type { DerReader } from './reader.ts';

const pad = (value: number, digits = 2): string => value.toString().padStart(digits, '0');

/** UTCTime up to 2049, GeneralizedTime from 2050 on, in whole seconds UTC (RFC 5280 4.1.2.5). */
export function encodeTime(date: Date): Uint8Array {
  const year = date.getUTCFullYear();
  const rest = [
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  const tail = `${rest.map((value) => pad(value)).join('')}Z`;
  return year >= 1950 && year < 2050
    ? characterString(TAG.utcTime, pad(year % 100) + tail)
    : characterString(TAG.generalizedTime, pad(year, 4) + tail);
}

/** What `toISOString` writes (RFC 3339, UTC, milliseconds), which reads this machine's time zone first, for nothing. */
export function formatInstant(date: Date): string {
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return date.toISOString();
  const day = [date.getUTCMonth() + 1, date.getUTCDate()].map((value) => pad(value)).join('-');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((value) => pad(value));
  return `${pad(year, 4)}-${day}T${time.join(':')}.${pad(date.getUTCMilliseconds(), 3)}Z`;
}

/**
 * Reads a UTCTime or GeneralizedTime in the one form that RFC 5280 4.1.2.5 allows.
 *
 * @throws PkiError `invalid-der`
 */
export function readTime(reader: DerReader, what: string): Date {
  const general = reader.nextTag === TAG.generalizedTime;
  const at = reader.offset;
  const content = reader.content(general ? TAG.generalizedTime : TAG.utcTime, what);
  const yearDigits = general ? 4 : 2;
  const text = latin1(content.subarray(0, yearDigits + 11));
  if (content.length !== yearDigits + 11 || !/^\d+Z$/.test(text))
    throw reader.error(`${what} is not in the form of RFC 5280`, at);
  const field = (index: number): number =>
    Number(text.slice(yearDigits + index * 2, yearDigits + index * 2 + 2));
  const short = Number(text.slice(0, yearDigits));
  const year = general ? short : short < 50 ? 2000 + short : 1900 + short;
  const date = new Date(Date.UTC(2000, field(0) - 1, field(1), field(2), field(3), field(4)));
  date.setUTCFullYear(year, field(0) - 1, field(1));
  const exact =
    date.getUTCMonth() === field(0) - 1 && date.getUTCDate() === field(1) && date.getUTCHours() === field(2);
  if (!exact || field(3) > 59 || field(4) > 59) throw reader.error(`${what} is not a date`, at);
  return date;
}
