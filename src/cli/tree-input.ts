import { resolve } from 'node:path';
import type { Environment } from '../crypto/environment.ts';
import type { Problem } from '../errors/pki-error.ts';
import { localDefaults } from '../pki/spec/local-defaults.ts';
import { parseClusterConfig } from '../pki/spec/parse.ts';
import type { ClusterFlags, ClusterSpec } from '../pki/spec/spec.ts';
import type { TreeOptions } from '../pki/tree-options.ts';
import { environmentOf } from './environment.ts';
import { readInput, sourceName } from './input.ts';
import type { Io } from './io.ts';
import { printable } from './text.ts';
import type { Values } from './values.ts';

/** What `plan` and `apply` work on. */
export interface TreeInput {
  readonly spec: ClusterSpec;
  /** Where the tree lies, and in which form. */
  readonly options: TreeOptions;
  readonly environment: Required<Environment>;
}

/**
 * Reads the configuration and the flags; warnings go to standard error.
 *
 * @throws PkiError `usage`, `io`, and those of the configuration
 */
export async function readTree(values: Values, io: Io): Promise<TreeInput> {
  const environment = environmentOf(values, io);
  const options = treeOptions(values, io);
  const config = values.text('config');
  const text = config === undefined ? undefined : await readInput(config, io);
  const { spec, warnings } = parseClusterConfig(text, {
    ...(config === undefined ? {} : { source: sourceName(config) }),
    strict: values.flag('strict'),
    flags: clusterFlags(values),
    defaults: localDefaults(),
    now: environment.now,
  });
  for (const warning of warnings) io.stderr(warningLine(warning));
  return { spec, options, environment };
}

function warningLine({ path, message }: Problem): string {
  return `warning: ${printable(path === '' ? message : `${path}: ${message}`)}\n`;
}

function clusterFlags(values: Values): ClusterFlags {
  return {
    nodeName: values.text('node-name'),
    apiserverAdvertiseAddress: values.text('apiserver-advertise-address'),
    apiserverBindPort: values.text('apiserver-bind-port'),
    controlPlaneEndpoint: values.text('control-plane-endpoint'),
    serviceCidr: values.text('service-cidr'),
    serviceDnsDomain: values.text('service-dns-domain'),
    apiserverCertExtraSans: given(values.list('apiserver-cert-extra-sans')),
    kubernetesVersion: values.text('kubernetes-version'),
    clusterName: values.text('cluster-name'),
    keyAlgorithm: values.text('key-algorithm'),
  };
}

function given(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** The forms of `--kubeconfig-certs`, as the layout names them. */
const CERTS_FORMS = ['embed', 'files', 'files-abs'] as const;

function treeOptions(values: Values, { cwd }: Io): TreeOptions {
  const rootfs = directory(values, 'rootfs', cwd);
  // Below a root, a relative path begins at that root: the working directory lies outside it.
  const base = rootfs === undefined ? cwd : '/';
  const certDir = directory(values, 'cert-dir', base);
  const kubeconfigDir = directory(values, 'kubeconfig-dir', base);
  const kubeconfigCerts = CERTS_FORMS.find((form) => form === values.text('kubeconfig-certs'));
  return {
    ...(rootfs === undefined ? {} : { rootfs }),
    ...(certDir === undefined ? {} : { certDir }),
    ...(kubeconfigDir === undefined ? {} : { kubeconfigDir }),
    ...(kubeconfigCerts === undefined ? {} : { kubeconfigCerts }),
  };
}

function directory(values: Values, name: string, base: string): string | undefined {
  const path = values.text(name);
  return path === undefined ? undefined : resolve(base, path);
}
