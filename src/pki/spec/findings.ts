import { PkiError, type Problem } from '../../errors/pki-error.ts';

// A message stays readable; `details.problems` has all of them.
const MAX_IN_MESSAGE = 10;

/** Collects what is wrong with a configuration and what is doubtful, each with the path of the field. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];

  private readonly paths = new Set<string>();

  /** Adds something that must be mended. */
  readonly problem = (path: string, message: string): void => {
    this.paths.add(path);
    this.problems.push({ path, message });
  };

  /** Adds something that is let pass. */
  readonly warning = (path: string, message: string): void => {
    this.warnings.push({ path, message });
  };

  /** Whether there is a problem with this very field already. */
  isReported(path: string): boolean {
    return this.paths.has(path);
  }

  /**
   * Ends the reading where there are problems; warnings count as such where they are `strict`.
   *
   * @throws PkiError `invalid-config` with all problems; `usage` where every one is a flag's
   */
  throwIfAny({ source, strict }: { source?: string | undefined; strict?: boolean | undefined }): void {
    const problems = strict === true ? [...this.problems, ...this.warnings] : this.problems;
    const [first] = problems;
    if (first === undefined) return;
    const shown = problems
      .slice(0, MAX_IN_MESSAGE)
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    if (problems.length > shown.length) shown.push(`and ${problems.length - shown.length} more`);
    if (problems.every(({ path }) => path.startsWith('--'))) {
      throw new PkiError('usage', shown.join('; '), { details: { option: first.path } });
    }
    const prefix = source === undefined ? '' : `${source}: `;
    throw new PkiError('invalid-config', prefix + shown.join('; '), {
      details: { ...(source === undefined ? {} : { source }), problems: [...problems] },
      ...(strict === true && this.problems.length === 0
        ? { hint: 'without --strict these are warnings' }
        : {}),
    });
  }
}
