import type { PlanStep } from '../pki/plan/step.ts';
import type { CheckFinding } from './report.ts';

/** What need not be there: kubeadm's own advice is to take super-admin.conf away. */
const OPTIONAL: readonly string[] = ['super-admin.conf'];

/**
 * Where a tree differs from its configuration, from a plan of what would be done about it.
 *
 * @param owner the machine that is checked: what is missing of others is theirs
 */
export function driftFindings(steps: readonly PlanStep[], owner: string | undefined): CheckFinding[] {
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
        fix:
          first?.fix ??
          'kubepki plan --config FILE says what would be done, kubepki apply --config FILE does it',
        source: 'the configuration that was given',
      },
    ];
  });
}
