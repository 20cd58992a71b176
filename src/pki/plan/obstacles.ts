import type { Target } from '../layout/target.ts';
import type { Obstacle } from '../observe/observation.ts';
import { step, type PlanStep, type Reason } from './step.ts';

/** What is to be done about something that stands in a target's place: what is precious is not to be made anew. */
const FIX = Object.freeze({
  precious: 'put the right file back, unencrypted and in PEM; it is never made anew',
  replaceable: 'mend the file, or move it away to have it made anew',
});

/** A step that waits for a person, since what stands in the target's place is not what it should be. */
export function blockedBy(target: Target, obstacles: readonly Obstacle[], place: keyof typeof FIX): PlanStep {
  const reason = ({ path, message }: Obstacle): Reason => {
    return { code: 'unreadable', message: `${path}: ${message}`, fix: FIX[place] };
  };
  return step(target, 'blocked', obstacles.map(reason));
}

/** A CA or key that is gone here while others have it is to be brought back, not made anew. */
export function survivorReason(survivors: readonly string[]): Reason {
  const message = `it is gone, but others have it, or what stands under it: ${survivors.join(', ')}`;
  const fix = 'put it back, from a further control plane or a backup, or move those files away to begin anew';
  return { code: 'ca-missing', message, fix };
}
