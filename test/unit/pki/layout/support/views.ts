/** What the layout says of one target, one directory, one kubeconfig. */
import { layout, type LayoutOptions } from '../../../../../src/pki/layout/layout.ts';
import { filesOf, type Target } from '../../../../../src/pki/layout/target.ts';
import type { ClusterSpec } from '../../../../../src/pki/spec/spec.ts';
import { formatGeneralName } from '../../../../../src/x509/general-name.ts';

export const targetsOf = (spec: ClusterSpec, owner?: string, options?: LayoutOptions): readonly Target[] =>
  [...layout(spec, options)].flatMap(({ targets, owner: its }) =>
    owner === undefined || its === owner ? targets : [],
  );

export const filesUnder = (spec: ClusterSpec, prefix: string, options?: LayoutOptions): string[] =>
  targetsOf(spec, undefined, options)
    .flatMap(filesOf)
    .flatMap((file) => (file.startsWith(prefix) ? [file.slice(prefix.length)] : []))
    .sort();

export function target(
  spec: ClusterSpec,
  id: string,
  { owner, ...options }: LayoutOptions & { owner?: string } = {},
): Target {
  const found = targetsOf(spec, owner, options).find((known) => known.id === id);
  if (found === undefined) throw new Error(`no target is called ${id}`);
  return found;
}

export function namesOf(spec: ClusterSpec, id: string, owner?: string): string[] {
  const found = target(spec, id, owner === undefined ? {} : { owner });
  if (!('subjectAltNames' in found)) throw new Error(`${id} is no certificate`);
  return found.subjectAltNames.map(formatGeneralName);
}

export function subjectOf(spec: ClusterSpec, id: string, owner?: string): unknown {
  const found = target(spec, id, owner === undefined ? {} : { owner });
  return 'subject' in found ? found.subject : undefined;
}

/** What a kubeconfig says, and the paths that it names. */
export function kubeconfig(spec: ClusterSpec, id: string, options: LayoutOptions & { owner?: string } = {}) {
  const found = target(spec, id, options);
  if (found.kind === 'kubeconfig') {
    const { frame, clientCertificate, clientKey } = found;
    return { ...frame, clientCertificate, clientKey };
  }
  if (found.kind !== 'certificate' || found.storage.kind !== 'kubeconfig')
    throw new Error(`${id} is no kubeconfig`);
  return found.storage.frame;
}

/** What lies in CERT_DIR of a control plane with its own etcd. */
export const PKI_OF_A_CONTROL_PLANE = [
  ...['apiserver-etcd-client', 'apiserver-kubelet-client', 'apiserver', 'ca'].flatMap((name) => [
    `${name}.crt`,
    `${name}.key`,
  ]),
  ...['ca', 'healthcheck-client', 'peer', 'server'].flatMap((name) => [
    `etcd/${name}.crt`,
    `etcd/${name}.key`,
  ]),
  ...['front-proxy-ca', 'front-proxy-client'].flatMap((name) => [`${name}.crt`, `${name}.key`]),
  ...['sa.key', 'sa.pub'],
];
