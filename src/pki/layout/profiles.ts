import type { Profile } from '../../ca/profiles.ts';
import type { KeyKind } from '../../crypto/algorithms.ts';
import type { KeyUsage } from '../../x509/usages.ts';

// kubeadm gives every key the same usages, whatever its kind (cmd/kubeadm/app/util/pkiutil, NewSignedCert).
function forAnyKey(usages: readonly KeyUsage[]): Readonly<Record<KeyKind, readonly KeyUsage[]>> {
  return Object.freeze({ rsa: usages, ec: usages, ed25519: usages });
}

const LEAF = {
  ca: false,
  keyUsage: forAnyKey(['digitalSignature', 'keyEncipherment']),
  subjectKeyIdentifier: false,
  addressLikeNames: true,
  validity: '8760h',
} as const;

/** Certificates as kubeadm makes them; validity comes from the configuration. */
export const KUBEADM_PROFILES = Object.freeze({
  ca: {
    name: 'kubeadm CA',
    ca: true,
    keyUsage: forAnyKey(['digitalSignature', 'keyEncipherment', 'keyCertSign']),
    extendedKeyUsage: [],
    subjectKeyIdentifier: true,
    validity: '87600h',
  },
  server: { ...LEAF, name: 'kubeadm server', extendedKeyUsage: ['serverAuth'] },
  client: { ...LEAF, name: 'kubeadm client', extendedKeyUsage: ['clientAuth'] },
  peer: { ...LEAF, name: 'kubeadm peer', extendedKeyUsage: ['serverAuth', 'clientAuth'] },
} as const satisfies Readonly<Record<string, Profile>>);
