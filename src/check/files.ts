/** What is known of a file without reading it. */
export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'other';
  /** Permission bits: 0o600. */
  readonly mode: number;
  /** Owner and group by number, and by name where it is known. */
  readonly uid: number;
  readonly gid: number;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  /** In bytes. */
  readonly size: number;
  readonly modified: Date;
}

/**
 * The files that are checked: a machine's, a directory that was copied from one, or files held in memory (in a browser).
 * Paths are absolute, as on the machine that is checked (`/etc/kubernetes/pki/ca.crt`), whatever directory stands in for its root.
 */
export interface FileSource {
  /** Facts about what a path leads to, links followed; `undefined` where there is nothing. */
  readonly stat: (path: string) => FileFacts | undefined;
  /** Where a path leads when all links in it are followed; `undefined` where there is nothing. */
  readonly realPath: (path: string) => string | undefined;
  /** Names in a directory, sorted; `undefined` where there is none. */
  readonly list: (path: string) => readonly string[] | undefined;
  /**
   * The content of a regular file; `undefined` where there is none.
   *
   * @throws PkiError `io`, `unexpected-file`, `limit-exceeded`
   */
  readonly read: (path: string) => Uint8Array | undefined;
}
