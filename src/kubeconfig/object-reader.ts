import { decodeBase64 } from '../asn1/base64.ts';
import type { Problem } from '../errors/pki-error.ts';
import { joinPath, setField } from '../yaml/compose.ts';

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'bigint' ? 'a number' : `a ${typeof value}`;
}

/** Removes the fields whose value is undefined from a fresh object. */
export function compact<T extends object>(fields: T): T {
  for (const key of Object.keys(fields)) {
    if (Reflect.get(fields, key) === undefined) Reflect.deleteProperty(fields, key);
  }
  return fields;
}

/**
 * Reads the fields of one object as Go's encoding/json reads them into a struct: null is an absent field, and a value
 * of another type is a problem. Messages name types, never values, because values may be secrets.
 */
export class ObjectReader {
  readonly path: string;
  private readonly fields: Fields;
  private readonly problems: Problem[];
  private readonly known = new Set<string>();

  constructor(value: unknown, path: string, problems: Problem[]) {
    this.path = path;
    this.problems = problems;
    this.fields = isObject(value) ? value : {};
    if (value !== null && value !== undefined && !isObject(value)) this.expected('a map', value, path);
  }

  private expected(type: string, value: unknown, path: string): void {
    this.problems.push({ path, message: `expected ${type}, got ${nameType(value)}` });
  }

  /** Adds a problem with a field. */
  report(key: string, message: string): void {
    this.problems.push({ path: joinPath(this.path, key), message });
  }

  private take(key: string): unknown {
    this.known.add(key);
    return Object.hasOwn(this.fields, key) ? (this.fields[key] ?? undefined) : undefined;
  }

  /** Any value of a field. */
  any(key: string): unknown {
    return this.take(key);
  }

  string(key: string): string | undefined {
    return this.asString(this.take(key), joinPath(this.path, key));
  }

  private asString(value: unknown, path: string): string | undefined {
    if (value === undefined || typeof value === 'string') return value;
    this.expected('a string', value, path);
    return undefined;
  }

  boolean(key: string): boolean | undefined {
    const value = this.take(key);
    if (value === undefined || typeof value === 'boolean') return value;
    this.expected('true or false', value, joinPath(this.path, key));
    return undefined;
  }

  /** Base64 as Go reads it into bytes: line breaks do not count. It is returned without them. */
  base64(key: string): string | undefined {
    const value = this.string(key)?.replace(/[\r\n]/g, '');
    if (value !== undefined && decodeBase64(value) === undefined) this.report(key, 'is not base64');
    return value;
  }

  private asList(value: unknown, path: string): readonly unknown[] | undefined {
    if (value === undefined || Array.isArray(value)) return value;
    this.expected('a list', value, path);
    return undefined;
  }

  private asStrings(value: unknown, path: string): readonly string[] | undefined {
    // A null in a list leaves Go's zero value, the empty string.
    return this.asList(value, path)?.map(
      (item, i) => this.asString(item ?? undefined, joinPath(path, i)) ?? '',
    );
  }

  strings(key: string): readonly string[] | undefined {
    return this.asStrings(this.take(key), joinPath(this.path, key));
  }

  private entries<T>(
    key: string,
    read: (value: unknown, path: string) => T,
  ): Readonly<Record<string, T>> | undefined {
    const value = this.take(key);
    const path = joinPath(this.path, key);
    if (value === undefined) return undefined;
    if (!isObject(value)) {
      this.expected('a map', value, path);
      return undefined;
    }
    const out: Record<string, T> = {};
    for (const [name, item] of Object.entries(value))
      setField(out, name, read(item ?? undefined, joinPath(path, name)));
    return out;
  }

  stringMap(key: string): Readonly<Record<string, string>> | undefined {
    return this.entries(key, (value, path) => this.asString(value, path) ?? '');
  }

  stringsMap(key: string): Readonly<Record<string, readonly string[]>> | undefined {
    return this.entries(key, (value, path) => this.asStrings(value, path) ?? []);
  }

  /** An object inside of this one; undefined when the field is absent. */
  object(key: string): ObjectReader | undefined {
    const value = this.take(key);
    return value === undefined ? undefined : new ObjectReader(value, joinPath(this.path, key), this.problems);
  }

  /** An object inside of this one; an empty one when the field is absent. */
  objectOrEmpty(key: string): ObjectReader {
    return new ObjectReader(this.take(key), joinPath(this.path, key), this.problems);
  }

  /** The objects of a list; undefined when the field is absent. */
  list<T>(key: string, read: (item: ObjectReader) => T): readonly T[] | undefined {
    const path = joinPath(this.path, key);
    return this.asList(this.take(key), path)?.map((item, i) =>
      read(new ObjectReader(item, joinPath(path, i), this.problems)),
    );
  }

  /** All fields that were not asked for; undefined when there is none. */
  other(): Fields | undefined {
    const out: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(this.fields))
      if (!this.known.has(key)) setField(out, key, value);
    return Object.keys(out).length === 0 ? undefined : out;
  }
}
