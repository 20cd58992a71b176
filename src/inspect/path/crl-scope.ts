import { contextTag, element, sequence, TAG } from '../../asn1/der.ts';
import { toHex } from '../../asn1/bytes.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { BerReader } from '../read/ber.ts';
import type { CertificateInfo } from '../read/certificate.ts';
import type { CrlInfo } from '../read/crl.ts';
import { nameOf, type NameInfo } from '../read/name.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import { readGeneralName, readGeneralNames } from '../read/general-name.ts';
import { equalNames, nameKey } from './distinguished-name.ts';

/** Bits of all reasons a CRL can be about (RFC 5280 5.2.5): the first is not used. */
export const ALL_REASONS = 0x1fe;

/** A distribution point's name: general names as comparable texts; an RDN stands for the whole name below its issuer. */
type PointNames = readonly string[];

/** Whom and what a CRL speaks of (RFC 5280 5.2.5). */
interface Scope {
  readonly names: PointNames | undefined;
  readonly onlyUsers: boolean;
  readonly onlyAuthorities: boolean;
  readonly onlyAttributes: boolean;
  readonly isIndirect: boolean;
  readonly reasons: number;
}

/** A distribution point of a certificate (RFC 5280 4.2.1.13). */
interface Point {
  readonly names: PointNames | undefined;
  readonly reasons: number;
  /** Who signs its CRLs, where that is not the issuer of the certificate. */
  readonly issuers: PointNames | undefined;
}

const directory = (name: NameInfo): string => `directory:${nameKey(name)}`;

/** Whether a CRL is by the issuer of a certificate, or by one that its distribution points name. */
export function isAbout(crl: CrlInfo, certificate: CertificateInfo): boolean {
  if (equalNames(crl.issuer, certificate.issuer)) return true;
  const issuer = directory(crl.issuer);
  return (distributionPoints(certificate) ?? []).some(({ issuers }) => issuers?.includes(issuer) === true);
}

/** What a CRL covers of a certificate: bits of reasons, or why nothing (RFC 5280 6.3.3 b). */
export function coverage(crl: CrlInfo, certificate: CertificateInfo): number | string {
  const extension = (crl.extensions ?? []).find(({ oid }) => oid === EXTENSION.issuingDistributionPoint);
  const points = distributionPoints(certificate);
  if (points === undefined) return 'its distribution points cannot be read';
  const scope = extension === undefined ? WHOLE : attempt(() => readScope(extension.value, crl.issuer));
  if (scope === undefined) return 'the scope of the CRL cannot be read';
  const outside = outOfScope(scope, certificate);
  if (outside !== undefined) return outside;
  const issuer = directory(crl.issuer);
  const isOwn = equalNames(crl.issuer, certificate.issuer);
  const own = points.filter(({ issuers }) =>
    issuers === undefined ? isOwn : scope.isIndirect && issuers.includes(issuer),
  );
  if (own.length === 0 && (points.length > 0 || !isOwn))
    return 'the CRL is by another issuer than its distribution points name';
  const { names } = scope;
  if (names === undefined) return scope.reasons & reasonsOf(own);
  const fitting = own.filter((point) => overlap(names, point.names ?? point.issuers ?? []));
  const isIssuers = points.length === 0 && names.includes(directory(certificate.issuer));
  if (fitting.length === 0 && !isIssuers) return 'the CRL is that of another distribution point';
  return scope.reasons & (isIssuers ? ALL_REASONS : reasonsOf(fitting));
}

/** The scope of a CRL that names none: all certificates of its issuer, for all reasons. */
const WHOLE: Scope = Object.freeze({
  names: undefined,
  onlyUsers: false,
  onlyAuthorities: false,
  onlyAttributes: false,
  isIndirect: false,
  reasons: ALL_REASONS,
});

function reasonsOf(points: readonly Point[]): number {
  return points.length === 0 ? ALL_REASONS : points.reduce((bits, { reasons }) => bits | reasons, 0);
}

