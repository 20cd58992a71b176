import { equalBytes } from '../asn1/bytes.ts';
import { PkiError } from '../errors/pki-error.ts';
import { readFileIfPresent } from './read-file.ts';

/**
 * What a run has read of the files that it may replace. Other programs do not keep our lock: a file that has come or
 * changed since it was looked at is theirs.
 */
export class SeenFiles {
  readonly #contents = new Map<string, Uint8Array | undefined>();

  /** Reads a file; `undefined` where there is none. */
  readonly read = async (path: string): Promise<Uint8Array | undefined> => {
    const content = await readFileIfPresent(path);
    // What was planned from is what was read first.
    if (!this.#contents.has(path)) this.#contents.set(path, content);
    return content;
  };

  /**
   * Checks that a file is what it was when it was read.
   *
   * @throws PkiError `unexpected-file`
   */
  async check(path: string): Promise<void> {
    if (!this.#contents.has(path)) return;
    const before = this.#contents.get(path);
    const now = await readFileIfPresent(path);
    const isSame = before === undefined || now === undefined ? before === now : equalBytes(before, now);
    if (isSame) return;
    const [expected, actual] = ['what was read', before === undefined ? 'a new file' : 'another content'];
    throw new PkiError('unexpected-file', `${path} has changed since it was read`, {
      details: { path, expected, actual },
      hint: 'nothing was changed; run again when no other program writes there',
    });
  }

  /** Forgets files that are done with. */
  forget(paths: readonly string[]): void {
    for (const path of paths) this.#contents.delete(path);
  }
}
