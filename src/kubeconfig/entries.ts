import { setField } from '../yaml/compose.ts';
import type { Cluster, Context, Kubeconfig, User } from './model.ts';

/** What the lists of a kubeconfig hold, by the list's name. */
export interface EntryTypes {
  readonly clusters: Cluster;
  readonly contexts: Context;
  readonly users: User;
}

/** A list of a kubeconfig whose entries have names. */
export type Section = keyof EntryTypes;

/** The field of a named entry that holds it. */
const FIELD = Object.freeze({ clusters: 'cluster', contexts: 'context', users: 'user' });

/** The entry of a name; `undefined` where there is none. */
export function entryOf<S extends Section>(
  config: Kubeconfig,
  section: S,
  name: string,
): EntryTypes[S] | undefined {
  const list: readonly { readonly name: string }[] = config[section];
  const found = list.find((one) => one.name === name);
  return found && Reflect.get(found, FIELD[section]);
}

/** The entries of a section by name; of one that is there twice, the first. */
export function entriesByName<S extends Section>(
  config: Kubeconfig,
  section: S,
): ReadonlyMap<string, EntryTypes[S]> {
  const list: readonly { readonly name: string }[] = config[section];
  const entries = new Map<string, EntryTypes[S]>();
  for (const one of list) if (!entries.has(one.name)) entries.set(one.name, Reflect.get(one, FIELD[section]));
  return entries;
}

/** Names of a section, in the order of the file. */
export function namesIn(config: Kubeconfig, section: Section): readonly string[] {
  return config[section].map(({ name }) => name);
}

/** A kubeconfig with an entry in place of the one of its name, or behind all others. */
export function withEntry<S extends Section>(
  config: Kubeconfig,
  section: S,
  [name, value]: readonly [name: string, value: EntryTypes[S]],
): Kubeconfig {
  const list: readonly { readonly name: string }[] = config[section];
  const field = FIELD[section];
  const isThere = list.some((one) => one.name === name);
  const replaced = list.map((one) => (one.name === name ? { ...one, [field]: value } : one));
  return { ...config, [section]: isThere ? replaced : [...replaced, { name, [field]: value }] };
}

/** A kubeconfig without the entry of a name. */
export function withoutEntry(config: Kubeconfig, section: Section, name: string): Kubeconfig {
  const list: readonly { readonly name: string }[] = config[section];
  return { ...config, [section]: list.filter((one) => one.name !== name) };
}

/** A kubeconfig with nothing in it. */
export const EMPTY_KUBECONFIG: Kubeconfig = Object.freeze({
  clusters: [],
  contexts: [],
  currentContext: '',
  users: [],
});

/** Fields whose values are not the empty ones that Go leaves out (encoding/json, `omitempty`). */
export function withoutEmpty<T extends object>(value: T): T {
  const out: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) if (!isEmpty(field)) setField(out, key, field);
  return out as T;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === '' || value === false;
}
