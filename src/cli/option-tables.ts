import type { OptionRow } from './command.ts';

// What an option means is written once, for the help of every command that has it.

/** The key algorithms of certificates that no kubeadm writes. */
const ALGORITHMS = [
  'RSA-2048',
  'RSA-3072',
  'RSA-4096',
  'ECDSA-P256',
  'ECDSA-P384',
  'ECDSA-P521',
  'Ed25519',
] as const;
/** Values of kubeadm's `encryptionAlgorithm`. */
const KUBEADM_ALGORITHMS = ALGORITHMS.slice(0, 5);

const DURATION = '90d, 1y, 8h, 8760h0m0s';

const text = (name: string, value: string, description: string): OptionRow => ({
  name,
  type: 'string',
  value,
  description,
});
const flag = (name: string, description: string): OptionRow => ({ name, type: 'boolean', description });

const OUTPUT: OptionRow = {
  name: 'output',
  short: 'o',
  type: 'string',
  choices: ['text', 'json'],
  description: 'form of the result',
};
const QUIET = flag('quiet', 'no progress and no notes on standard error');
const NOW = text('now', 'TIME', 'the time to take for now, as RFC 3339 has it: 2027-01-31T12:00:00Z');
const RSA_GENERATION: OptionRow = {
  name: 'rsa-generation',
  type: 'string',
  choices: ['primes', 'platform'],
  description:
    "how RSA keys are made: from two of the platform's primes (default), or by the platform, three times slower",
};

/** Options of every command that prints a result. */
export const RESULT_OPTIONS: readonly OptionRow[] = Object.freeze([OUTPUT, QUIET, NOW]);

/** Options of the commands that plan and write a cluster's tree; the cluster's are named as kubeadm names them. */
export const TREE_OPTIONS: readonly OptionRow[] = Object.freeze([
  text('config', 'FILE', 'kubeadm documents, a ClusterPKI document, or both; - is standard input'),
  flag('strict', 'turn warnings about FILE into errors'),
  text('cert-dir', 'DIR', 'where certificates lie (default: of FILE, else /etc/kubernetes/pki)'),
  text('kubeconfig-dir', 'DIR', 'where kubeconfigs lie (default /etc/kubernetes)'),
  text('rootfs', 'DIR', 'a directory put before both'),
  {
    name: 'kubeconfig-certs',
    type: 'string',
    choices: ['embed', 'files', 'files-abs'],
    description:
      'kubeconfigs embed their certificates (default), or name files beside them by relative or absolute path',
  },
  text('node-name', 'NAME', 'name of this control plane (default: the host name)'),
  text('apiserver-advertise-address', 'IP', 'address of its API server (default: of the default route)'),
  text('apiserver-bind-port', 'PORT', 'port of its API server (default 6443)'),
  text('control-plane-endpoint', 'HOST[:PORT]', 'name or address that clients use'),
  text('service-cidr', 'CIDR[,CIDR]', 'networks of services (default 10.96.0.0/12)'),
  text('service-dns-domain', 'DOMAIN', 'domain of services (default cluster.local)'),
  {
    ...text('apiserver-cert-extra-sans', 'NAME[,NAME]', 'further names and addresses of the API server'),
    multiple: true,
  },
  text('kubernetes-version', 'VERSION', 'v1.28 to v1.37 (default: the newest)'),
  text('cluster-name', 'NAME', 'name of the cluster in kubeconfigs (default kubernetes)'),
  {
    name: 'key-algorithm',
    type: 'string',
    value: 'ALGORITHM',
    choices: KUBEADM_ALGORITHMS,
    description: `${KUBEADM_ALGORITHMS.join(', ')} (default RSA-2048)`,
  },
  RSA_GENERATION,
  ...RESULT_OPTIONS,
]);

/** Options of how a tree is written. */
export const WRITE_OPTIONS: readonly OptionRow[] = Object.freeze([
  flag('dry-run', 'only say what would be done, as plan does, with its exit codes'),
  text('owner', 'UID', 'numeric user that new files belong to'),
  text('group', 'GID', 'numeric group that new files belong to'),
  text('lock-timeout', 'DURATION', 'how long to wait for another run (default 30s)'),
  text(
    'rbac-manifest',
    'FILE',
    'also write the role bindings that the tree needs where kubeadm init does not make them; - is standard output',
  ),
]);

/** Options of the commands that make one certificate and its key. */
export const CERTIFICATE_OPTIONS: readonly OptionRow[] = Object.freeze([
  { ...text('common-name', 'CN', 'common name of the subject'), required: true },
  {
    ...text('organization', 'O', 'organization of the subject; Kubernetes reads it as a group'),
    multiple: true,
  },
  {
    ...text('out', 'BASE', 'write BASE.crt (0644) and BASE.key (0600); - writes both to standard output'),
    required: true,
  },
  {
    name: 'key-algorithm',
    type: 'string',
    value: 'ALGORITHM',
    choices: ALGORITHMS,
    description: `${ALGORITHMS.join(', ')} (default ECDSA-P256)`,
  },
  {
    name: 'key-encoding',
    type: 'string',
    choices: ['pkcs8', 'traditional'],
    description: 'PKCS#8 (default), or PKCS#1 and SEC 1 as kubeadm writes',
  },
  RSA_GENERATION,
  text('key-password-file', 'FILE', 'encrypt the key under the password in FILE; - is standard input'),
  text('key-password-env', 'VAR', 'encrypt the key under the password in the environment variable VAR'),
  text('ca-key-password-file', 'FILE', "password of the CA's key; - is standard input"),
  text('ca-key-password-env', 'VAR', "environment variable with the password of the CA's key"),
  flag('no-clamp', 'refuse a validity beyond that of the CA, rather than cut it'),
  flag('force', 'replace BASE.crt and BASE.key where they exist; a backup is kept'),
  ...RESULT_OPTIONS,
]);

/** How long a certificate is valid, with the default of its profile. */
export function validityOption(standard: string): OptionRow {
  return text(
    'validity',
    'D',
    `how long it is valid: ${DURATION}, or the RFC 3339 time of its end (default ${standard})`,
  );
}

/** The CA that a certificate is signed by. */
export const CA_OPTION: OptionRow = Object.freeze({
  ...text(
    'ca',
    'BASE',
    'CA that signs: BASE.crt, or a bundle with it, and BASE.key; - reads both from standard input',
  ),
  required: true,
});

/** Names of a certificate. */
export const SAN_OPTION: OptionRow = Object.freeze({
  ...text(
    'san',
    'NAME[,NAME]',
    'DNS name, address, URI or mailbox; DNS:, IP:, URI: and email: name the kind',
  ),
  multiple: true,
});

/** Options of `ca create` alone. */
export const AUTHORITY_OPTIONS: readonly OptionRow[] = Object.freeze([
  text('parent', 'BASE', 'CA above: BASE.crt and BASE.key (default: none, which makes a self-signed root)'),
  text('max-path-length', 'N', 'how many CAs may stand below (default: no limit)'),
]);

/** The Secret that `issue webhook` writes. */
export const SECRET_OPTION: OptionRow = Object.freeze(
  text(
    'secret',
    'FILE',
    'also write a kubernetes.io/tls Secret (0600) with tls.crt, tls.key and ca.crt; - is standard output',
  ),
);
