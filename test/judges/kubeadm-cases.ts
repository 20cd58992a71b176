/** Configurations that the judges were validated with on real kubeadm trees, and kubeadm documents that state them. */
import { DEFAULT_FACTS } from './kubeadm-config.ts';
import type { FactsConfig } from './kubeadm-config.ts';

const local = (serverCertSANs: readonly string[], peerCertSANs: readonly string[]) =>
  ({ kind: 'local', serverCertSANs, peerCertSANs }) as const;

interface KubeadmCase {
  readonly changes: Partial<FactsConfig>;
  /** The first minor version that can be asked for it. */
  readonly since?: number;
}

/** What each configuration changes of `DEFAULT_FACTS`. */
const KUBEADM_CASES: Readonly<Record<string, KubeadmCase>> = Object.freeze({
  single: { changes: {} },
  'ha-name': { changes: { controlPlaneEndpoint: 'api.example.com:8443', bindPort: 7443 } },
  'ha-name-no-port': { changes: { controlPlaneEndpoint: 'api.example.com', bindPort: 7443 } },
  'ha-ip': { changes: { controlPlaneEndpoint: '198.51.100.7:6443' } },
  'ha-v6': {
    changes: {
      controlPlaneEndpoint: '[2001:DB8:0:0::7]:9443',
      advertiseAddress: '2001:db8::0010',
      serviceSubnets: ['fd00:10::/112'],
    },
  },
  'external-etcd': { changes: { etcd: { kind: 'external' } } },
  'dual-stack': {
    changes: { serviceSubnets: ['10.96.0.0/16', 'fd00:1::/108'], advertiseAddress: '10.0.0.5' },
  },
  'ecdsa-p256': { changes: { keyAlgorithm: 'ECDSA-P256' } },
  'ecdsa-p384': { changes: { keyAlgorithm: 'ECDSA-P384' }, since: 34 },
  'rsa-3072': { changes: { keyAlgorithm: 'RSA-3072' }, since: 31 },
  'extra-sans': {
    changes: {
      certSANs: [
        ...['*.Apps.example.com', '203.0.113.9', 'api.internal', '2001:db8::0:1', '::ffff:10.0.0.9'],
        ...['kubernetes', '192.0.2.10', 'xn--mnchen-3ya.de'],
      ],
      etcd: local(['etcd.example.com', '203.0.113.10', 'localhost'], ['*.peers.example.com', 'fd00::0:2']),
    },
  },
  'odd-names': {
    changes: {
      nodeName: ' Node-1.Example.COM ',
      clusterName: 'my cluster',
      dnsDomain: 'k8s.example.internal',
      serviceSubnets: ['172.20.5.7/16'],
    },
  },
  'number-names': { changes: { nodeName: '123', clusterName: '0123' } },
  'word-names': {
    changes: { nodeName: '10.0.0.1', clusterName: 'yes', controlPlaneEndpoint: '10.0.0.99' },
  },
  'punctuated-cluster': { changes: { clusterName: '*a: b' } },
  periods: { changes: { validity: { ca: 1000 * 3600, leaf: 25 * 3600 } }, since: 31 },
});

/** The cases that kubeadm of a version can be asked for, as whole configurations. */
function casesFor(
  kubernetesVersion: string,
): readonly { readonly name: string; readonly config: FactsConfig }[] {
  const minor = Number(kubernetesVersion.split('.')[1]);
  return Object.entries(KUBEADM_CASES)
    .filter(([, { since = 0 }]) => minor >= since)
    .map(([name, { changes }]) => ({ name, config: { ...DEFAULT_FACTS, ...changes, kubernetesVersion } }));
}

const EXTERNAL_ETCD = {
  endpoints: ['https://203.0.113.20:2379'],
  caFile: '/etc/etcd/ca.crt',
  certFile: '/etc/etcd/client.crt',
  keyFile: '/etc/etcd/client.key',
};

/**
 * kubeadm documents that state a configuration: v1beta3 up to 1.30, v1beta4 from 1.31, JSON as the YAML it also is.
 * `certificatesDir` is an absolute path.
 */
function kubeadmDocuments(config: FactsConfig, certificatesDir: string): string {
  const minor = Number(config.kubernetesVersion.split('.')[1]);
  const apiVersion = `kubeadm.k8s.io/${minor >= 31 ? 'v1beta4' : 'v1beta3'}`;
  const { advertiseAddress, bindPort, etcd } = config;
  const ecdsaGate = minor < 31 && config.keyAlgorithm.startsWith('ECDSA');
  const init = {
    apiVersion,
    kind: 'InitConfiguration',
    localAPIEndpoint: { advertiseAddress, bindPort },
    nodeRegistration: { name: config.nodeName },
  };
  const cluster = {
    apiVersion,
    kind: 'ClusterConfiguration',
    kubernetesVersion: config.kubernetesVersion,
    clusterName: config.clusterName,
    certificatesDir,
    ...(config.controlPlaneEndpoint !== undefined && { controlPlaneEndpoint: config.controlPlaneEndpoint }),
    networking: { serviceSubnet: config.serviceSubnets.join(','), dnsDomain: config.dnsDomain },
    apiServer: { certSANs: config.certSANs },
    etcd:
      etcd.kind === 'external'
        ? { external: EXTERNAL_ETCD }
        : { local: { serverCertSANs: etcd.serverCertSANs, peerCertSANs: etcd.peerCertSANs } },
    ...(ecdsaGate && { featureGates: { PublicKeysECDSA: true } }),
    ...(minor >= 31 && {
      encryptionAlgorithm: config.keyAlgorithm,
      certificateValidityPeriod: `${config.validity.leaf}s`,
      caCertificateValidityPeriod: `${config.validity.ca}s`,
    }),
  };
  return [init, cluster].map((document) => `${JSON.stringify(document, null, 2)}\n`).join('---\n');
}

export { casesFor, KUBEADM_CASES, kubeadmDocuments };
