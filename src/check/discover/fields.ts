/** A mapping of a YAML document. */
export type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a mapping; what is none has no fields. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** A value as a list; what is none is empty. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value as text; what is none is empty. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Scalars of a document by dotted keys, as text; lists are left out. */
export function flatten(value: unknown, prefix: string, into: Map<string, string>): void {
  if (isFields(value)) {
    for (const [key, inner] of Object.entries(value))
      flatten(inner, prefix === '' ? key : `${prefix}.${key}`, into);
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    into.set(prefix, String(value));
}
