import { latin1 } from '../../asn1/bytes.ts';
import { TAG } from '../../asn1/der.ts';
import type { BerReader } from './ber.ts';

/** A UTCTime or GeneralizedTime as it is encoded. */
export interface TimeInfo {
  /** Identifier octet: 0x17 UTCTime, 0x18 GeneralizedTime. */
  readonly tag: number;
  /** The characters as they stand there, one per octet. */
  readonly raw: string;
  /** The instant; `undefined` where the characters are none, in any form that X.680 46 and 47 allow. */
  readonly date: Date | undefined;
  /** Whether the characters are in the one form that RFC 5280 4.1.2.5 allows. */
  readonly strict: boolean;
}

/**
 * Reads a time of either type.
 *
 * @throws PkiError `invalid-der` for other types; characters that are no time are kept as `raw`
 */
export function readTime(reader: BerReader, what: string): TimeInfo {
  const tag = reader.nextIs(TAG.generalizedTime) ? TAG.generalizedTime : TAG.utcTime;
  const raw = latin1(reader.string(tag, what));
  const date = instantOf(raw, tag === TAG.generalizedTime);
  const strict =
    date !== undefined && (tag === TAG.generalizedTime ? /^\d{14}Z$/.test(raw) : /^\d{12}Z$/.test(raw));
  return { tag, raw, date, strict };
}

const FORM = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:\.(\d+))?(Z|[+-]\d{4})?$/;

function instantOf(raw: string, general: boolean): Date | undefined {
  const digits = general ? 4 : 2;
  const parts = FORM.exec(raw.slice(digits));
  if (parts === null || !/^\d+$/.test(raw.slice(0, digits))) return undefined;
  const short = Number(raw.slice(0, digits));
  const year = general ? short : short < 50 ? 2000 + short : 1900 + short;
  const number = (index: number): number => Number(parts[index] ?? 0);
  const [month, day, hour, minute, second] = [number(1), number(2), number(3), number(4), number(5)];
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal) return undefined;
  const offset = /^([+-])(\d{2})(\d{2})$/.exec(parts[7] ?? '');
  if (offset === null) return date;
  const minutes = (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? 1 : -1);
  return new Date(date.getTime() + minutes * 60_000);
}
