import { plan as planTree } from '../../pki/plan-tree.ts';
import type { CommandInput } from '../command.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { renderPlan } from '../render-plan.ts';
import { painter } from '../text.ts';
import { readTree } from '../tree-input.ts';

/**
 * `kubepki plan`: says what apply would do.
 *
 * @returns 0 where there is nothing to do, 1 where changes are pending or something is blocked
 */
export async function plan({ values }: CommandInput, io: Io): Promise<number> {
  const { spec, options, environment } = await readTree(values, io);
  const planned = await planTree(spec, options, environment);
  const isJson = values.text('output') === 'json';
  io.stdout(isJson ? renderDocument('Plan', { steps: planned.steps }) : renderPlan(planned, painter(io)));
  return planned.steps.every(({ action }) => action === 'reuse') ? 0 : 1;
}
