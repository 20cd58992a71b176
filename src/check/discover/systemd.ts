import type { Finding } from '../../errors/finding.ts';
import type { FileSource } from '../files.ts';
import type { Component } from '../inventory.ts';
import { findCall, splitWords, type ProgramCall } from './command-line.ts';
import { configured } from './config-files.ts';
import { joinPaths } from './paths.ts';
import { flagOfVariable } from './static-pods.ts';
import { findUnits, readUnit, type Unit } from './unit-files.ts';
import type { Locate } from './uses.ts';

const UNIT = /^(?:kube|etcd|k3s|k0s|rke2)[\w@.\\-]*\.service$/;

/** Components that run as services of systemd. */
export function readServices(files: FileSource, problems: Finding[] = []): Component[] {
  const units = findUnits(files, UNIT);
  return units.flatMap(({ name, path }) => {
    // A template runs by its instances; one that has none here may still be started by hand.
    const isTemplate = name.endsWith('@.service');
    if (isTemplate && units.some((other) => other.path === path && other.name !== name)) return [];
    const component = serviceOf(readUnit(files, { name, path }), files, problems);
    return component === undefined ? [] : [component];
  });
}

function serviceOf(
  { path, execStart, variables, workingDirectory }: Unit,
  files: FileSource,
  problems: Finding[],
): Component | undefined {
  const call = execStart.map((line) => callOf(line, variables)).find((one) => one !== undefined);
  if (call === undefined) return undefined;
  const flags = new Map([...(call.name === 'etcd' ? etcdFlags(variables) : []), ...call.flags]);
  const locate: Locate = (file) => joinPaths(workingDirectory, file);
  const all = configured({ name: call.name, flags }, path, { files, locate });
  problems.push(...all.problems);
  return { name: call.name, runs: 'systemd', source: path, flags: all.flags, uses: all.uses };
}

/** The call of a component in a line of ExecStart, which may hold several commands. */
function callOf(line: string, variables: ReadonlyMap<string, string>): ProgramCall | undefined {
  const [, prefix = '', command = ''] = /^([-@:+!|]*)([^]*)$/.exec(line) ?? [];
  const words = splitWords(command);
  // Behind a colon, variables are left as they are (systemd.service(5)).
  const expanded = prefix.includes(':') ? words : words.flatMap((word) => expand(word, variables));
  const end = expanded.indexOf(';');
  const first = end === -1 ? expanded : expanded.slice(0, end);
  const found = findCall(first);
  return found ?? (end === -1 ? undefined : findCall(expanded.slice(end + 1)));
}

function etcdFlags(variables: ReadonlyMap<string, string>): [string, string[]][] {
  return [...variables].flatMap(([name, value]): [string, string[]][] => {
    const flag = flagOfVariable(name);
    return flag === undefined ? [] : [[flag, [value]]];
  });
}

/**
 * `$NAME` as a word of its own is split into words, `${NAME}` inside one is put in its place, and `$$` is one `$`
 * (systemd.service(5)).
 */
function expand(word: string, variables: ReadonlyMap<string, string>): string[] {
  const alone = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
  if (alone !== undefined) return splitWords(variables.get(alone) ?? '');
  return [
    word.replace(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (_whole, name?: string) =>
      name === undefined ? '$' : (variables.get(name) ?? ''),
    ),
  ];
}
