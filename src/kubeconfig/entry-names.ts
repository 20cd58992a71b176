import { canonicalKubeconfig } from './canonical.ts';
import { EMPTY_KUBECONFIG, type Section } from './entries.ts';
import type { Kubeconfig, NamedUser } from './model.ts';
import { kubeconfigFields } from './render.ts';

/** An entry that is to get a name. */
export interface WantedName {
  /** Its name where it comes from. */
  readonly name: string;
  /** What it says, of {@link meaningOf}; {@link MISSING} of an entry that is only named. */
  readonly meaning: string;
  /** The names that it may get, the best one first. */
  readonly candidates: () => Iterable<string>;
}

/** The name that an entry got. */
export interface Place {
  readonly name: string;
  /** Whether the same was there under this name. */
  readonly isThere: boolean;
}

/** The meaning of an entry that a context names and that is not there: no entry that is there has it. */
export const MISSING = '';

/**
 * What an entry says, but for its name: the order of keys, the form of base64 and empty fields do not count, and fields
 * that nobody knows do. The text holds the entry's secrets: it is for comparison alone.
 */
export function meaningOf<S extends Section>(section: S, entry: Kubeconfig[S][number]): string {
  const plain = section === 'users' ? withoutEmptyLists(entry as NamedUser) : entry;
  const alone: Kubeconfig = { ...EMPTY_KUBECONFIG, [section]: [{ ...plain, name: '' }] };
  return jsonText(kubeconfigFields(canonicalKubeconfig(alone))[section]);
}

/** Any JSON, with integers of any size, as text that is the same whatever the order of keys. */
export function jsonText(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  // One that was read is a bigint where it is large; one that was made may be a number.
  if (Number.isInteger(value)) return String(BigInt(Number(value)));
  if (Array.isArray(value)) return `[${value.map(jsonText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${jsonText(field)}`).join()}}`;
}

/** Go tells an empty list of arguments from none; a program does not. */
function withoutEmptyLists(entry: NamedUser): NamedUser {
  const { exec, authProvider } = entry.user;
  let { user } = entry;
  if (exec !== undefined) {
    const orNone = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
      list?.length === 0 ? undefined : list;
    user = { ...user, exec: { ...exec, args: orNone(exec.args), env: orNone(exec.env) } };
  }
  if (authProvider !== undefined)
    user = { ...user, authProvider: { ...authProvider, config: authProvider.config ?? {} } };
  return { ...entry, user };
}

/** The names of one section: what stands under each, and which ones are only named. */
export class EntryNames {
  readonly #held = new Map<string, string>();
  readonly #elsewhere = new Map<string, string>();
  readonly #reserved = new Set<string>();

  /** Takes a name, unless it is taken. */
  hold(name: string, meaning: string): void {
    if (!this.#held.has(name)) this.#held.set(name, meaning);
  }

  /** Notes what has a name in another kubeconfig: an entry here would hide it, and may do so where it is the same. */
  holdElsewhere(name: string, meaning: string): void {
    if (!this.#elsewhere.has(name)) this.#elsewhere.set(name, meaning);
  }

  /** Keeps a name for an entry whose best name it is. */
  reserve(name: string): void {
    this.#reserved.add(name);
  }

  /** What stands under a name; `undefined` where it is free. */
  meaningAt(name: string): string | undefined {
    return this.#held.get(name) ?? this.#elsewhere.get(name);
  }

  /**
   * Gives each entry the first of its names that is free or has the same under it: first those that get their best name,
   * so that none of them gives way to one that does not. No name changes its meaning, so that the same entries get the
   * same names again.
   *
   * @returns the places by the entries' own names; entries whose names are all taken have none
   */
  placeAll(wanted: readonly WantedName[]): ReadonlyMap<string, Place> {
    const places = new Map<string, Place>();
    const place = ({ name, meaning }: WantedName, candidates: Iterable<string>): boolean => {
      let isBest = true;
      for (const candidate of candidates) {
        const held = this.#held.get(candidate);
        const isReserved = held === undefined && !isBest && this.#reserved.has(candidate);
        isBest = false;
        if (isReserved || (this.meaningAt(candidate) ?? meaning) !== meaning) continue;
        this.#held.set(candidate, meaning);
        places.set(name, { name: candidate, isThere: held !== undefined });
        return true;
      }
      return false;
    };
    const left = wanted.filter((one) => !place(one, firstOf(one.candidates())));
    for (const one of left) place(one, one.candidates());
    return places;
  }
}

function* firstOf(names: Iterable<string>): Generator<string> {
  for (const name of names) {
    yield name;
    return;
  }
}

/** Names, and then the last of them with a number: `prod`, `prod-2`, `prod-3` … */
export function* numbered(...names: readonly string[]): Generator<string> {
  yield* names;
  for (let count = 2; ; count++) yield `${names.at(-1) ?? ''}-${count}`;
}

/** `USER@CLUSTER`, of a user whose name may say its cluster already. */
export function userAtCluster(user: string, cluster: { readonly was: string; readonly is: string }): string {
  const suffix = `@${cluster.was}`;
  const bare = user.endsWith(suffix) ? user.slice(0, -suffix.length) : user;
  return [bare, cluster.is].filter((part) => part !== '').join('@');
}
