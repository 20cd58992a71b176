import { featuresOf } from '../spec/kubernetes-version.ts';
import type { ClusterSpec, ControlPlaneSpec } from '../spec/spec.ts';
import {
  copyTarget,
  endpointServer,
  kubeconfigs,
  leafValidity,
  localServer,
  type Builder,
} from './builder.ts';
import { AUTHORITY_ROWS, CERTIFICATE_ROWS, type RowInput } from './certificate-rows.ts';
import { KUBECONFIG_ROWS, type KubeconfigRow } from './kubeconfig-rows.ts';
import { NODE_CERT_DIR, onDisk, type Place } from './place.ts';
import { KUBEADM_PROFILES } from './profiles.ts';
import type { CopyTarget, Target } from './target.ts';

/** The targets of the first control plane, which has the authorities and the service-account key. */
export function* firstControlPlane(builder: Builder): Generator<Target> {
  const { spec, places } = builder;
  const [controlPlane] = spec.controlPlanes;
  const common = { owner: controlPlane.name, keyAlgorithm: spec.keyAlgorithm };
  for (const { id, base, commonName } of present(AUTHORITY_ROWS, spec)) {
    yield {
      kind: 'authority',
      id,
      ...common,
      profile: KUBEADM_PROFILES.ca,
      subject: { commonName },
      subjectAltNames: [{ type: 'dns', value: commonName }],
      validity: { kind: 'duration', milliseconds: spec.caCertificateValidity },
      ...pairAt(places.own, base),
      traces: [
        ...copiesOf(builder, [`${base}.key`, `${base}.crt`]),
        ...(id === 'ca' ? tracesOfCa(builder) : []),
      ],
    };
  }
  const base = onDisk(places.own, `${places.own.certDir}/sa`);
  const traces = copiesOf(builder, ['sa.key', 'sa.pub']);
  yield {
    kind: 'key-pair',
    id: 'sa',
    ...common,
    privateKey: `${base}.key`,
    publicKey: `${base}.pub`,
    traces,
  };
  yield* ownTargets(builder, controlPlane, { place: places.own, rows: KUBECONFIG_ROWS });
}

/** The targets of a further control plane: copies of the shared files, and its own. */
export function* furtherControlPlane(builder: Builder, controlPlane: ControlPlaneSpec): Generator<Target> {
  const { spec, places } = builder;
  yield* sharedCopies(builder, controlPlane.name);
  // Where its kubelet's files are made too, they bring a kubelet.conf of their own.
  const isNode = spec.nodes.some(({ name }) => name === controlPlane.name);
  const rows = KUBECONFIG_ROWS.filter(
    ({ firstOnly, rotated }) => !firstOnly && !(isNode && rotated !== undefined),
  );
  yield* ownTargets(builder, controlPlane, { place: places.ofMachine(controlPlane.name), rows });
}

function* ownTargets(
  builder: Builder,
  controlPlane: ControlPlaneSpec,
  { place, rows }: { readonly place: Place; readonly rows: readonly KubeconfigRow[] },
): Generator<Target> {
  const { spec } = builder;
  const input: RowInput = { spec, controlPlane, features: featuresOf(spec.kubernetesVersion) };
  for (const row of present(CERTIFICATE_ROWS, spec)) {
    yield {
      kind: 'certificate',
      id: row.id,
      owner: controlPlane.name,
      authority: row.authority,
      profile: row.profile,
      subject: row.subject(input),
      subjectAltNames: row.subjectAltNames?.(input) ?? [],
      validity: leafValidity(spec),
      keyAlgorithm: spec.keyAlgorithm,
      storage: { kind: 'pair', ...pairAt(place, row.base) },
    };
  }
  for (const { id, subject, server, exists, rotated } of rows) {
    if (!exists(input.features)) continue;
    const url = server(spec) === 'local' ? localServer(controlPlane) : endpointServer(spec, controlPlane);
    const request = { id, owner: controlPlane.name, subject: subject(input), server: url, rotated };
    yield* kubeconfigs(builder, request, place);
  }
}

/** Where the further control planes have files that they share with the first. */
function copiesOf({ spec, places }: Builder, names: readonly string[]): string[] {
  return spec.controlPlanes.slice(1).flatMap(({ name }) => {
    const place = places.ofMachine(name);
    return names.map((file) => onDisk(place, `${place.certDir}/${file}`));
  });
}

/** What nodes and users have from the cluster's CA. */
function tracesOfCa({ spec, places }: Builder): string[] {
  const nodes = spec.nodes.map(({ name }) => onDisk(places.ofMachine(name), `${NODE_CERT_DIR}/ca.crt`));
  const users = spec.users.map(({ name }) =>
    onDisk(places.users, `${places.users.kubeconfigDir}/${name}.conf`),
  );
  return [...nodes, ...users];
}

/** The files that every control plane shares: the CAs and the service-account key pair. */
function sharedCopies({ spec, places }: Builder, owner: string): CopyTarget[] {
  const place = places.ofMachine(owner);
  const pairs = present(AUTHORITY_ROWS, spec).map(({ base }) => [`${base}.crt`, `${base}.key`] as const);
  const copy = (id: string, keyId?: string): CopyTarget =>
    copyTarget(id, {
      owner,
      file: onDisk(place, `${place.certDir}/${id}`),
      source: onDisk(places.own, `${places.own.certDir}/${id}`),
      ...(keyId === undefined ? {} : { keyId }),
    });
  return [...pairs, ['sa.pub', 'sa.key'] as const].flatMap(([half, key]) => [copy(half, key), copy(key)]);
}

function pairAt(place: Place, base: string): { readonly certificate: string; readonly key: string } {
  const path = onDisk(place, `${place.certDir}/${base}`);
  return { certificate: `${path}.crt`, key: `${path}.key` };
}

function present<Row extends { readonly withExternalEtcd: boolean }>(
  rows: readonly Row[],
  spec: ClusterSpec,
): readonly Row[] {
  return spec.etcd.kind === 'local' ? rows : rows.filter(({ withExternalEtcd }) => withExternalEtcd);
}
