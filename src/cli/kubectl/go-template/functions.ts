import { decodeBase64 } from '../../../asn1/base64.ts';
import { compareBytes } from '../../../kubeconfig/canonical.ts';
import { GoInt } from '../go-int.ts';
import { goHtml, goJavaScript, goUrlQuery } from './escapes.ts';
import { printf } from './printf.ts';
import { templateError } from './problem.ts';
import { isList, isMap, isTrue, printed, printedTogether, typeOf, written, type Value } from './values.ts';

type Values = readonly Value[];

/** A function of templates. */
export interface TemplateFunction {
  /** Of what kind the arguments are that it needs. */
  readonly parameters: readonly ('any' | 'text')[];
  /** Whether it takes more of them. */
  readonly isVariadic: boolean;
  readonly call: (values: Values) => Value;
}

const fixed = (
  parameters: TemplateFunction['parameters'],
  call: TemplateFunction['call'],
): TemplateFunction => ({
  parameters,
  isVariadic: false,
  call,
});
const variadic = (
  parameters: TemplateFunction['parameters'],
  call: TemplateFunction['call'],
): TemplateFunction => ({
  parameters,
  isVariadic: true,
  call,
});
const comparison = (test: (a: Value, b: Value) => boolean): TemplateFunction =>
  fixed(['any', 'any'], ([a, b]) => test(a, b));

/** Those of text/template, and two of kubectl's (cli-runtime pkg/printers/template.go). */
export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = Object.freeze({
  // These two take no more of their arguments than they need: see the evaluation.
  and: variadic(['any'], ([value]) => value),
  or: variadic(['any'], ([value]) => value),
  not: fixed(['any'], ([value]) => !isTrue(value)),
  len: fixed(['any'], ([value]) => new GoInt(lengthOf(value))),
  index: variadic(['any'], ([value, ...keys]) => {
    if (value === undefined || value === null) throw templateError('looks for an index in what is not there');
    return keys.reduce(at, value);
  }),
  slice: variadic(['any'], ([value, ...bounds]) => slice(value, bounds)),
  exists: variadic(['any'], ([value, ...keys]) => exists(value, keys)),
  print: variadic([], printedTogether),
  println: variadic([], (values) => `${values.map(printed).join(' ')}\n`),
  printf: variadic(['text'], ([format, ...values]) => printf(String(format), values)),
  html: variadic([], (values) => goHtml(textOf(values))),
  js: variadic([], (values) => goJavaScript(textOf(values))),
  urlquery: variadic([], (values) => goUrlQuery(textOf(values))),
  base64decode: fixed(['text'], ([value]) => base64Decode(String(value))),
  call: variadic(['any'], ([value]) => {
    throw templateError(`calls a value of type ${typeOf(value)}, which is no function`);
  }),
  eq: variadic(['any'], ([value, ...others]) => {
    if (others.length === 0) throw templateError('compares one value with nothing');
    return others.some((other) => isEqual(value, other));
  }),
  ne: comparison((a, b) => !isEqual(a, b)),
  lt: comparison((a, b) => order(a, b) < 0),
  le: comparison((a, b) => order(a, b) <= 0),
  gt: comparison((a, b) => order(a, b) > 0),
  ge: comparison((a, b) => order(a, b) >= 0),
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function lengthOf(value: Value): number {
  if (typeof value === 'string') return bytesOf(value).length;
  if (isList(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw templateError(`asks for the length of a value of type ${typeOf(value)}`);
}

function at(value: Value, key: Value): Value {
  if (isMap(value)) {
    if (typeof key !== 'string') throw templateError(`looks for an index of type ${typeOf(key)} in a map`);
    return Object.hasOwn(value, key) ? value[key] : null;
  }
  if (!isList(value) && typeof value !== 'string')
    throw templateError(`looks for an index in a value of type ${typeOf(value)}`);
  const length = lengthOf(value);
  const index = indexOf(key, length - 1);
  return isList(value) ? value[index] : new GoInt(bytesOf(value)[index] ?? 0, 'uint8');
}

function indexOf(key: Value, most: number): number {
  if (!(key instanceof GoInt))
    throw templateError(`has an index of type ${typeOf(key)}, which is no integer`);
  if (key.int < 0 || key.int > most)
    throw templateError(`has the index ${key.int}, and there are ${most + 1}`);
  return key.int;
}

function slice(value: Value, bounds: Values): Value {
  if (!isList(value) && typeof value !== 'string')
    throw templateError(`cuts a value of type ${typeOf(value)}`);
  const length = lengthOf(value);
  if (bounds.length > (isList(value) ? 3 : 2)) throw templateError('has too many bounds of a slice');
  const [from = 0, to = length, capacity = length] = bounds.map((bound) => indexOf(bound, length));
  if (from > to || to > capacity) throw templateError(`has a slice from ${from} to ${to}`);
  return isList(value) ? value.slice(from, to) : new TextDecoder().decode(bytesOf(value).slice(from, to));
}

function exists(value: Value, keys: Values): boolean {
  // So it is there: a bug of kubectl's.
  if (keys.length === 0 && isNothing(value)) return true;
  let found = value;
  for (const key of keys) {
    const isIndex = isList(found) || typeof found === 'string';
    if (
      isIndex
        ? !(key instanceof GoInt) || key.int < 0 || key.int >= lengthOf(found)
        : !isMap(found) || typeof key !== 'string'
    )
      return false;
    found = at(found, key);
  }
  return found !== undefined && found !== null;
}

/** One text as it is, and anything else as it would be written. */
function textOf(values: Values): string {
  const [only] = values;
  if (values.length === 1 && typeof only === 'string') return only;
  return printedTogether(
    values.map((value) => (value === undefined || value === null ? written(value) : value)),
  );
}

function base64Decode(text: string): string {
  const bytes = decodeBase64(text.replace(/[\r\n]/g, ''));
  // The text may be a secret.
  if (bytes === undefined) throw templateError('decodes what is not base64');
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** The kind of what can be compared with others of its kind. */
function basicOf(value: Value): 'int' | 'number' | 'string' | 'boolean' | undefined {
  if (value instanceof GoInt) return 'int';
  const type = typeof value;
  return type === 'number' || type === 'string' || type === 'boolean' ? type : undefined;
}

const isNothing = (value: Value): boolean => value === undefined || value === null;
const plain = (value: Value): Value => (value instanceof GoInt ? value.int : value);

function isEqual(a: Value, b: Value): boolean {
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  refuseUnlike(a, b);
  return plain(a) === plain(b);
}

function order(a: Value, b: Value): number {
  refuseUnlike(a, b);
  if (basicOf(a) === 'boolean') throw templateError('asks which of true and false is less');
  return typeof a === 'string' ? compareBytes(a, String(b)) : Number(plain(a)) - Number(plain(b));
}

function refuseUnlike(a: Value, b: Value): void {
  if (basicOf(a) === undefined || basicOf(a) !== basicOf(b))
    throw templateError(`compares a value of type ${typeOf(a)} with one of type ${typeOf(b)}`);
}
