import { suggest } from '../../errors/suggest.ts';

/** The form that a value of a document must have; `null` is taken for "not given" everywhere, as in Go's JSON. */
export type Shape =
  | { readonly kind: 'string' | 'boolean' | 'integer' | 'any' }
  | { readonly kind: 'list' | 'map'; readonly of: Shape }
  | { readonly kind: 'object'; readonly fields: Fields };

/** The fields of an object by name. */
export type Fields = Readonly<Record<string, Shape>>;

/** Takes what is wrong with a value: the path from the document's root, and the message. */
export type Report = (path: string, message: string) => void;

/** Where findings about the form of a document go. */
export interface ShapeReports {
  readonly wrongType: Report;
  readonly unknownField: Report;
}

/** A text. */
export const STRING: Shape = Object.freeze({ kind: 'string' });
/** True or false. */
export const BOOLEAN: Shape = Object.freeze({ kind: 'boolean' });
/** A whole number of 32 bits, as Go's int32. */
export const INTEGER: Shape = Object.freeze({ kind: 'integer' });
/** Anything: what it is does not matter here. */
export const ANY: Shape = Object.freeze({ kind: 'any' });

/** A list of values of one shape. */
export function list(of: Shape): Shape {
  return Object.freeze({ kind: 'list', of });
}

/** A mapping from any keys to values of one shape. */
export function map(of: Shape): Shape {
  return Object.freeze({ kind: 'map', of });
}

/** An object with named fields. */
export function object(fields: Fields): Shape {
  return Object.freeze({ kind: 'object', fields: Object.freeze(fields) });
}

/** The field `name` below `path`, in the notation `users[2].name`. */
export function joinPath(path: string, name: string): string {
  const plain = /^[^\s.[\]"]+$/.test(name) ? name : JSON.stringify(name.slice(0, 80));
  return path === '' ? plain : `${path}.${plain}`;
}

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Compares a value with a shape and reports each difference; values themselves are not quoted, for they may be secret.
 *
 * @returns the value without the parts that have another form, so that it can be read on
 */
export function conform(value: unknown, shape: Shape, at: { path: string; reports: ShapeReports }): unknown {
  const { path, reports } = at;
  if (value === null || value === undefined || shape.kind === 'any') return value;
  if (!hasKind(value, shape)) {
    reports.wrongType(path, `expected ${NAMES[shape.kind]}, got ${describe(value)}${hintOf(value, shape)}`);
    return undefined;
  }
  if (Array.isArray(value) && shape.kind === 'list') {
    return value.map((item, index) => conform(item, shape.of, { path: `${path}[${index}]`, reports }));
  }
  if (isMapping(value) && (shape.kind === 'map' || shape.kind === 'object'))
    return conformMapping(value, shape, at);
  return value;
}

// Looking for a like name costs more than the rest; a mapping with more unknown fields is no slip of the pen.
const MAX_SUGGESTIONS = 50;

type MappingShape = Extract<Shape, { kind: 'map' | 'list' | 'object' }>;

function conformMapping(
  value: Readonly<Record<string, unknown>>,
  shape: MappingShape,
  { path, reports }: { path: string; reports: ShapeReports },
): Readonly<Record<string, unknown>> {
  const result = new Map<string, unknown>();
  let suggestions = MAX_SUGGESTIONS;
  for (const [name, item] of Object.entries(value)) {
    const itemPath = joinPath(path, name);
    const itemShape = shape.kind === 'object' ? fieldOf(shape.fields, name) : shape.of;
    if (itemShape !== undefined) result.set(name, conform(item, itemShape, { path: itemPath, reports }));
    else if (shape.kind === 'object') {
      const known = suggestions-- > 0 ? suggestion(name, shape.fields) : '';
      reports.unknownField(itemPath, `unknown field${known}`);
    }
  }
  return Object.fromEntries(result);
}

function fieldOf(fields: Fields, name: string): Shape | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

const NAMES = Object.freeze({
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  any: 'anything',
  list: 'a list',
  map: 'a mapping',
  object: 'a mapping',
});

function hasKind(value: unknown, { kind }: Shape): boolean {
  switch (kind) {
    case 'integer':
      // Go's int32; YAML's 6443.0 becomes 6443 on its way through JSON there too.
      return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31;
    case 'list':
      return Array.isArray(value);
    case 'map':
    case 'object':
      return isMapping(value);
    case 'string':
    case 'boolean':
      return typeof value === kind;
    case 'any':
      return true;
  }
}

/** What a value is, without its content: `a number`, `a list`. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'boolean' ? 'a boolean' : `a ${typeof value}`;
}

function hintOf(value: unknown, { kind }: Shape): string {
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return kind === 'string' && isScalar ? ' (yaml reads this as one: put it in quotes)' : '';
}

function suggestion(name: string, fields: Fields): string {
  const near = suggest(name, Object.keys(fields));
  return near === undefined ? '' : `, did you mean ${near}`;
}
