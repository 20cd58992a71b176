/** kubeadm's encryptionAlgorithm values, as Go sees what they make. */
import type { GoPublicKey } from './go.ts';
import type { KeyAlgorithm } from './kubeadm-config.ts';

/** What Go reads in a public key of each algorithm. */
const PUBLIC_KEYS: Readonly<Record<KeyAlgorithm, GoPublicKey>> = {
  'RSA-2048': { type: 'RSA', size: 2048, exponent: 65537 },
  'RSA-3072': { type: 'RSA', size: 3072, exponent: 65537 },
  'RSA-4096': { type: 'RSA', size: 4096, exponent: 65537 },
  'ECDSA-P256': { type: 'ECDSA', size: 256, curve: 'P-256' },
  'ECDSA-P384': { type: 'ECDSA', size: 384, curve: 'P-384' },
};

/** Go's name of the signature that a key of each algorithm makes. */
const SIGNATURES: Readonly<Record<KeyAlgorithm, string>> = {
  'RSA-2048': 'SHA256-RSA',
  'RSA-3072': 'SHA256-RSA',
  'RSA-4096': 'SHA256-RSA',
  'ECDSA-P256': 'ECDSA-SHA256',
  'ECDSA-P384': 'ECDSA-SHA384',
};

/** The PEM label that kubeadm writes: PKCS#1 and SEC1, never PKCS#8. */
const keyLabel = (algorithm: KeyAlgorithm): string =>
  algorithm.startsWith('RSA') ? 'RSA PRIVATE KEY' : 'EC PRIVATE KEY';

export { keyLabel, PUBLIC_KEYS, SIGNATURES };
