import type { Action, Plan, PlanStep, Reason } from '../pki/plan/step.ts';
import { printable, type Paint, type Style } from './text.ts';

/** How each action is painted, and what the summary calls it before and after it is done. */
const ACTIONS: readonly {
  readonly action: Action;
  readonly style: Style;
  readonly todo: string;
  readonly done: string;
}[] = Object.freeze([
  { action: 'create', style: 'green', todo: 'to create', done: 'created' },
  { action: 'update', style: 'cyan', todo: 'to update', done: 'updated' },
  { action: 'reissue', style: 'yellow', todo: 'to reissue', done: 'reissued' },
  { action: 'blocked', style: 'red', todo: 'blocked', done: 'blocked' },
  { action: 'reuse', style: 'dim', todo: 'unchanged', done: 'unchanged' },
]);

const ACTION_WIDTH = Math.max(...ACTIONS.map(({ action }) => action.length));

/** A plan for people: by owner, one line per target, the reasons beneath, and a summary. */
export function renderPlan({ steps }: Plan, paint: Paint): string {
  return `${renderSteps(steps, paint)}${summaryOf(steps, 'todo')}\n`;
}

/** Steps by owner; of an owner with whom nothing is to be done, only that. */
export function renderSteps(steps: readonly PlanStep[], paint: Paint): string {
  let text = '';
  for (const [owner, own] of byOwner(steps)) {
    const noteworthy = own.filter(({ action, reasons }) => action !== 'reuse' || reasons.length > 0);
    const quiet = noteworthy.length === 0 ? `  ${own.length} unchanged\n` : '';
    const width = Math.max(...own.map(({ target }) => target.length));
    const shown = noteworthy.some(({ action }) => action !== 'reuse') ? own : noteworthy;
    const lines =
      noteworthy.length === 0 ? '' : shown.map((step) => renderStep(step, { paint, width })).join('');
    text += `${paint(printable(owner), 'bold')}\n${quiet}${lines}\n`;
  }
  return text;
}

/** How many steps of each kind: `12 to create, 3 to reissue, 1 blocked, 9 unchanged`. */
export function summaryOf(steps: readonly PlanStep[], tense: 'todo' | 'done'): string {
  const parts = ACTIONS.flatMap(({ action, [tense]: word }) => {
    const count = steps.filter((step) => step.action === action).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return parts.length === 0 ? 'nothing to do' : parts.join(', ');
}

function byOwner(steps: readonly PlanStep[]): Map<string, PlanStep[]> {
  const groups = new Map<string, PlanStep[]>();
  for (const step of steps) {
    const group = groups.get(step.owner);
    if (group === undefined) groups.set(step.owner, [step]);
    else group.push(step);
  }
  return groups;
}

function renderStep(
  { action, target, reasons }: PlanStep,
  { paint, width }: { readonly paint: Paint; readonly width: number },
): string {
  const style = ACTIONS.find((row) => row.action === action)?.style ?? 'dim';
  const head = `  ${paint(action.padEnd(ACTION_WIDTH), style)}  ${printable(target).padEnd(width)}`;
  if (action === 'reuse') {
    const notes = reasons.map(({ message }) => printable(message)).join('; ');
    return `${`${head}  ${paint(notes, 'dim')}`.trimEnd()}\n`;
  }
  const indent = ' '.repeat(ACTION_WIDTH + width + 6);
  const [first, ...others] = reasons;
  const lines = [first === undefined ? head.trimEnd() : `${head}  ${printable(first.message)}`];
  if (first !== undefined) lines.push(...extraLines(first, indent));
  for (const reason of others) lines.push(indent + printable(reason.message), ...extraLines(reason, indent));
  return lines.map((line) => `${line}\n`).join('');
}

function extraLines({ expected, actual, fix }: Reason, indent: string): string[] {
  const rows = [
    ['expected', expected],
    ['actual', actual],
    ['fix', fix],
  ] as const;
  return rows.flatMap(([label, value]) =>
    value === undefined ? [] : [`${indent}  ${label.padEnd(8)}  ${printable(value)}`],
  );
}
