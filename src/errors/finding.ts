/** How bad a {@link Finding} is. */
export type Severity = 'info' | 'warning' | 'error';

/** A fact about the state of the world that someone should know: data, never thrown. */
export interface Finding {
  /** Stable name of the kind of finding, such as `validity-clamped` or `missing-san`. */
  readonly code: string;
  readonly severity: Severity;
  /** What it is about: a file's path, or the path of a field. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** What to do about it. */
  readonly fix?: string;
}
