import { evaluateRules } from '../../../../src/check/rules/evaluate.ts';
import type { CheckFinding } from '../../../../src/check/report.ts';
import { RULES } from '../../../../src/check/rules/rules.ts';
import { FIXTURES } from './support/fixtures.ts';
import { CHECKED, healthyMachine, type TestMachine } from './support/machine.ts';

const DAY = 86_400_000;

/** What a fresh tree of kubeadm or kubepki is told: nothing that changes the exit code. */
const FRESH = ['apiserver-without-kubelet-ca', 'kubelet-serving-self-signed', 'system-masters-of-kubeadm'];

let healthy: TestMachine;
beforeAll(async () => {
  healthy = await healthyMachine();
});

async function findings(machine: TestMachine, now = CHECKED): Promise<CheckFinding[]> {
  return evaluateRules(await machine.inventory(), { now, warn: 30 * DAY, crit: 7 * DAY });
}

async function codesOf(machine: TestMachine, now?: Date): Promise<string[]> {
  const found = await findings(machine, now);
  return [...new Set(found.map(({ code }) => code))].sort();
}

test('a fresh machine is told what is documented, and nothing that changes the exit code', async () => {
  const found = await findings(healthy);
  expect([...new Set(found.map(({ code }) => code))].sort()).toEqual(FRESH);
  expect(found.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test('every rule has a fixture, and every fixture a rule', () => {
  expect(Object.keys(FIXTURES).sort()).toEqual(RULES.map(({ code }) => code).sort());
});

describe.each(RULES.map(({ code }) => code))('%s', (code) => {
  test('is what its fixture breaks, and nothing else is', async () => {
    const machine = healthy.copy();
    const clock = FIXTURES[code]?.(machine);
    expect(await codesOf(machine, clock instanceof Date ? clock : CHECKED)).toEqual(
      [...new Set([...FRESH, code])].sort(),
    );
  });
});
