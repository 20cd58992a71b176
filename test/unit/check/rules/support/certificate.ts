/** Certificates as no CA should make them: every field can be said, and what is said is signed. */
import { createPrivateKey, sign } from 'node:crypto';
import { bitString, contextTag, element, sequence, smallInteger, TAG } from '../../../../../src/asn1/der.ts';
import { encodeTime } from '../../../../../src/asn1/time.ts';
import { Certificate } from '../../../../../src/x509/certificate.ts';
import { encodeExtensions, type ExtensionValues } from '../../../../../src/x509/extensions.ts';
import { encodeSubject, type Subject } from '../../../../../src/x509/name.ts';
import { encodePem } from '../../../../../src/x509/pem.ts';

/** What differs from the certificate that is taken as the pattern. */
export interface Changes {
  readonly subject?: Subject;
  readonly from?: Date;
  readonly until?: Date;
  /** A notAfter in DER, whatever it says. */
  readonly untilDer?: Uint8Array;
  /** Content octets of the serial number. */
  readonly serialNumber?: Uint8Array;
  readonly extensions?: Partial<ExtensionValues>;
  /** Extensions in DER, put behind the others. */
  readonly more?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly digest?: 'sha1' | 'sha256';
}

/** A CA: its certificate and its key in PEM. */
export interface Signing {
  readonly certificate: string;
  readonly key: string;
}

// ecdsa-with-SHA1 and ecdsa-with-SHA256 (RFC 3279 2.2.3; RFC 5758 3.2).
const ALGORITHMS = {
  sha1: Uint8Array.of(0x30, 0x09, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01),
  sha256: Uint8Array.of(0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02),
};

let serial = 1000;

function freshSerial(): Uint8Array {
  serial += 1;
  return Uint8Array.of(0x40, serial >> 8, serial & 0xff);
}

/** The extensions of a certificate as values, with changes. */
function valuesOf(
  pattern: Certificate,
  issuer: Certificate | undefined,
  changes: Partial<ExtensionValues>,
): ExtensionValues {
  const names = pattern.subjectAltNames.flatMap((name) =>
    name.type === 'dns' || name.type === 'ip' ? [{ type: name.type, value: name.value }] : [],
  );
  return {
    keyUsage: pattern.keyUsage ?? [],
    extendedKeyUsage: pattern.extendedKeyUsage ?? [],
    basicConstraints: { ca: pattern.isCa },
    subjectKeyIdentifier: pattern.subjectKeyIdentifier,
    authorityKeyIdentifier: issuer?.subjectKeyIdentifier,
    subjectAltNames: names,
    subjectAltNameCritical: false,
    ...changes,
  };
}

/** A certificate like another, with changes, signed by a CA with an elliptic key; by itself where `signing` is its own. */
export function certificateLike(pem: string, signing: Signing, changes: Changes = {}): string {
  const pattern = Certificate.fromPem(pem);
  const issuer = Certificate.fromPem(signing.certificate);
  const { digest = 'sha256', subject, more } = changes;
  const isOwn = pem === signing.certificate;
  const extensions = encodeExtensions(
    valuesOf(pattern, isOwn ? undefined : issuer, changes.extensions ?? {}),
  );
  const inner = more === undefined ? extensions : reopened(extensions, more);
  const subjectDer = subject === undefined ? pattern.subject.der : encodeSubject(subject);
  const tbs = sequence(
    element(contextTag(0, 'constructed'), smallInteger(2)),
    element(TAG.integer, changes.serialNumber ?? freshSerial()),
    ALGORITHMS[digest],
    isOwn ? subjectDer : issuer.subject.der,
    sequence(
      encodeTime(changes.from ?? pattern.notBefore),
      changes.untilDer ?? encodeTime(changes.until ?? pattern.notAfter),
    ),
    subjectDer,
    changes.spki ?? pattern.spki,
    element(contextTag(3, 'constructed'), inner),
  );
  const signature = sign(digest, tbs, createPrivateKey(signing.key));
  return encodePem('CERTIFICATE', sequence(tbs, ALGORITHMS[digest], bitString(signature)));
}

/** A list of extensions with one more. */
function reopened(list: Uint8Array, more: Uint8Array): Uint8Array {
  const headerLength = (list[1] ?? 0) < 0x80 ? 2 : 2 + ((list[1] ?? 0) & 0x7f);
  return sequence(list.subarray(headerLength), more);
}
