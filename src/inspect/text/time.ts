import { TAG } from '../../asn1/der.ts';
import type { TimeInfo } from '../read/time.ts';

/** How times are printed: `Jan  2 03:04:05 2026 GMT`, or `2026-01-02 03:04:05Z` (`-dateopt`). */
export type TimeStyle = 'rfc_822' | 'iso_8601';

const MONTHS = Object.freeze('Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec'.split(','));

/**
 * A time as ASN1_TIME_print_ex writes it (crypto/asn1/a_time.c); `Bad time value` where it is none.
 */
export function renderTime(time: TimeInfo, style: TimeStyle = 'rfc_822'): string {
  return renderValidTime(time, style) ?? 'Bad time value';
}

/** The same; `undefined` where it is no time. */
export function renderValidTime(
  { raw, tag }: Pick<TimeInfo, 'raw' | 'tag'>,
  style: TimeStyle = 'rfc_822',
): string | undefined {
  const date = instantOf(raw, tag === TAG.generalizedTime);
  if (date === undefined) return undefined;
  // Only behind seconds that are there: elsewhere the point stands at another place.
  const fraction =
    tag === TAG.generalizedTime && raw.length > 15 ? (/^\.\d*/.exec(raw.slice(14))?.[0] ?? '') : '';
  const two = (value: number): string => value.toString().padStart(2, '0');
  const clock =
    [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':') + fraction;
  const year = date.getUTCFullYear();
  if (style === 'iso_8601') {
    const day = [year.toString().padStart(4), two(date.getUTCMonth() + 1), two(date.getUTCDate())].join('-');
    return `${day} ${clock}Z`;
  }
  const day = date.getUTCDate().toString().padStart(2);
  return `${MONTHS[date.getUTCMonth()] ?? ''} ${day} ${clock} ${year} GMT`;
}

const FORMS = Object.freeze({
  general: /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(?:(\d{2})(?:\.\d+)?)?(Z|[+-]\d{4})$/,
  utc: /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})$/,
});

/** An instant by the rules of ossl_asn1_time_to_tm. */
function instantOf(raw: string, general: boolean): Date | undefined {
  const parts = FORMS[general ? 'general' : 'utc'].exec(raw);
  if (parts === null) return undefined;
  const [first = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((text) => Number(text));
  const year = general ? first : first < 50 ? 2000 + first : 1900 + first;
  const seconds = Number.isNaN(second) ? 0 : second;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || seconds > 59) return undefined;
  date.setUTCHours(hour, minute, seconds);
  const zone = /^([+-])(\d{2})(\d{2})$/.exec(parts[7] ?? '');
  if (zone === null) return date;
  const [hours, minutes] = [Number(zone[2]), Number(zone[3])];
  if (hours > 12 || minutes > 59) return undefined;
  const sign = zone[1] === '-' ? 1 : -1;
  return new Date(date.getTime() + sign * (hours * 60 + minutes) * 60_000);
}
