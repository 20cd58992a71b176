import { bitLength, PUBLIC_KEY } from '../../inspect/read/public-key.ts';
import { toHex } from '../../asn1/bytes.ts';
import { integerValue } from '../../inspect/read/ber.ts';
import type { CertificateFacts } from './facts.ts';
import { groupBy } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { distinct, usersOf } from './words.ts';

const FIX =
  'issue it again with a new key: kubeadm certs renew NAME, or kubepki issue … --key-algorithm ECDSA-P256';

const ED25519_FIX = 'nothing, where all clients are known to take it; else issue it again with ECDSA-P256';

/** Signature algorithms whose digest is broken (RFC 3279 2.2; RFC 6194; Go 1.24 refuses SHA-1, Go 1.18 MD5). */
const WEAK_DIGESTS = Object.freeze<Record<string, string>>({
  '1.2.840.113549.1.1.2': 'MD2',
  '1.2.840.113549.1.1.3': 'MD4',
  '1.2.840.113549.1.1.4': 'MD5',
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.3.14.3.2.29': 'SHA-1',
  '1.2.840.10045.4.1': 'SHA-1',
  '1.2.840.10040.4.3': 'SHA-1',
});

/** Curves that Go reads in certificates (crypto/x509, namedCurveFromOID). */
const GO_CURVES: readonly (string | undefined)[] = [
  '1.3.132.0.33',
  '1.2.840.10045.3.1.7',
  '1.3.132.0.34',
  '1.3.132.0.35',
];

/** The digest's name where a certificate's signature stands on a broken one. */
export function weakDigest({ entry: { certificate } }: CertificateFacts): string | undefined {
  return WEAK_DIGESTS[certificate.signatureAlgorithm.oid];
}

/** A public key for messages: `RSA-2048`, `EC on 1.2.840.10045.3.1.1`. */
function keyText({ entry: { certificate } }: CertificateFacts): string {
  const { material, bits, algorithm } = certificate.publicKey;
  if (material.kind === 'unknown') return `a key of algorithm ${algorithm.oid}`;
  if (material.kind === 'ec') return `EC on ${material.curve ?? 'a curve that is not named'}`;
  return bits === undefined ? material.kind.toUpperCase() : `${material.kind.toUpperCase()}-${bits}`;
}

/** Whether Go, and so Kubernetes, can use the key at all. */
function isUnsupported({ entry: { certificate } }: CertificateFacts): boolean {
  const { material, algorithm } = certificate.publicKey;
  if (material.kind === 'ec') return !GO_CURVES.includes(material.curve);
  return (
    material.kind === 'unknown' || !([PUBLIC_KEY.rsa, PUBLIC_KEY.ed25519] as string[]).includes(algorithm.oid)
  );
}

function isWeak({ entry: { certificate } }: CertificateFacts): boolean {
  const { material, bits = 0 } = certificate.publicKey;
  if (material.kind === 'rsa') return bits < 2048;
  return material.kind === 'ec' && bits > 0 && bits < 256;
}

function hasOddExponent({ entry: { certificate } }: CertificateFacts): boolean {
  const { material } = certificate.publicKey;
  if (material.kind !== 'rsa') return false;
  return (
    bitLength(material.exponent) > 31 ||
    integerValue(material.exponent) < 65_537n ||
    ((material.exponent.at(-1) ?? 0) & 1) === 0
  );
}

const each =
  (isBroken: (one: CertificateFacts) => boolean, tell: (one: CertificateFacts) => Omit<Violation, 'path'>) =>
  (machine: Machine): Violation[] =>
    distinct(machine)
      .filter(isBroken)
      .map((one) => {
        const told = tell(one);
        return {
          path: one.id,
          ...told,
          message: `${told.message}${usersOf(machine, one)}`,
        };
      });

const serialOf = ({ entry }: CertificateFacts): bigint => integerValue(entry.certificate.serialNumber);

function serialText({ entry }: CertificateFacts): string {
  const { serialNumber } = entry.certificate;
  return serialNumber.length > LONGEST_NUMBER ? sizeText(serialNumber) : toHex(serialNumber);
}

/** Octets of a number that people can read. */
const LONGEST_NUMBER = 32;

const sizeText = ({ length }: Uint8Array): string => `a number of ${length} octets`;

