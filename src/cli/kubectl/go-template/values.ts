import { compareBytes } from '../../../kubeconfig/canonical.ts';
import { setField } from '../../../yaml/compose.ts';
import { formatGoFloat } from '../../../yaml/number.ts';
import { GoInt } from '../go-int.ts';

/**
 * A value of a template: what JSON knows, and integers. `null` is a null of the document, `undefined` what is not there:
 * Go tells them apart where a field of one is asked for.
 */
export type Value = unknown;

/** A document as Go reads it for a template: whole numbers are integers of 64 bits (apimachinery util/json). */
export function asGo(value: unknown): Value {
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? new GoInt(value, 'int64') : value;
  if (typeof value === 'bigint') return value < 2n ** 63n ? new GoInt(value, 'int64') : Number(value);
  if (isList(value)) return value.map(asGo);
  if (!isMap(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) setField(out, key, asGo(one));
  return out;
}

/** Whether it is a map of JSON. */
export function isMap(value: Value): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof GoInt);
}

/** Whether it is a list of JSON. */
export function isList(value: Value): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The keys of a map and what is under them, in the order in which Go's templates take them. */
export function sortedEntries(
  map: Readonly<Record<string, unknown>>,
): readonly (readonly [string, unknown])[] {
  return Object.entries(map).sort(([a], [b]) => compareBytes(a, b));
}

/** The name of its type in Go. */
export function typeOf(value: Value): string {
  if (value === null || value === undefined) return '<nil>';
  if (value instanceof GoInt) return value.type;
  if (isList(value)) return '[]interface {}';
  if (isMap(value)) return 'map[string]interface {}';
  return { string: 'string', boolean: 'bool' }[typeof value as string] ?? 'float64';
}

/** Whether `{{if}}` takes it for true. */
export function isTrue(value: Value): boolean {
  if (value instanceof GoInt) return value.int !== 0;
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return Boolean(value) || Number.isNaN(value);
}

/** Its text by the verb `%v` of Go's fmt. */
export function printed(value: Value): string {
  if (value === null || value === undefined) return '<nil>';
  if (value instanceof GoInt) return value.digits;
  if (typeof value === 'number') return formatGoFloat(value, 64);
  if (isList(value)) return `[${value.map(printed).join(' ')}]`;
  if (isMap(value))
    return `map[${sortedEntries(value)
      .map(([key, one]) => `${key}:${printed(one)}`)
      .join(' ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What `{{.}}` writes: of what is not there, that it is not. */
export function written(value: Value): string {
  return value === null || value === undefined ? '<no value>' : printed(value);
}

/** Several values in one text: blanks stand between those of which none is a string (fmt.Sprint). */
export function printedTogether(values: readonly Value[]): string {
  return values
    .map((value, at) => {
      const isApart = at > 0 && typeof value !== 'string' && typeof values[at - 1] !== 'string';
      return (isApart ? ' ' : '') + printed(value);
    })
    .join('');
}
