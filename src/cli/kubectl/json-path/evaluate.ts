import { compareBytes } from '../../../kubeconfig/canonical.ts';
import { PkiError } from '../../../errors/pki-error.ts';
import { quote } from '../../../errors/quote.ts';
import { GoInt } from '../go-int.ts';
import type { Path, Slice, Step, Template } from './parse.ts';

/** A value of JSON, or an integer of the path itself. */
type Value = unknown;
type Values = readonly Value[];

/** How a path is followed. */
export interface FindOptions {
  /** Whether a field that is not there is an error, and not nothing. */
  readonly isStrict: boolean;
}

/**
 * What a template finds in a document: a list of values for each piece of text and each path, loops unrolled (client-go
 * util/jsonpath/jsonpath.go, FindResults).
 *
 * @throws PkiError `usage` where a path asks of a value what it has not: an index beyond a list, a comparison of maps
 */
export function evaluate(template: Template, document: Value, options: FindOptions): readonly Values[] {
  return block([document], { template, from: 0, depth: 0, options }).found;
}

interface Block {
  readonly template: Template;
  readonly from: number;
  /** How many loops it is in. */
  readonly depth: number;
  readonly options: FindOptions;
}

/** What was found up to the `{end}` of the loop, and where that is. */
interface Found {
  readonly found: readonly Values[];
  readonly end: number | undefined;
}

function block(input: Values, { template, from, depth, options }: Block): Found {
  const found: Values[] = [];
  for (let at = from; at < template.length; at++) {
    const piece = template[at] ?? '';
    if (typeof piece === 'string') {
      found.push([piece]);
      continue;
    }
    const values = follow(input, piece, options);
    if (piece.some(({ kind }) => kind === 'end')) {
      if (depth === 0) throw impossible('{end} ends nothing: there is no {range} before it');
      return { found, end: at };
    }
    if (!piece.some(({ kind }) => kind === 'range')) {
      found.push(values);
      continue;
    }
    const inner = { template, from: at + 1, depth: depth + 1, options };
    // Nothing to loop over: the place of its end is still to be found.
    const rounds = values.length === 0 ? [block([null], inner)] : values.map((one) => block([one], inner));
    if (values.length > 0) found.push(...rounds.flatMap((round) => round.found));
    at = rounds[0]?.end ?? at;
  }
  return { found, end: undefined };
}

function follow(input: Values, path: Path, options: FindOptions): Values {
  return path.reduce<Values>((values, step) => take(values, step, options), input);
}

function take(values: Values, step: Step, options: FindOptions): Values {
  switch (step.kind) {
    case 'text':
      return [step.text];
    case 'value':
      return values.map(() => step.value);
    case 'field':
      return fieldsOf(values, step.name, options);
    case 'slice':
      return values.flatMap((value) => (isNothing(value) ? [] : slice(value, step.slice)));
    case 'union':
      return step.paths.flatMap((path) => follow(values, path, options));
    case 'filter':
      return values.flatMap((value) => filter(value, step, options));
    case 'wildcard':
      return values.flatMap(partsOf);
    case 'recursive':
      return values.flatMap(descend);
    case 'range':
      return values;
    case 'end':
      return [];
  }
}

const isNothing = (value: Value): boolean => value === null || value === undefined;

function isMap(value: Value): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(values: Values, name: string, { isStrict }: FindOptions): Values {
  const found = values.flatMap((value) => fieldOf(value, name));
  if (isStrict && values.length > 0 && found.length === 0) throw impossible(`there is no ${quote(name)}`);
  return found;
}

function fieldOf(value: Value, name: string): Values {
  return isMap(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}

/** The values of a map or a list, and the octets of a text. Go has no order of a map's keys: here they are sorted. */
function partsOf(value: Value): Values {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string') return [...new TextEncoder().encode(value)];
  if (!isMap(value)) return [];
  return Object.keys(value)
    .sort(compareBytes)
    .map((key) => value[key]);
}

function descend(value: Value): Values {
  const parts = partsOf(value);
  return parts.length === 0 ? [] : [value, ...parts.flatMap(descend)];
}

function slice(value: Value, { from = 0, to, step = 1, isOne }: Slice): Values {
  if (!Array.isArray(value)) throw impossible('an index is asked of what is no list');
  const list: Values = value as unknown[];
  const { length } = list;
  const start = from < 0 ? from + length : from;
  const given = to ?? length;
  const end = given < 0 || (given === 0 && isOne) ? given + length : given;
  if (start === end) return [];
  if (start >= length || start < 0)
    throw impossible(`the index ${start} is beyond the list, which has ${length}`);
  if (end > length || end < 0)
    throw impossible(`the index ${end - 1} is beyond the list, which has ${length}`);
  if (start > end) throw impossible(`the slice starts at ${start}, behind its end ${end}`);
  if (step <= 0) throw impossible('the step of a slice is below 1');
  return list.slice(start, end).filter((_one, at) => at % step === 0);
}

function filter(
  value: Value,
  { left, operator, right }: Extract<Step, { kind: 'filter' }>,
  options: FindOptions,
): Values {
  if (!Array.isArray(value)) throw impossible('what is no list cannot be filtered');
  return (value as unknown[]).filter((one) => {
    const lefts = operator === 'exists' ? found(one, left, options) : follow([one], left, options);
    if (operator === 'exists') return lefts.length > 0;
    if (lefts.length === 0) return false;
    const rights = follow([one], right, options);
    if (lefts.length > 1 || rights.length > 1) throw impossible('one value is compared with one other only');
    return rights.length === 1 && compare(lefts[0], operator, rights[0]);
  });
}

function found(one: Value, path: Path, options: FindOptions): Values {
  try {
    return follow([one], path, options);
  } catch (error) {
    if (error instanceof PkiError) return [];
    throw error;
  }
}

function kindOf(value: Value): 'int' | 'number' | 'string' | 'boolean' {
  if (value instanceof GoInt) return 'int';
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return typeof value as 'number' | 'string' | 'boolean';
  throw impossible('maps, lists and null are not compared');
}

function compare(left: Value, operator: string, right: Value): boolean {
  const kind = kindOf(left);
  if (kindOf(right) !== kind) throw impossible('values of different kinds are not compared');
  const order =
    kind === 'string'
      ? compareBytes(String(left), String(right))
      : Number(left instanceof GoInt ? left.int : left) - Number(right instanceof GoInt ? right.int : right);
  if (operator === '==') return order === 0;
  if (operator === '!=') return order !== 0;
  if (kind === 'boolean') throw impossible('true and false have no order');
  const test = { '<': order < 0, '>': order > 0, '<=': order <= 0, '>=': order >= 0 }[operator];
  if (test === undefined) throw impossible(`there is no comparison ${operator}`);
  return test;
}

function impossible(message: string): PkiError<'usage'> {
  return new PkiError('usage', `the JSONPath does not fit: ${message}`, { details: { option: '--output' } });
}
