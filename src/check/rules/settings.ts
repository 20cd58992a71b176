import type { Component } from '../inventory.ts';
import { componentsNamed } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Violation } from './rule.ts';
import { restartOf } from './words.ts';

/** Whether a switch is on: given alone, or with a value that Go's flag package takes for true. */
export function isOn({ flags }: Component, name: string): boolean {
  const value = flags.get(name)?.at(-1);
  return value !== undefined && ['', '1', 't', 'true'].includes(value.toLowerCase());
}

/** A rule over each component of a name; what it finds is told of the manifest or configuration. */
export const onComponents =
  (name: string, evaluate: (component: Component, machine: Machine) => Omit<Violation, 'path'> | undefined) =>
  (machine: Machine): Violation[] =>
    componentsNamed(machine, name).flatMap((component): Violation[] => {
      const told = evaluate(component, machine);
      return told === undefined ? [] : [{ path: component.source, ...told }];
    });

/** A setting that is wanted: what to write, and what to restart then. */
export function wants(machine: Machine, component: Component, line: string): string {
  return `set ${line} in ${component.source}, then ${restartOf(machine, component.name)}`;
}

/** What is told of a setting that is not there. */
export function missingFlag(machine: Machine, component: Component, line: string): Omit<Violation, 'path'> {
  return {
    message: `${component.name} has no ${line.replace(/[=:].*$/, '')}`,
    expected: line,
    actual: 'not set',
    fix: wants(machine, component, line),
  };
}
