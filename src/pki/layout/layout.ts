import { isAbsolute, posix } from 'node:path';
import { PkiError } from '../../errors/pki-error.ts';
import type { ClusterSpec, UserSpec } from '../spec/spec.ts';
import { endpointServer, kubeconfigs, type Builder } from './builder.ts';
import { firstControlPlane, furtherControlPlane } from './control-plane.ts';
import type { KubeconfigCerts } from './kubeconfig-targets.ts';
import { nodeTargets } from './node.ts';
import { onDisk, type Place } from './place.ts';
import { filesOf, type Target, type TargetGroup } from './target.ts';

/** Where a tree lies, and in which form. */
export interface LayoutOptions {
  /** CERT_DIR of this machine, absolute. Default: the configuration's. */
  readonly certDir?: string;
  /** KUBECONFIG_DIR of this machine, absolute. Default: kubeadm's, `/etc/kubernetes`. */
  readonly kubeconfigDir?: string;
  /** A directory put before both, absolute. Default: none, so that they are those of this machine. */
  readonly rootfs?: string;
  /** Whether kubeconfigs embed their certificates, or name files beside them by relative or absolute path. */
  readonly kubeconfigCerts?: KubeconfigCerts;
}

/** kubeadm's KUBECONFIG_DIR. */
const KUBECONFIG_DIR = '/etc/kubernetes';

/** The directories of this machine that hold the tree, on this disk: what a lock must cover. */
export function rootsOf(
  spec: ClusterSpec,
  options: LayoutOptions,
): readonly [certDir: string, kubeconfigDir: string] {
  const { own } = placesOf(spec, options);
  return [onDisk(own, own.certDir), onDisk(own, own.kubeconfigDir)];
}

/**
 * Every target of a cluster, by machine and user: the first control plane, whose authorities all others stand under,
 * then further control planes, nodes, and users.
 */
export function* layout(
  spec: ClusterSpec,
  options: LayoutOptions = {},
): Generator<TargetGroup, void, undefined> {
  const builder: Builder = {
    spec,
    places: placesOf(spec, options),
    certs: options.kubeconfigCerts ?? 'embed',
  };
  const [first, ...further] = spec.controlPlanes;
  yield { owner: first.name, targets: [...firstControlPlane(builder)] };
  for (const controlPlane of further) {
    yield { owner: controlPlane.name, targets: [...furtherControlPlane(builder, controlPlane)] };
  }
  for (const node of spec.nodes) yield { owner: node.name, targets: [...nodeTargets(builder, node)] };
  for (const user of spec.users) yield { owner: user.name, targets: userTargets(builder, user) };
}

/** The paths of all files of a tree, on this disk. */
export function filesOfTree(spec: ClusterSpec, options: LayoutOptions): ReadonlySet<string> {
  return new Set([...layout(spec, options)].flatMap(({ targets }) => targets.flatMap(filesOf)));
}

/** This machine's place, and those of the others and of users below its KUBECONFIG_DIR. */
function placesOf(spec: ClusterSpec, options: LayoutOptions): Builder['places'] {
  for (const name of ['rootfs', 'certDir', 'kubeconfigDir'] as const) {
    const path = options[name];
    if (path !== undefined && !isAbsolute(path))
      throw new TypeError(`${name} must be an absolute path, got ${JSON.stringify(path)}`);
  }
  const own: Place = {
    prefix: options.rootfs ?? '',
    certDir: options.certDir ?? spec.certificatesDir,
    kubeconfigDir: options.kubeconfigDir ?? KUBECONFIG_DIR,
  };
  refuseShared(own);
  const base = onDisk(own, own.kubeconfigDir);
  return {
    own,
    ofMachine: (name) => ({
      prefix: `${base}/nodes/${name}`,
      certDir: spec.certificatesDir,
      kubeconfigDir: KUBECONFIG_DIR,
    }),
    users: { ...own, kubeconfigDir: `${own.kubeconfigDir}/users` },
  };
}

/** Machines and users have files of the same names: this machine's CAs lie elsewhere. */
function refuseShared({ certDir, kubeconfigDir }: Place): void {
  for (const name of ['nodes', 'users']) {
    const theirs = posix.join(kubeconfigDir, name);
    if (!`${posix.normalize(certDir)}/`.startsWith(`${theirs}/`)) continue;
    throw new PkiError('invalid-value', `the certificates of this machine cannot lie in ${certDir}`, {
      details: { kind: 'certDir', value: certDir, expected: `a directory that is not in ${theirs}` },
      hint: `${theirs} is for the files of other machines and of users: choose another --cert-dir or --kubeconfig-dir`,
    });
  }
}

function userTargets(builder: Builder, { name, groups, namespace, validity }: UserSpec): Target[] {
  const server = endpointServer(builder.spec, builder.spec.controlPlanes[0]);
  const subject = { commonName: name, organizations: groups };
  const request = { id: `${name}.conf`, owner: name, subject, server, namespace, validity };
  return kubeconfigs(builder, request, builder.places.users);
}
