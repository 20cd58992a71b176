import type { FileFacts } from '../files.ts';
import type { Component, Inventory, KeyEntry } from '../inventory.ts';
import type { CertificateFacts } from './facts.ts';
import type { RuleSettings } from './rule.ts';

/** An inventory by what rules look things up by. */
export interface Index {
  readonly inventory: Inventory;
  readonly settings: RuleSettings;
  /** The clock, in milliseconds since 1970. */
  readonly now: number;
  readonly certificates: readonly CertificateFacts[];
  readonly byId: ReadonlyMap<string, CertificateFacts>;
  /** The certificates of a file or field, in order. */
  readonly byPlace: ReadonlyMap<string, readonly CertificateFacts[]>;
  /** By the subject's DER in hexadecimal. */
  readonly bySubject: ReadonlyMap<string, readonly CertificateFacts[]>;
  readonly keysByPlace: ReadonlyMap<string, readonly KeyEntry[]>;
  readonly files: ReadonlyMap<string, FileFacts>;
}

/** Items by a key, each list in order. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

/** Components of a name; several where several roots are checked at once. */
export function componentsNamed({ inventory }: Pick<Index, 'inventory'>, name: string): readonly Component[] {
  return inventory.components.filter((component) => component.name === name);
}

/** The value of a flag or field; of several given, the last, which is the one that counts. */
export function setting({ flags }: Component, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = flags.get(name)?.at(-1);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** The values of a flag that takes a list: separated by commas, or given several times. */
export function settingList({ flags }: Component, name: string): string[] {
  return (flags.get(name) ?? [])
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** The files, as on the machine, that a component's flag or field names. */
export function pathsOf({ uses }: Component, ...names: readonly string[]): string[] {
  return uses.filter(({ flag }) => names.includes(flag.replace(/^-+/, ''))).map(({ path }) => path);
}

/** The folder of a path. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** How many certificates that are no CAs are signed by one of these keys: what stands under a CA tells which one is right. */
export function certificatesUnder({ certificates, byId }: Index, publicKeys: readonly string[]): number {
  return certificates.filter(
    ({ isCa, entry }) =>
      !isCa && entry.signedBy.some((id) => publicKeys.includes(byId.get(id)?.publicKey ?? '')),
  ).length;
}
