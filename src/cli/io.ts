import type { StopSignal } from '../pki/disk/stop.ts';

/** All that a command sees of the process it runs in; tests hand over their own. */
export interface Io {
  /**
   * Writes text in UTF-8, or bytes as they are.
   *
   * @throws PkiError `io`, once: what is written after that is lost
   */
  readonly stdout: (output: string | Uint8Array) => void;
  readonly stderr: (text: string) => void;
  /** Reads standard input to its end. */
  readonly stdin: () => Promise<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to, absolute. */
  readonly cwd: string;
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean };
  /** Width of the terminal in columns. */
  readonly columns: number;
  readonly now: () => Date;
  /** Runs what must not be ended in its midst, and asks it to stop when the process is to end. */
  readonly stoppable: <T>(run: (signal: StopSignal) => Promise<T>) => Promise<T>;
  /** Version of this package. */
  readonly version: string;
}
