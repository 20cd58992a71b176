import { isPkiError } from '../../errors/pki-error.ts';
import { parseYamlDocuments } from '../../yaml/parse.ts';
import type { Component } from '../inventory.ts';
import { findCall, readFlags } from './command-line.ts';
import { normalize, rootOf } from './paths.ts';
import { usesOf, type Locate } from './uses.ts';

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The components that run as static pods of a manifest; or what is wrong with it. */
export function readStaticPods(content: Uint8Array, path: string): Component[] | string {
  try {
    const documents = parseYamlDocuments(content, { source: path });
    if (documents.every(({ value }) => value === null)) return 'it is empty';
    return documents.flatMap(({ value }) => podComponents(fields(value), path));
  } catch (error) {
    if (isPkiError(error)) return error.message;
    throw error;
  }
}

function podComponents(pod: Fields, source: string): Component[] {
  if (pod['kind'] === 'List')
    return list(pod['items']).flatMap((item) => podComponents(fields(item), source));
  if (pod['kind'] !== 'Pod') return [];
  const spec = fields(pod['spec']);
  return list(spec['containers']).flatMap((item) => {
    const container = fields(item);
    const words = [...list(container['command']), ...list(container['args'])].map(String);
    const call = findCall(words) ?? imageCall(container, words);
    if (call === undefined) return [];
    const flags = new Map([...environmentFlags(call.name, container), ...call.flags]);
    const uses = usesOf({ ...call, flags }, source, locator(spec, container, rootOf(source)));
    return [{ name: call.name, runs: 'static-pod' as const, source, flags, uses }];
  });
}

/** An image whose entry point is the program: its arguments are flags alone. */
function imageCall(container: Fields, words: readonly string[]): ReturnType<typeof findCall> {
  const image = /([^/:@]+)(?::[^/]*)?(?:@.*)?$/.exec(text(container['image']))?.[1] ?? '';
  const call = findCall([image]);
  return call === undefined ? undefined : { ...call, flags: readFlags(words) };
}

/** etcd takes its flags from variables as well: `ETCD_CERT_FILE`. */
function environmentFlags(name: string, container: Fields): [string, string[]][] {
  if (name !== 'etcd') return [];
  return list(container['env']).flatMap((item): [string, string[]][] => {
    const variable = fields(item);
    const flag = flagOfVariable(text(variable['name']));
    return flag === undefined ? [] : [[flag, [text(variable['value'])]]];
  });
}

/** The flag of etcd that a variable stands for. */
export function flagOfVariable(variable: string): string | undefined {
  return /^ETCD_[A-Z0-9_]+$/.test(variable)
    ? variable.slice(5).toLowerCase().replaceAll('_', '-')
    : undefined;
}

/** Leads paths in a container back through the volumes that the machine lends it; the longest mount wins. */
function locator(spec: Fields, container: Fields, root: string): Locate {
  const volumes = new Map(
    list(spec['volumes']).map((item) => {
      const volume = fields(item);
      return [text(volume['name']), text(fields(volume['hostPath'])['path'])];
    }),
  );
  const mounts = list(container['volumeMounts'])
    .map((item) => {
      const mount = fields(item);
      const host = volumes.get(text(mount['name'])) ?? '';
      return { inside: normalize(text(mount['mountPath'])), host, below: text(mount['subPath']) };
    })
    .filter(({ host }) => host !== '')
    .sort((a, b) => b.inside.length - a.inside.length);
  return (path) => {
    const inside = normalize(path);
    const mount = mounts.find(
      (one) => inside === one.inside || inside.startsWith(`${one.inside}/`.replace('//', '/')),
    );
    if (mount === undefined) return root + inside;
    return root + normalize(`${mount.host}/${mount.below}/${inside.slice(mount.inside.length)}`);
  };
}
