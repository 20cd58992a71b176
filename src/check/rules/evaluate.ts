import type { Finding } from '../../errors/finding.ts';
import { visibleLine } from '../../errors/visible.ts';
import type { Inventory } from '../inventory.ts';
import { worstFirst, type CheckFinding } from '../report.ts';
import { machineOf, type Machine } from './machine.ts';
import { reissue } from './remedies.ts';
import type { Rule, RuleSettings, Violation } from './rule.ts';
import { RULES } from './rules.ts';
import { dutyOf } from './words.ts';

/**
 * Evaluates all rules over what was found on a machine. What discovery found to be wrong is among the findings.
 *
 * @returns findings, the worst first, then in the order of the rules; each rule once for each path
 */
export function evaluateRules(inventory: Inventory, settings: RuleSettings): CheckFinding[] {
  const machine = machineOf(inventory, settings);
  const found = RULES.map((rule) => ({ rule, violations: evaluate(rule, machine) }));
  const codes = new Map<string, Set<string>>();
  for (const { rule, violations } of found) {
    for (const { path } of violations) {
      const here = codes.get(path);
      if (here === undefined) codes.set(path, new Set([rule.code]));
      else here.add(rule.code);
    }
  }
  const findings = found.flatMap(({ rule, violations }) =>
    violations
      .filter(({ path }) => rule.yieldsTo?.some((code) => codes.get(path)?.has(code)) !== true)
      .map((violation) => findingOf(rule, violation, machine)),
  );
  return [...findings, ...others(inventory.problems)].sort(worstFirst);
}

/** What a rule finds; of several at one path, the first. */
function evaluate(rule: Rule, machine: Machine): Violation[] {
  const byPath = new Map<string, Violation>();
  for (const violation of rule.evaluate(machine)) {
    if (!byPath.has(violation.path)) byPath.set(violation.path, violation);
  }
  return [...byPath.values()];
}

function fixOf({ fix, mending }: Rule, violation: Violation, machine: Machine): string {
  const one = machine.byId.get(violation.path);
  if (violation.fix !== undefined || mending === undefined || one === undefined) return violation.fix ?? fix;
  return reissue(machine, dutyOf(machine, one), mending) ?? fix;
}

/** Names in certificates hold what their makers like, commands for terminals among it. */
function findingOf(rule: Rule, violation: Violation, machine: Machine): CheckFinding {
  const { code, severity, source } = rule;
  const { path, message, expected, actual } = violation;
  return {
    code,
    severity,
    path,
    message: visibleLine(message),
    ...(expected === undefined ? {} : { expected: visibleLine(expected) }),
    ...(actual === undefined ? {} : { actual: visibleLine(actual) }),
    fix: visibleLine(fixOf(rule, violation, machine)),
    source,
  };
}

/** Problems of reading that no rule is about. */
function others(problems: readonly Finding[]): CheckFinding[] {
  const known = new Set(RULES.map(({ code }) => code));
  return problems
    .filter(({ code }) => !known.has(code))
    .map((one) => ({ ...one, message: visibleLine(one.message), source: 'what could not be read' }));
}