/** Rules about keys, digests and serial numbers. */
export const ALGORITHM_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'weak-key',
    severity: 'warning',
    title: 'a key is shorter than 112 bits of strength: RSA below 2048 bits, curves below 256',
    source: 'NIST SP 800-57 part 1, 5.6.1; Go 1.24 refuses RSA below 1024',
    fix: FIX,
    mending: 'rekey',
    yieldsTo: ['unsupported-key'],
    evaluate: each(isWeak, (one) => ({
      message: `${one.subject} has a weak key`,
      expected: 'RSA-2048, ECDSA-P256 or stronger',
      actual: keyText(one),
    })),
  },
  {
    code: 'unsupported-key',
    severity: 'error',
    title: 'a key is of a kind that Go, and so Kubernetes, does not read',
    source: 'Go crypto/x509 parsePublicKey, namedCurveFromOID',
    fix: FIX,
    mending: 'rekey',
    evaluate: each(isUnsupported, (one) => ({
      message: `${one.subject} has a key that no component of Kubernetes can use`,
      expected: 'RSA, ECDSA on P-256, P-384 or P-521, or Ed25519',
      actual: keyText(one),
    })),
  },
  {
    code: 'odd-exponent',
    severity: 'warning',
    title: 'an RSA key has an exponent that is unusual',
    source: 'NIST SP 800-89 5.3.3; Go crypto/rsa refuses more than 31 bits',
    fix: FIX,
    mending: 'rekey',
    evaluate: each(hasOddExponent, (one) => ({
      message: `${one.subject} has an RSA key with an unusual exponent`,
      expected: '65537',
      actual: exponentText(one),
    })),
  },
  {
    code: 'ed25519-key',
    severity: 'info',
    title: 'a key is Ed25519: Kubernetes takes it, browsers and some clients do not',
    source: 'RFC 8410; kubernetes/kubeadm#3197',
    fix: ED25519_FIX,
    evaluate: each(
      ({ entry }) => entry.certificate.publicKey.material.kind === 'ed25519',
      ({ subject }) => ({ message: `${subject} has an Ed25519 key`, fix: ED25519_FIX }),
    ),
  },
  {
    code: 'weak-digest',
    severity: 'error',
    title: 'a signature stands on MD5 or SHA-1, which Go refuses',
    source: 'RFC 6194; Go 1.24 release notes, crypto/x509',
    fix: FIX,
    mending: 'renew',
    // Nobody checks the signature of a root.
    evaluate: each(
      (one) => weakDigest(one) !== undefined && !one.isSelfIssued,
      (one) => ({
        message: `${one.subject} is signed over ${weakDigest(one) ?? ''}, and Go says "x509: cannot verify signature: insecure algorithm"`,
        expected: 'SHA-256 or stronger',
        actual: weakDigest(one) ?? '',
      }),
    ),
  },
  {
    code: 'negative-serial',
    severity: 'error',
    title: 'a serial number is negative, which Go refuses',
    source: 'RFC 5280 4.1.2.2; Go 1.23 release notes, crypto/x509',
    fix: FIX,
    mending: 'renew',
    evaluate: each(
      (one) => serialOf(one) < 0n,
      (one) => ({
        message: `${one.subject} has a negative serial number, and Go says "x509: negative serial number"`,
        expected: 'a positive number',
        actual: serialText(one),
      }),
    ),
  },
  {
    code: 'bad-serial',
    severity: 'warning',
    title: 'a serial number is zero, or longer than 20 octets',
    source: 'RFC 5280 4.1.2.2',
    fix: FIX,
    mending: 'renew',
    evaluate: each(
      (one) => serialOf(one) === 0n || one.entry.certificate.serialNumber.length > 20,
      (one) => ({
        message: `${one.subject} has a serial number that is not allowed`,
        expected: 'a positive number of at most 20 octets',
        actual: serialText(one),
      }),
    ),
  },
  {
    code: 'serial-reuse',
    severity: 'warning',
    title: 'two certificates of one issuer have the same serial number',
    source: 'RFC 5280 4.1.2.2',
    fix: 'issue one of them again: NSS refuses both (SEC_ERROR_REUSED_ISSUER_AND_SERIAL), and revoking one revokes the other',
    mending: 'renew',
    evaluate: reusedSerials,
  },
]);

function exponentText({ entry }: CertificateFacts): string {
  const { material } = entry.certificate.publicKey;
  if (material.kind !== 'rsa') return '';
  const { exponent } = material;
  return exponent.length > LONGEST_NUMBER ? sizeText(exponent) : integerValue(exponent).toString();
}

function reusedSerials(machine: Machine): Violation[] {
  const issuerOf = (one: CertificateFacts): string => {
    const signer = one.entry.signedBy.map((id) => machine.byId.get(id)).find((found) => found !== undefined);
    // Clusters have CAs of the same name: it is the same issuer only where the key is.
    return signer === undefined ? one.issuerKey : `${one.issuerKey} ${signer.publicKey}`;
  };
  const groups = groupBy(distinct(machine), (one) => `${serialText(one)} ${issuerOf(one)}`);
  return [...groups.values()].flatMap((group): Violation[] => {
    const [first, second] = group;
    if (first === undefined || second === undefined) return [];
    return [
      {
        path: second.id,
        message: `${second.subject} has the serial number of ${first.subject} (${first.id}), and both are of ${first.issuer}`,
        expected: 'a number of its own',
        actual: serialText(second),
      },
    ];
  });
}
