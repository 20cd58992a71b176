import type { Finding } from '../../errors/finding.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { parseYamlDocuments } from '../../yaml/parse.ts';
import type { FileSource } from '../files.ts';
import type { Component } from '../inventory.ts';
import { findCall, readFlags } from './command-line.ts';
import { configured } from './config-files.ts';
import { fields, list, text, type Fields } from './fields.ts';
import { isOfImage, mountsOf } from './mounts.ts';
import { rootOf } from './paths.ts';
import { expandReferences, isOpenPath, podVariables, type PodVariables } from './pod-variables.ts';
import type { Locate } from './uses.ts';

/** What a manifest says. */
export interface StaticPods {
  readonly components: readonly Component[];
  readonly problems: readonly Finding[];
}

/** The components that run as static pods of a manifest; or what is wrong with it. */
export function readStaticPods(content: Uint8Array, path: string, files: FileSource): StaticPods | string {
  try {
    const documents = parseYamlDocuments(content, { source: path });
    if (documents.every(({ value }) => value === null)) return 'it is empty';
    if (documents.some(({ value }) => isWithoutContainers(fields(value))))
      return 'it is a Pod without containers, which the kubelet refuses';
    const pods = documents.flatMap(({ value }) => podComponents(fields(value), path, files));
    const unmounted = pods.flatMap((pod) => pod.unmounted);
    const problems = pods.flatMap((pod) => pod.problems);
    return {
      components: pods.map(({ component }) => component),
      problems: unmounted.length === 0 ? problems : [...problems, notMounted(path, unmounted)],
    };
  } catch (error) {
    if (isPkiError(error)) return error.message;
    throw error;
  }
}

function isWithoutContainers({ kind, spec }: Fields): boolean {
  return kind === 'Pod' && list(fields(spec)['containers']).length === 0;
}

function notMounted(path: string, unmounted: readonly string[]): Finding {
  const message = `${unmounted.join('; ')}: the container looks for it in its image`;
  return { code: 'file-not-mounted', severity: 'error', path, message };
}

interface PodComponent {
  readonly component: Component;
  readonly problems: readonly Finding[];
  /** Files that are looked for in the image, and why. */
  readonly unmounted: readonly string[];
}

function podComponents(pod: Fields, source: string, files: FileSource): PodComponent[] {
  if (pod['kind'] === 'List')
    return list(pod['items']).flatMap((item) => podComponents(fields(item), source, files));
  if (pod['kind'] !== 'Pod') return [];
  const spec = fields(pod['spec']);
  return list(spec['containers']).flatMap(
    (item) => containerComponent(fields(item), { spec, source, files }) ?? [],
  );
}

function containerComponent(
  container: Fields,
  { spec, source, files }: { readonly spec: Fields; readonly source: string; readonly files: FileSource },
): PodComponent | undefined {
  const variables = podVariables(container);
  const words = [...list(container['command']), ...list(container['args'])].map((word) =>
    expandReferences(String(word), variables.values),
  );
  const call = findCall(words) ?? imageCall(container, words);
  if (call === undefined) return undefined;
  const { name } = call;
  const flags = new Map([...environmentFlags(name, variables), ...call.flags]);
  const lead = mountsOf(spec, container, variables);
  const unmounted: string[] = [];
  const locate: Locate = (path, flag) => {
    if (isOpenPath(path, variables)) return undefined;
    const led = lead(path);
    if (led.kind === 'host') return rootOf(source) + led.path;
    if (led.kind === 'image' && !isOfImage(path))
      unmounted.push(`${name} ${flag} names ${path}, and ${led.why}`);
    return undefined;
  };
  const all = configured({ name, flags }, source, { files, locate });
  const { flags: allFlags, uses } = all;
  const probePorts = probePortsOf(container);
  const component: Component = { name, runs: 'static-pod', source, flags: allFlags, uses, probePorts };
  return { component, problems: all.problems, unmounted };
}

/** Ports of probes; a name leads to the port of the container that has it. */
function probePortsOf(container: Fields): string[] {
  const named = new Map(
    list(container['ports']).map((item) => [fields(item)['name'], fields(item)['containerPort']]),
  );
  return ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => {
    const { port } = fields(fields(container[probe])['httpGet']);
    const resolved = named.get(port) ?? port;
    return typeof resolved === 'number' || typeof resolved === 'string' ? [String(resolved)] : [];
  });
}

/** An image whose entry point is the program: its arguments are flags alone. */
function imageCall(container: Fields, words: readonly string[]): ReturnType<typeof findCall> {
  const image = /([^/:@]+)(?::[^/]*)?(?:@.*)?$/.exec(text(container['image']))?.[1] ?? '';
  const call = findCall([image]);
  return call === undefined ? undefined : { ...call, flags: readFlags(words) };
}

/** etcd takes its flags from variables as well: `ETCD_CERT_FILE`. */
function environmentFlags(name: string, { values }: PodVariables): [string, string[]][] {
  if (name !== 'etcd') return [];
  return [...values].flatMap(([variable, value]): [string, string[]][] => {
    const flag = flagOfVariable(variable);
    return flag === undefined ? [] : [[flag, [value]]];
  });
}

/** The flag of etcd that a variable stands for. */
export function flagOfVariable(variable: string): string | undefined {
  return /^ETCD_[A-Z0-9_]+$/.test(variable)
    ? variable.slice(5).toLowerCase().replaceAll('_', '-')
    : undefined;
}
