import type { Finding } from '../../errors/finding.ts';
import type { FileSource } from '../files.ts';
import type { Component, FileRole, FileUse } from '../inventory.ts';
import { readFlags, splitWords } from './command-line.ts';
import { readConfig } from './config-files.ts';
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
  for (const path of dropIns(files, root, flags.get('config-dir')?.at(-1)))
    for (const [field, value] of readConfig(files, path, problems) ?? []) config?.set(field, value);
  if (problems.length === 0) problems.push(...kindless(config, configPath));
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

/** A file that is read, and is no configuration: empty, or another kind of document. */
function kindless(config: ReadonlyMap<string, string> | undefined, path: string): Finding[] {
  if (config === undefined || config.has('kind')) return [];
  const message = 'it has no "kind: KubeletConfiguration": the kubelet does not start with it';
  return [{ code: 'malformed-manifest', severity: 'error', path, message }];
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

/** Files of `--config-dir`, each of which wins over what comes before it (kubelet: cmd/kubelet/app/server.go, mergeKubeletConfigurations). */
function dropIns(files: FileSource, root: string, folder: string | undefined): string[] {
  if (folder === undefined) return [];
  const below = root + joinPaths('/', folder);
  return (files.list(below) ?? []).filter((name) => name.endsWith('.conf')).map((name) => `${below}/${name}`);
}