function outOfScope(scope: Scope, { extensions = [] }: CertificateInfo): string | undefined {
  const isCa = readExtension(extensions, EXTENSION.basicConstraints)?.value?.ca === true;
  if (scope.onlyAttributes) return 'the CRL is about attribute certificates';
  if (scope.onlyUsers && isCa) return 'the CRL is not about CAs';
  if (scope.onlyAuthorities && !isCa) return 'the CRL is about CAs alone';
  return undefined;
}

function overlap(a: PointNames, b: PointNames): boolean {
  return a.some((name) => b.includes(name));
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

function readScope(value: Uint8Array, issuer: NameInfo): Scope {
  const reader = new BerReader(value).enter(TAG.sequence);
  const names = readPointName(reader, issuer);
  const flag = (number: number): boolean =>
    reader.nextTag === contextTag(number) && (reader.content()[0] ?? 0) !== 0;
  const [onlyUsers, onlyAuthorities] = [flag(1), flag(2)];
  const reasons = readReasons(reader, 3);
  const [isIndirect, onlyAttributes] = [flag(4), flag(5)];
  return { names, onlyUsers, onlyAuthorities, reasons, isIndirect, onlyAttributes };
}

/** The distribution points of a certificate; `undefined` where they cannot be read. */
export function distributionPoints({ extensions = [], issuer }: CertificateInfo): Point[] | undefined {
  const extension = extensions.find(({ oid }) => oid === EXTENSION.crlDistributionPoints);
  if (extension === undefined) return [];
  return attempt(() => {
    const points: Point[] = [];
    for (const list = new BerReader(extension.value).enter(TAG.sequence); !list.done;) {
      points.push(readPoint(list.enter(TAG.sequence), issuer));
    }
    return points;
  });
}

function readPoint(reader: BerReader, issuer: NameInfo): Point {
  const start = reader.offset;
  // Who signs its CRLs comes last, and the name of the point may be relative to it.
  while (!reader.done && reader.nextTag !== contextTag(2, 'constructed')) reader.read();
  const list = reader.enterOptional(contextTag(2, 'constructed'));
  const signers =
    list && readGeneralNames(list).flatMap((one) => (one.kind === 'directory' ? [one.name] : []));
  const point = new BerReader(reader.bytes, start, reader.end);
  const names = readPointName(point, signers?.[0] ?? issuer);
  return { names, reasons: readReasons(point, 1), issuers: signers?.map(directory) };
}

function readReasons(reader: BerReader, number: number): number {
  if (reader.nextTag !== contextTag(number)) return ALL_REASONS;
  const { bytes } = reader.bitString('the reasons', contextTag(number));
  let bits = 0;
  for (let bit = 1; bit <= 8; bit++)
    if (((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0) bits |= 1 << bit;
  return bits;
}

/** An optional DistributionPointName, with its explicit tag 0. */
function readPointName(reader: BerReader, issuer: NameInfo): PointNames | undefined {
  const outer = reader.enterOptional(contextTag(0, 'constructed'));
  if (outer === undefined) return undefined;
  const full = outer.enterOptional(contextTag(0, 'constructed'));
  if (full === undefined) return [relativeName(outer.content(contextTag(1, 'constructed')), issuer)];
  const names: string[] = [];
  while (!full.done) {
    const start = full.offset;
    const name = readGeneralName(full);
    names.push(
      name.kind === 'directory' ? directory(name.name) : toHex(full.bytes.subarray(start, full.offset)),
    );
  }
  return names;
}

/** An RDN below an issuer's name, as a directory name. */
function relativeName(rdn: Uint8Array, issuer: NameInfo): string {
  const der = sequence(element(TAG.set, rdn));
  const { rdns } = nameOf(der, new BerReader(der).read());
  return directory({ rdns: [...issuer.rdns, ...rdns], der });
}
