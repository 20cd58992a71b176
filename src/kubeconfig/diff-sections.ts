import type { CryptoProvider } from '../crypto/provider.ts';
import { differencesOf, understood } from './diff-credentials.ts';
import type { Fact } from './diff-facts.ts';
import type { Section } from './entries.ts';
import type { KubeconfigChange } from './kubeconfig-change.ts';

/** What the entries of a section say, by name. */
export type Entries = ReadonlyMap<string, readonly Fact[]>;

/** How a section differs from another. */
export interface Compared {
  readonly changes: readonly KubeconfigChange[];
  /** New names by old ones. */
  readonly renamed: ReadonlyMap<string, string>;
}

const keys = new WeakMap<readonly Fact[], string>();

/** Text that is the same for facts that are the same. It holds secrets. */
export function keyOf(facts: readonly Fact[]): string {
  const known = keys.get(facts);
  if (known !== undefined) return known;
  const key = JSON.stringify(facts.map(({ field, kind, identity }) => [field, kind, identity]).sort());
  keys.set(facts, key);
  return key;
}

/** Compares the entries of two sections: those of one name with one another, others by what they say. */
export async function compareSection(
  section: Section,
  before: Entries,
  after: Entries,
  crypto: CryptoProvider,
): Promise<Compared> {
  const understand = (facts: readonly Fact[]): Promise<readonly Fact[]> =>
    Promise.all(facts.map((fact) => understood(fact, crypto)));
  const changes: KubeconfigChange[] = [];
  const [gone, added] = await Promise.all([
    onlyIn(before, after, understand),
    onlyIn(after, before, understand),
  ]);
  const renamed = renames(gone, added);
  for (const [name, facts] of before) {
    const others = after.get(name);
    const to = renamed.get(name);
    if (to !== undefined) changes.push({ action: 'rename', section, name, to });
    else if (others === undefined)
      changes.push({ action: 'remove', section, name, ...summary('before', gone.get(name) ?? []) });
    // Most entries are the same to the octet, and nothing has to be understood.
    else if (keyOf(facts) !== keyOf(others)) {
      const known = [await understand(facts), await understand(others)] as const;
      for (const change of await fieldChanges(...known, crypto))
        changes.push({ action: 'change', section, name, ...change });
    }
  }
  const taken = new Set(renamed.values());
  for (const [name, facts] of added)
    if (!taken.has(name)) changes.push({ action: 'add', section, name, ...summary('after', facts) });
  return { changes, renamed };
}

/** Entries whose names are not among the others, as they are understood. */
async function onlyIn(
  entries: Entries,
  others: Entries,
  understand: (facts: readonly Fact[]) => Promise<readonly Fact[]>,
): Promise<Entries> {
  const out = new Map<string, readonly Fact[]>();
  for (const [name, facts] of entries) if (!others.has(name)) out.set(name, await understand(facts));
  return out;
}

/** New names of entries that say the same, by old ones. */
function renames(gone: Entries, added: Entries): ReadonlyMap<string, string> {
  const byKey = new Map<string, string[]>();
  for (const [name, facts] of added) {
    const names = byKey.get(keyOf(facts));
    if (names === undefined) byKey.set(keyOf(facts), [name]);
    else names.push(name);
  }
  const renamed = new Map<string, string>();
  for (const [name, facts] of gone) {
    const to = byKey.get(keyOf(facts))?.shift();
    if (to !== undefined) renamed.set(name, to);
  }
  return renamed;
}

type FieldChange = Pick<KubeconfigChange, 'before' | 'after' | 'reason'> & { readonly field: string };

/** By what the fields of an entry differ, whose facts are understood. */
export async function fieldChanges(
  before: readonly Fact[],
  after: readonly Fact[],
  crypto: CryptoProvider,
): Promise<readonly FieldChange[]> {
  const [from, to] = [before, after].map(byField);
  const out: FieldChange[] = [];
  for (const field of new Set([...before, ...after].map((fact) => fact.field)))
    for (const one of await differencesOf(from?.get(field), to?.get(field), crypto))
      out.push({ field, ...one });
  return out;
}

/** Facts by field. What is there twice, such as a variable, is one fact. */
function byField(facts: readonly Fact[]): ReadonlyMap<string, Fact> {
  const out = new Map<string, Fact>();
  for (const fact of facts) {
    const { field, identity } = fact;
    const other = out.get(field);
    const both = other && JSON.stringify([other.identity, identity]);
    out.set(field, both === undefined ? fact : { field, kind: 'hidden', identity: both });
  }
  return out;
}

/** What an entry is that is there on one side alone, by the first thing that may be shown. */
function summary(
  side: 'before' | 'after',
  facts: readonly Fact[],
): Pick<KubeconfigChange, 'before' | 'after'> {
  const shown = facts.filter(({ field }) => field === 'cluster' || field === 'user');
  const [first] = facts.filter((fact) => fact.shown !== undefined);
  const parts = (shown.length > 0 ? shown : first === undefined ? [] : [first]).map(
    (fact) => `${fact.field} ${fact.shown ?? ''}`,
  );
  const text = parts.length > 0 ? parts.join(', ') : facts.map(({ field }) => field).join(', ');
  return text === '' ? {} : { [side]: text };
}
