import { filesOf, type Target } from '../layout/target.ts';

/** What is to be done about one target. */
export type Action = 'create' | 'reuse' | 'update' | 'reissue' | 'blocked';

/** Why a step is what it is; of a step that reuses, a note. */
export interface Reason {
  /** Stable name, such as `missing-san`. */
  readonly code: string;
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** What a person can do about it. */
  readonly fix?: string;
}

/** One step of a plan. */
export interface PlanStep {
  readonly action: Action;
  /** Name of the target within its owner: `apiserver`, `admin.conf`. */
  readonly target: string;
  /** The machine or user that it is for. */
  readonly owner: string;
  /** Its files, absolute. */
  readonly files: readonly string[];
  readonly reasons: readonly Reason[];
}

/** What would be done to a tree, in the order in which it would be done. */
export interface Plan {
  readonly steps: readonly PlanStep[];
}

/** A step for a target. */
export function step(target: Target, action: Action, reasons: readonly Reason[] = []): PlanStep {
  return { action, target: target.id, owner: target.owner, files: filesOf(target), reasons };
}

/** A reason that compares. */
export function difference(
  code: string,
  message: string,
  values: { readonly expected: string; readonly actual: string },
): Reason {
  return { code, message, ...values };
}
