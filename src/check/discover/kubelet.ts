import { isPkiError } from '../../errors/pki-error.ts';
import type { Finding } from '../../errors/finding.ts';
import { parseYamlDocuments } from '../../yaml/parse.ts';
import type { FileSource } from '../files.ts';
import type { Component, FileRole, FileUse } from '../inventory.ts';
import { readFlags, splitWords } from './command-line.ts';
import { unreadable } from './contents.ts';
import { joinPaths } from './paths.ts';
import { readVariables } from './unit-files.ts';
import { usesOf } from './uses.ts';

/** Where kubeadm puts the kubelet's files; `root` is a node's own below a tree of kubepki. */
const CONFIG = '/var/lib/kubelet/config.yaml';
const FLAGS = '/var/lib/kubelet/kubeadm-flags.env';
const KUBECONFIG = '/etc/kubernetes/kubelet.conf';
const BOOTSTRAP = '/etc/kubernetes/bootstrap-kubelet.conf';

/** Fields of KubeletConfiguration that name files (kubelet.config.k8s.io/v1beta1). */
const FILE_FIELDS: readonly { readonly field: string; readonly role: FileRole }[] = Object.freeze([
  { field: 'tlsCertFile', role: 'server-certificate' },
  { field: 'tlsPrivateKeyFile', role: 'key' },
  { field: 'authentication.x509.clientCAFile', role: 'client-ca' },
]);

/** The kubelet of a machine: from its service, its configuration and its flags; and what cannot be read of it. */
export function readKubelet(
  files: FileSource,
  service: Component | undefined,
  root = '',
): { readonly component: Component | undefined; readonly problems: readonly Finding[] } {
  const problems: Finding[] = [];
  const flags = new Map<string, readonly string[]>(service?.flags ?? []);
  const variables = new Map<string, string>();
  readVariables(files, root + FLAGS, variables);
  for (const [flag, values] of readFlags(splitWords(variables.get('KUBELET_KUBEADM_ARGS') ?? '')))
    flags.set(flag, values);
  const configPath = root + (flags.get('config')?.at(-1) ?? CONFIG);
  const config = readConfig(files, configPath, problems);
  const kubeconfig = root + KUBECONFIG;
  if (service === undefined && config === undefined && files.stat(kubeconfig) === undefined)
    return { component: undefined, problems };
  const source = config === undefined ? (service?.source ?? kubeconfig) : configPath;
  if (!flags.has('kubeconfig') && files.stat(kubeconfig) !== undefined) flags.set('kubeconfig', [KUBECONFIG]);
  if (!flags.has('bootstrap-kubeconfig') && files.stat(root + BOOTSTRAP) !== undefined)
    flags.set('bootstrap-kubeconfig', [BOOTSTRAP]);
  const optional = new Set(['--bootstrap-kubeconfig']);
  const uses = usesOf({ name: 'kubelet', flags }, source, (path) => root + joinPaths('/', path)).filter(
    // A kubelet that has joined needs it no more, and kubeadm's service names it all the same.
    ({ flag, path }) => !optional.has(flag) || files.stat(path) !== undefined,
  );
  for (const [field, value] of config ?? []) flags.set(field, [value]);
  for (const { field, role } of FILE_FIELDS) {
    const value = config?.get(field);
    if (value !== undefined && value !== '')
      uses.push(fieldUse({ field, role, source, path: root + joinPaths('/', value) }));
  }
  return { component: { name: 'kubelet', runs: 'systemd', source, flags, uses }, problems };
}

function fieldUse({
  field,
  role,
  source,
  path,
}: {
  readonly field: string;
  readonly role: FileRole;
  readonly source: string;
  readonly path: string;
}): FileUse {
  return { component: 'kubelet', flag: field, source, role, path };
}

/** The fields of a KubeletConfiguration, as dotted keys with their values as text. */
function readConfig(files: FileSource, path: string, problems: Finding[]): Map<string, string> | undefined {
  try {
    const content = files.read(path);
    if (content === undefined) return undefined;
    const found = new Map<string, string>();
    for (const { value } of parseYamlDocuments(content, { source: path })) flatten(value, '', found);
    return found;
  } catch (error) {
    if (!isPkiError(error)) throw error;
    problems.push(
      error.code === 'io'
        ? unreadable(path, error)
        : { code: 'malformed-manifest', severity: 'error', path, message: error.message },
    );
    return undefined;
  }
}

function flatten(value: unknown, prefix: string, into: Map<string, string>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value))
      flatten(inner, prefix === '' ? key : `${prefix}.${key}`, into);
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    into.set(prefix, String(value));
}
