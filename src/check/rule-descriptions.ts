import type { Severity } from '../errors/finding.ts';
import { RULES } from './rules/rules.ts';

/** What a rule of the health check is about. */
export interface RuleDescription {
  /** Its name in findings. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong where it fires. */
  readonly title: string;
  /** Where it comes from: an RFC's section, a page or file of Kubernetes, a number of the CIS benchmark. */
  readonly source: string;
  /** What to do about it, in general. */
  readonly fix: string;
}

/** Every rule of the health check. */
export const HEALTH_RULES: readonly RuleDescription[] = Object.freeze(
  RULES.map(({ code, severity, title, source, fix }) =>
    Object.freeze({ code, severity, title, source, fix }),
  ),
);
