/** A file of the tree, in memory. Keys and kubeconfigs are secrets. */
export interface TreeFile {
  /** Absolute path. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Permission bits, such as 0o600. */
  readonly mode: number;
}

const utf8 = new TextEncoder();

/** A text file of the tree. */
export function textFile(path: string, text: string, mode: number): TreeFile {
  return { path, data: utf8.encode(text), mode };
}
