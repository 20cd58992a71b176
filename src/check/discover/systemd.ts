import type { FileSource } from '../files.ts';
import type { Component } from '../inventory.ts';
import { findCall, splitWords } from './command-line.ts';
import { baseName, normalize } from './paths.ts';
import { flagOfVariable } from './static-pods.ts';
import { usesOf } from './uses.ts';

/** Where units lie; those of the administrator win (systemd.unit(5)). */
const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

const UNIT = /^(?:kube|etcd|k3s|k0s|rke2)[\w@.-]*\.service$/;

const decoder = new TextDecoder();

/** What a unit and its drop-ins say that matters here. */
interface Unit {
  readonly path: string;
  readonly execStart: string | undefined;
  readonly variables: ReadonlyMap<string, string>;
}

/** Components that run as services of systemd. */
export function readServices(files: FileSource): Component[] {
  const seen = new Set<string>();
  const components: Component[] = [];
  for (const folder of UNIT_FOLDERS) {
    for (const name of files.list(folder) ?? []) {
      if (!UNIT.test(name) || seen.has(name)) continue;
      seen.add(name);
      const component = serviceOf(readUnit(files, folder, name));
      if (component !== undefined) components.push(component);
    }
  }
  return components;
}

function serviceOf({ path, execStart, variables }: Unit): Component | undefined {
  if (execStart === undefined) return undefined;
  const words = splitWords(execStart).flatMap((word) => expand(word, variables));
  const call = findCall(words.map((word) => word.replace(/^[-@:+!|]+(?=\/)/, '')));
  if (call === undefined) return undefined;
  const flags = new Map(call.name === 'etcd' ? etcdFlags(variables) : []);
  for (const [flag, values] of call.flags) flags.set(flag, [...values]);
  const uses = usesOf({ ...call, flags }, path, normalize);
  return { name: call.name, runs: 'systemd', source: path, flags, uses };
}

function etcdFlags(variables: ReadonlyMap<string, string>): [string, string[]][] {
  return [...variables].flatMap(([name, value]): [string, string[]][] => {
    const flag = flagOfVariable(name);
    return flag === undefined ? [] : [[flag, [value]]];
  });
}

/** `$NAME` as a word of its own is split into words, `${NAME}` inside one is put in its place (systemd.service(5)). */
function expand(word: string, variables: ReadonlyMap<string, string>): string[] {
  const alone = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
  if (alone !== undefined) return splitWords(variables.get(alone) ?? '');
  return [word.replace(/\$\{([A-Za-z_]\w*)\}/g, (_whole, name: string) => variables.get(name) ?? '')];
}

function readUnit(files: FileSource, folder: string, name: string): Unit {
  const path = `${folder}/${name}`;
  const dropIns = UNIT_FOLDERS.flatMap((parent) => {
    const below = `${parent}/${name}.d`;
    return (files.list(below) ?? [])
      .filter((file) => file.endsWith('.conf'))
      .map((file) => `${below}/${file}`);
  }).sort((a, b) => (baseName(a) < baseName(b) ? -1 : 1));
  const variables = new Map<string, string>();
  let execStart: string | undefined;
  for (const [key, value] of [path, ...dropIns].flatMap((file) => settings(files, file))) {
    // An empty value takes back what was said before.
    if (key === 'ExecStart') execStart = value === '' ? undefined : (execStart ?? value);
    if (key === 'Environment') for (const word of splitWords(value)) setVariable(word, variables);
    if (key === 'EnvironmentFile') readVariables(files, value.replace(/^-/, ''), variables);
  }
  return { path, execStart, variables };
}

function settings(files: FileSource, path: string): [string, string][] {
  const text = readText(files, path).replace(/\\\r?\n[ \t]*/g, ' ');
  return [...text.matchAll(/^[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(.*?)[ \t]*$/gm)].map(
    ([, key = '', value = '']) => [key, value],
  );
}

/** Variables of a file of `NAME=value` lines. */
export function readVariables(files: FileSource, path: string, into: Map<string, string>): void {
  for (const line of readText(files, path).split(/\r?\n/))
    if (!/^\s*[#;]/.test(line)) setVariable(line.trim().replace(/^export\s+/, ''), into);
}

function setVariable(assignment: string, into: Map<string, string>): void {
  const [, name, value = ''] = /^([A-Za-z_]\w*)=([^]*)$/.exec(assignment) ?? [];
  if (name !== undefined) into.set(name, value.replace(/^(["'])([^]*)\1$/, '$2'));
}

function readText(files: FileSource, path: string): string {
  try {
    const content = files.read(path);
    return content === undefined ? '' : decoder.decode(content);
  } catch {
    return '';
  }
}
