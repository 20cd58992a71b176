/** Short chains for the tests of path validation: a root, a CA, and a leaf, each changed in one thing. */
import type { VerifyRequest, VerifyResult } from '../../../../src/inspect/path/result.ts';
import { verifyCertificate } from '../../../../src/inspect/path/verify.ts';
import { readCertificate, type CertificateInfo } from '../../../../src/inspect/read/certificate.ts';
import {
  commonName,
  extensions,
  forgeCertificate,
  general,
  type ForgedContent,
} from '../../../support/forge-chain.ts';
import { keyOf } from '../../../support/chain-cases.ts';

/** When the chains are judged. */
export const AT = new Date('2027-06-01T12:00:00Z');

const ALWAYS = { notBefore: new Date('2027-01-01T00:00:00Z'), notAfter: new Date('2028-01-01T00:00:00Z') };

/** Who stands where: names and numbers of keys. */
export interface Place {
  readonly name: string;
  readonly key: number;
  readonly issuer: string;
  readonly signer: number;
}

export const ROOT: Place = { name: 'root', key: 1, issuer: 'root', signer: 1 };
export const CA: Place = { name: 'ca', key: 2, issuer: 'root', signer: 1 };
export const LEAF: Place = { name: 'web', key: 3, issuer: 'ca', signer: 2 };

/** A certificate at a place, with the extensions given. */
export function certificate(
  { name, key, issuer, signer }: Place,
  list: readonly Uint8Array[],
  changes: Partial<ForgedContent> = {},
): CertificateInfo {
  const content = {
    subject: commonName(name),
    issuer: commonName(issuer),
    publicKey: keyOf(key).publicKey,
    serial: key,
    ...ALWAYS,
    extensions: list,
    ...changes,
  };
  return readCertificate(forgeCertificate(content, keyOf(signer)));
}

/** A CA at a place, with further extensions. */
export const authority = (
  place: Place,
  list: readonly Uint8Array[] = [],
  changes: Partial<ForgedContent> = {},
): CertificateInfo =>
  certificate(place, [extensions.basicConstraints(true), extensions.keyUsage([5, 6]), ...list], changes);

/** A leaf for web.example.com and 10.0.0.7, with further extensions. */
export const leaf = (
  list: readonly Uint8Array[] = [],
  changes: Partial<ForgedContent> = {},
  place: Place = LEAF,
): CertificateInfo =>
  certificate(
    place,
    [extensions.subjectAltName([general.dns('web.example.com'), general.ip(10, 0, 0, 7)]), ...list],
    changes,
  );

/** Verifies a chain, sound where nothing is changed. */
export function verify(changes: Partial<VerifyRequest> = {}, now = AT): Promise<VerifyResult> {
  const request = {
    certificate: leaf(),
    intermediates: [authority(CA)],
    roots: [authority(ROOT)],
    ...changes,
  };
  return verifyCertificate(request, { now });
}

/** The codes against a certificate, with the depth of each: `expired@1`. */
export function codesOf({ reasons, candidates }: VerifyResult): string[] {
  const all = [...reasons, ...(candidates[0]?.reasons ?? [])];
  return [...new Set(all.map(({ code, depth }) => `${code}@${depth}`))].sort();
}
