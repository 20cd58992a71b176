import { encodeBase64 } from '../asn1/base64.ts';

/** Octets of a name are at most 255 where files are kept: four for a character, and room for what follows it. */
const MAX_CHARACTERS = 56;

/** Names that Windows keeps for its devices, whatever follows the dot. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * A name of a kubeconfig as part of a file's name: letters, digits and `._@+-` stay, all else becomes `-`; it begins
 * with neither a dot nor a hyphen, and is no device of Windows. Different names may become the same.
 */
export function fileNameOf(name: string): string {
  const safe = Array.from(name.normalize('NFC').replace(/[^\p{L}\p{N}._@+-]/gu, '-'))
    .slice(0, MAX_CHARACTERS)
    .join('');
  return /^[.-]|^$/.test(safe) || DEVICES.test(safe) ? `_${safe}` : safe;
}

/** A file's name as file systems compare it that know no case or no accents as they are written (macOS, Windows). */
export function foldedFileName(name: string): string {
  return name.normalize('NFKD').toLowerCase();
}

/** A file that is there, or is to be. */
export interface KnownFile {
  readonly name: string;
  /** Its content; a file without one is only kept out of the way of. */
  readonly data?: Uint8Array | undefined;
}

/** Gives files of one folder names that differ, and one name to files of one kind with the same content. */
export class FileNames {
  readonly #taken: Set<string>;
  readonly #next = new Map<string, number>();
  readonly #known = new Map<string, string[]>();
  readonly #given = new Map<string, string>();

  /** @param known names that are taken */
  constructor(known: readonly KnownFile[]) {
    this.#taken = new Set(known.map(({ name }) => foldedFileName(name)));
    for (const { name, data } of known) {
      const content = data === undefined ? undefined : encodeBase64(data);
      if (content !== undefined) this.#known.set(content, [...(this.#known.get(content) ?? []), name]);
    }
  }

  /**
   * The name for content.
   *
   * @param suffix what the name ends with: the kind of the file
   * @param content in base64
   * @returns `isNew`: whether no other has it
   */
  nameFor(name: string, suffix: string, content: string): { readonly name: string; readonly isNew: boolean } {
    const key = `${suffix} ${content}`;
    const shared = this.#given.get(key) ?? this.#known.get(content)?.find((known) => known.endsWith(suffix));
    if (shared !== undefined) return { name: shared, isNew: false };
    const free = this.#free(fileNameOf(name), suffix);
    this.#given.set(key, free);
    return { name: free, isNew: true };
  }

  #free(base: string, suffix: string): string {
    const counted = foldedFileName(`${base}${suffix}`);
    for (let count = this.#next.get(counted) ?? 1; ; count++) {
      const name = `${base}${count === 1 ? '' : `-${count}`}${suffix}`;
      const folded = foldedFileName(name);
      if (this.#taken.has(folded)) continue;
      this.#taken.add(folded);
      this.#next.set(counted, count + 1);
      return name;
    }
  }
}
