import type { PlanStep } from '../pki/plan/step.ts';
import type { CheckFinding } from './report.ts';
import { applyCommand } from './rules/remedies.ts';

/** What need not be there: kubeadm's own advice is to take super-admin.conf away. */
const OPTIONAL: readonly string[] = ['super-admin.conf'];

/**
 * Where a tree differs from its configuration, from a plan of what would be done about it.
 *
 * @param owner the machine that is checked: what is missing of others is theirs
 * @param config the configuration, as commands name it
 */
export function driftFindings(
  steps: readonly PlanStep[],
  { owner, config }: { readonly owner: string | undefined; readonly config: string },
): CheckFinding[] {
  return steps.flatMap(({ action, target, owner: whose, files, reasons }): CheckFinding[] => {
    if (action === 'reuse' || (action === 'create' && (whose !== owner || OPTIONAL.includes(target))))
      return [];
    const why = reasons.map(({ message }) => message).join('; ');
    const [first] = reasons;
    return [
      {
        code: 'configuration-drift',
        severity: 'warning',
        path: files[0] ?? target,
        message:
          action === 'create'
            ? 'the configuration asks for it, and it is not there'
            : `the configuration asks for another: ${why}`,
        ...(first?.expected === undefined ? {} : { expected: first.expected }),
        ...(first?.actual === undefined ? {} : { actual: first.actual }),
        fix: reasons.find(({ fix }) => fix !== undefined)?.fix ?? applyCommand({ settings: { config } }),
        source: 'the configuration that was given',
      },
    ];
  });
}
