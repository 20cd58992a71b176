/** Random configurations that kubeadm accepts. */
import fc from 'fast-check';
import type { Fields, Question } from './question.ts';
import type { Release } from './releases.ts';
import * as values from './values.ts';

/** Absent once in so many times. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, times = 2): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: times });

const optional = (fields: Readonly<Record<string, Fields[string] | undefined>>): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/**
 * Versions that a release deploys and whose own kubeadm writes the same tree, by the table in
 * src/pki/spec/kubernetes-version.ts; other releases are looked at in versions.test.ts.
 */
const OWN_VERSIONS: Readonly<Record<number, readonly string[]>> = {
  34: ['v1.34.4', '1.34.0', 'v1.34.7', 'v1.34.2-rc.1', 'v1.34.4+build.7'],
  36: ['v1.36.3', '1.36.1', 'v1.36.12', 'v1.36.4-rc.1', 'v1.36.2+build.7', 'v1.35.5', 'v1.37.2', 'v1.99.0'],
};

/** The feature gates that may be set, beside those that decide something here. */
const GATES: Readonly<Record<number, readonly string[]>> = {
  34: ['RootlessControlPlane', 'NodeLocalCRISocket', 'WaitForAllControlPlaneComponents'],
  36: ['RootlessControlPlane', 'NodeLocalCRISocket'],
};

const externalEtcd = fc
  .record({
    endpoints: fc.array(
      fc.tuple(values.v4, values.dnsName).map(([ip, name]) => `https://${name.length > 4 ? name : ip}:2379`),
      { minLength: 1, maxLength: 3 },
    ),
    files: fc.boolean(),
  })
  .map(({ endpoints, files }): Fields => {
    const named = { caFile: '/etc/etcd/ca.crt', certFile: '/etc/etcd/c.crt', keyFile: '/etc/etcd/c.key' };
    return { external: { endpoints, ...(files && named) } };
  });

const localEtcd = fc
  .record({
    server: maybe(values.etcdSans),
    peer: maybe(values.etcdSans),
    dataDir: maybe(fc.constant('/var/e')),
  })
  .map(({ server, peer, dataDir }): Fields => ({
    local: optional({ serverCertSANs: server, peerCertSANs: peer, dataDir }),
  }));

const etcd = fc.oneof(
  { weight: 3, arbitrary: localEtcd },
  { weight: 1, arbitrary: externalEtcd },
  { weight: 1, arbitrary: fc.constantFrom(undefined, {}, { local: {} }) },
);

// RSA keys take kubeadm seconds, and the expectations' cases have them all.
const ecdsa = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('ECDSA-P256', 'ECDSA-P384') },
  { weight: 1, arbitrary: fc.constantFrom(undefined, '', 'RSA-2048') },
);

const networking = fc
  .record({
    serviceSubnet: fc.oneof(
      { weight: 3, arbitrary: values.singleStack },
      { weight: 3, arbitrary: values.dualStack },
      { weight: 1, arbitrary: fc.constantFrom(undefined, '') },
    ),
    podSubnet: fc.constantFrom(undefined, '10.244.0.0/16', '10.244.0.0/16,fd00:10:244::/56'),
    dnsDomain: maybe(fc.oneof(values.dnsName, fc.constantFrom('123', 'cluster.local', 'a'.repeat(60)))),
  })
  .map(optional);

const init = fc
  .record({
    name: values.nodeName,
    advertiseAddress: values.address,
    bindPort: fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constantFrom(undefined, 0, 6443)),
    taints: maybe(fc.constant([])),
  })
  .map(({ name, advertiseAddress, bindPort, taints }): Fields => ({
    nodeRegistration: optional({ name, taints }),
    localAPIEndpoint: optional({ advertiseAddress, bindPort }),
  }));

function gatesFor({ minor }: Release): fc.Arbitrary<Fields | undefined> {
  const names = GATES[minor] ?? [];
  const local = minor === 34 ? fc.boolean() : fc.constant(undefined);
  return maybe(
    fc
      .record({
        others: fc.dictionary(fc.constantFrom(...names), fc.boolean(), { maxKeys: 2 }),
        ControlPlaneKubeletLocalMode: maybe(local),
      })
      .map(({ others, ...gate }) => optional({ ...others, ...gate })),
  );
}

const others = fc.constantFrom<readonly Fields[]>(
  [],
  [],
  [{ apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration', cgroupDriver: 'systemd' }],
  [{ apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration', mode: 'ipvs' }],
);

const clusterFields = fc.record({
  clusterName: maybe(values.clusterName),
  controlPlaneEndpoint: maybe(values.endpoint, 3),
  networking: maybe(networking, 6),
  apiServer: maybe(values.apiServerSans.map((certSANs): Fields => ({ certSANs }))),
  etcd,
  imageRepository: maybe(fc.constant('registry.example.com/k8s')),
  // Unknown fields are warnings to both.
  noSuchField: fc.constantFrom(undefined, undefined, undefined, undefined, 1),
});

const ofBeta4 = fc
  .record({
    encryptionAlgorithm: ecdsa,
    caCertificateValidityPeriod: maybe(values.period(8760)),
    certificateValidityPeriod: maybe(values.period(1)),
  })
  .map(optional);

/** The least of each list is a name of kubeadm's own choice: certificates beside the kubeconfigs, or elsewhere. */
const certDir = fc.constantFrom(
  '/kubernetes/pki',
  '/kubernetes/pki',
  '/kubernetes/pki/',
  '/kubernetes/../kubernetes//pki',
  '/certs',
);

/** Configurations that a release accepts, and whose tree it would write as the kubeadm of `kubernetesVersion`. */
export function questionsFor(release: Release): fc.Arbitrary<Question> {
  return fc
    .record({
      api: fc.oneof(
        { weight: 5, arbitrary: fc.constant('v1beta4' as const) },
        { weight: 1, arbitrary: fc.constant('v1beta3' as const) },
      ),
      version: fc.constantFrom(...(OWN_VERSIONS[release.minor] ?? [release.version])),
      gates: gatesFor(release),
      init: fc.oneof({ weight: 15, arbitrary: init }, { weight: 1, arbitrary: fc.constant(undefined) }),
      fields: clusterFields,
      newer: ofBeta4,
      others,
      style: fc.constantFrom('json' as const, 'block' as const, 'flow' as const),
      clusterFirst: fc.boolean(),
      certDir,
      throughCli: fc.oneof(
        { weight: 4, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    })
    .map(({ version, gates, fields, newer, ...rest }) => {
      const isOld = rest.api === 'v1beta3';
      const featureGates = { ...gates, ...(isOld && { PublicKeysECDSA: true }) };
      // The gate that v1beta3 needs for elliptic keys is gone in 1.37.
      const kubernetesVersion = isOld && /^v1\.(?:37|99)/.test(version) ? release.version : version;
      const cluster = optional({ kubernetesVersion, ...fields, featureGates });
      return { ...rest, cluster: isOld ? cluster : { ...cluster, ...newer } };
    });
}
