import type { Severity } from '../../errors/finding.ts';
import type { Machine } from './machine.ts';
import type { Mending } from './remedies.ts';

/** What rules are told besides the inventory. */
export interface RuleSettings {
  readonly now: Date;
  /** How long before its end a certificate is a warning, in milliseconds. */
  readonly warn: number;
  /** How long before its end a certificate is critical, in milliseconds. */
  readonly crit: number;
  /** The node's name where it is known otherwise than from the inventory. */
  readonly nodeName?: string;
  /** The configuration that the tree is made from, as commands name it. */
  readonly config?: string;
  /** Whether the kubeconfigs are read as one, as those of KUBECONFIG are; default: each by itself. */
  readonly kubeconfigsAreOne?: boolean;
}

/** One place where a rule is broken. */
export interface Violation {
  /** The file, or the entry's id where it is one certificate, key or field of several in a file. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** The command that mends this one; default: the rule's fix. */
  readonly fix?: string;
}

/** One rule of the health check. */
export interface Rule {
  /** Its name in findings, in kebab case. */
  readonly code: string;
  /** `error`: broken or open now; `warning`: will break, or is weak; `info`: worth knowing, never changes the exit code. */
  readonly severity: Severity;
  /** What is wrong, in few words. */
  readonly title: string;
  /** Where it comes from: an RFC's section, a page or file of Kubernetes, a number of the CIS benchmark. */
  readonly source: string;
  /** What to do about it, in general. */
  readonly fix: string;
  /** How another certificate mends it, where the violation is one of a certificate with a duty, and says no fix of its own. */
  readonly mending?: Mending;
  /** Codes of deeper causes: found about the same path, they are told instead. */
  readonly yieldsTo?: readonly string[];
  readonly evaluate: (machine: Machine) => readonly Violation[];
}
