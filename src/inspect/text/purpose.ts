import { equalBytes } from '../../asn1/bytes.ts';
import { TAG } from '../../asn1/der.ts';
import { BerReader } from '../read/ber.ts';
import type { CertificateInfo } from '../read/certificate.ts';
import { EXTENSION, readExtension } from '../read/extension.ts';
import { canonicalName } from './name-hash.ts';
import { EXTENSION_RENDERERS } from './extensions/table.ts';
import { renderIfReadable } from './extensions/form.ts';

/** What OpenSSL reads of a certificate before it judges it (crypto/x509/v3_purp.c). */
interface Facts {
  readonly invalid: boolean;
  readonly basicConstraints: { readonly ca: boolean } | undefined;
  readonly keyUsage: number | undefined;
  readonly extendedKeyUsage: ReadonlySet<string> | undefined;
  readonly isExtendedKeyUsageCritical: boolean;
  readonly netscape: number | undefined;
  readonly isVersion1: boolean;
  readonly isSelfSigned: boolean;
}

const KU = Object.freeze({
  digitalSignature: 0x80,
  nonRepudiation: 0x40,
  keyEncipherment: 0x20,
  keyAgreement: 0x08,
  keyCertSign: 0x04,
  crlSign: 0x02,
});
const NS = Object.freeze({
  sslClient: 0x80,
  sslServer: 0x40,
  smime: 0x20,
  sslCa: 0x04,
  smimeCa: 0x02,
  anyCa: 0x07,
});
const XKU = Object.freeze({
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  email: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  microsoftSgc: '1.3.6.1.4.1.311.10.3.3',
  netscapeSgc: '2.16.840.1.113730.4.1',
});
const KNOWN_USAGES = new Set([
  ...Object.values(XKU),
  '1.3.6.1.5.5.7.3.3',
  '1.3.6.1.5.5.7.3.9',
  '1.3.6.1.5.5.7.3.10',
  '2.5.29.37.0',
]);
const NETSCAPE_CERT_TYPE = '2.16.840.1.113730.1.1';
/** Extensions whose broken content makes a certificate invalid. */
const MUST_PARSE: readonly string[] = [
  EXTENSION.subjectAltName,
  EXTENSION.nameConstraints,
  EXTENSION.crlDistributionPoints,
  '1.3.6.1.5.5.7.1.7',
  '1.3.6.1.5.5.7.1.8',
  '1.3.6.1.5.5.7.1.14',
];

/** Extensions that are looked for, and of which there may be one alone. */
const READ_ONCE: readonly string[] = [
  ...MUST_PARSE,
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.extendedKeyUsage,
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.authorityKeyIdentifier,
  NETSCAPE_CERT_TYPE,
];

function factsOf(certificate: CertificateInfo): Facts {
  const extensions = certificate.extensions ?? [];
  const constraints = readExtension(extensions, EXTENSION.basicConstraints);
  const usage = bitsOf(extensions.find(({ oid }) => oid === EXTENSION.keyUsage)?.value);
  const extended = readExtension(extensions, EXTENSION.extendedKeyUsage);
  const netscape = bitsOf(extensions.find(({ oid }) => oid === NETSCAPE_CERT_TYPE)?.value);
  const subjectKey = readExtension(extensions, EXTENSION.subjectKeyIdentifier);
  const authorityKey = readExtension(extensions, EXTENSION.authorityKeyIdentifier);
  const invalid =
    [constraints, extended, subjectKey, authorityKey].some(
      (one) => one !== undefined && one.value === undefined,
    ) ||
    usage === 'broken' ||
    readExtension(extensions, EXTENSION.keyUsage)?.value?.length === 0 ||
    netscape === 'broken' ||
    (constraints?.value?.maxPathLength ?? 0) < 0 ||
    READ_ONCE.some((oid) => extensions.filter((one) => one.oid === oid).length > 1) ||
    extensions.some(({ oid, value }) => MUST_PARSE.includes(oid) && !parses(oid, value));
  return {
    invalid,
    basicConstraints: constraints === undefined ? undefined : { ca: constraints.value?.ca === true },
    keyUsage: usage === 'broken' ? undefined : usage,
    extendedKeyUsage: extended?.value && new Set(extended.value.filter((oid) => KNOWN_USAGES.has(oid))),
    isExtendedKeyUsageCritical: extended?.critical === true,
    netscape: netscape === 'broken' ? undefined : netscape,
    isVersion1: certificate.version === 0,
    isSelfSigned: isSelfSigned(certificate),
  };
}

function parses(oid: string, value: Uint8Array): boolean {
  const render = EXTENSION_RENDERERS.get(oid);
  if (render === undefined) return true;
  if (renderIfReadable(render, value, 0) === undefined) return false;
  return oid !== EXTENSION.crlDistributionPoints || !hasEmptyPoint(value);
}

/** Whether a distribution point that can be read names neither a place nor an issuer (setup_dp). */
function hasEmptyPoint(value: Uint8Array): boolean {
  for (const list = new BerReader(value).enter(TAG.sequence); !list.done;) {
    const tags: number[] = [];
    for (const point = list.enter(TAG.sequence); !point.done; point.read()) tags.push(point.nextTag & 0x1f);
    if (!tags.includes(0) && !tags.includes(2)) return true;
  }
  return false;
}

/** The first octet of a BIT STRING. */
function bitsOf(value: Uint8Array | undefined): number | 'broken' | undefined {
  if (value === undefined) return undefined;
  const bits = renderIfReadable((reader) => String(reader.bitString().bytes[0] ?? 0), value, 0);
  return typeof bits === 'string' ? Number(bits) : 'broken';
}

function isSelfSigned(certificate: CertificateInfo): boolean {
  const { subject, issuer, serialNumber, extensions = [] } = certificate;
  if (!equalBytes(canonicalName(subject), canonicalName(issuer))) return false;
  const authority = readExtension(extensions, EXTENSION.authorityKeyIdentifier)?.value;
  const own = readExtension(extensions, EXTENSION.subjectKeyIdentifier)?.value;
  const { keyIdentifier, serialNumber: serial } = authority ?? {};
  if (keyIdentifier !== undefined && own !== undefined && !equalBytes(keyIdentifier, own)) return false;
  return serial === undefined || equalBytes(serial, serialNumber);
}

type Check = (facts: Facts, ca: boolean) => number;

const rejectsUsage = ({ keyUsage }: Facts, bits: number): boolean =>
  keyUsage !== undefined && (keyUsage & bits) === 0;
const rejectsExtended = ({ extendedKeyUsage }: Facts, ...usages: readonly string[]): boolean =>
  extendedKeyUsage !== undefined && !usages.some((usage) => extendedKeyUsage.has(usage));
const rejectsNetscape = ({ netscape }: Facts, bits: number): boolean =>
  netscape !== undefined && (netscape & bits) === 0;

/** How much a certificate is a CA's: 0 not, 1 it says so, 3 to 5 it may be for older reasons. */
function checkCa(facts: Facts): number {
  if (rejectsUsage(facts, KU.keyCertSign)) return 0;
  if (facts.basicConstraints !== undefined) return facts.basicConstraints.ca ? 1 : 0;
  if (facts.isVersion1 && facts.isSelfSigned) return 3;
  if (facts.keyUsage !== undefined) return 4;
  return facts.netscape !== undefined && (facts.netscape & NS.anyCa) !== 0 ? 5 : 0;
}

function checkCaFor(facts: Facts, netscapeBit: number): number {
  const answer = checkCa(facts);
  if (answer === 0) return 0;
  return answer !== 5 || ((facts.netscape ?? 0) & netscapeBit) !== 0 ? answer : 0;
}

const sslClient: Check = (facts, ca) => {
  if (rejectsExtended(facts, XKU.client)) return 0;
  if (ca) return Math.min(checkCaFor(facts, NS.sslCa), 1);
  const isRejected =
    rejectsUsage(facts, KU.digitalSignature | KU.keyAgreement) || rejectsNetscape(facts, NS.sslClient);
  return isRejected ? 0 : 1;
};

const sslServer: Check = (facts, ca) => {
  if (rejectsExtended(facts, XKU.server, XKU.microsoftSgc, XKU.netscapeSgc)) return 0;
  if (ca) return Math.min(checkCaFor(facts, NS.sslCa), 1);
  const tls = KU.digitalSignature | KU.keyEncipherment | KU.keyAgreement;
  return rejectsNetscape(facts, NS.sslServer) || rejectsUsage(facts, tls) ? 0 : 1;
};

const netscapeServer: Check = (facts, ca) => {
  const answer = sslServer(facts, ca);
  return answer === 0 || ca || !rejectsUsage(facts, KU.keyEncipherment) ? answer : 0;
};

const smime =
  (bits: number): Check =>
  (facts, ca) => {
    if (rejectsExtended(facts, XKU.email)) return 0;
    if (ca) return checkCaFor(facts, NS.smimeCa);
    const { netscape } = facts;
    const answer =
      netscape === undefined || (netscape & NS.smime) !== 0 ? 1 : (netscape & NS.sslClient) !== 0 ? 2 : 0;
    return rejectsUsage(facts, bits) ? 0 : answer;
  };

const timeStamping: Check = (facts, ca) => {
  if (ca) return checkCa(facts);
  const allowed = KU.digitalSignature | KU.nonRepudiation;
  const { keyUsage, extendedKeyUsage } = facts;
  if (keyUsage !== undefined && ((keyUsage & ~allowed) !== 0 || (keyUsage & allowed) === 0)) return 0;
  const isOnly = extendedKeyUsage?.size === 1 && extendedKeyUsage.has(XKU.timeStamping);
  return isOnly && facts.isExtendedKeyUsageCritical ? 1 : 0;
};

const PURPOSES: readonly { readonly name: string; readonly check: Check }[] = Object.freeze([
  { name: 'SSL client', check: sslClient },
  { name: 'SSL server', check: sslServer },
  { name: 'Netscape SSL server', check: netscapeServer },
  { name: 'S/MIME signing', check: smime(KU.digitalSignature | KU.nonRepudiation) },
  { name: 'S/MIME encryption', check: smime(KU.keyEncipherment) },
  {
    name: 'CRL signing',
    check: (facts, ca) => (ca ? checkCa(facts) : rejectsUsage(facts, KU.crlSign) ? 0 : 1),
  },
  { name: 'Any Purpose', check: () => 1 },
  { name: 'OCSP helper', check: (facts, ca) => (ca ? checkCa(facts) : 1) },
  { name: 'Time Stamp signing', check: timeStamping },
]);

/** What a certificate may be used for, as `openssl x509 -purpose` prints it. */
export function renderPurposes(certificate: CertificateInfo): string {
  const facts = factsOf(certificate);
  const lines = PURPOSES.flatMap(({ name, check }) =>
    [false, true].map((ca) => {
      const answer = facts.invalid ? -1 : check(facts, ca);
      const text = answer === 1 ? 'Yes' : answer === 0 ? 'No' : `Yes (WARNING code=${answer})`;
      return `${name}${ca ? ' CA' : ''} : ${text}\n`;
    }),
  );
  return `Certificate purposes:\n${lines.join('')}`;
}

/** What OpenSSL makes of a certificate before it judges a chain (crypto/x509/v3_purp.c). */
export interface PurposeFacts {
  /** Whether an extension that it reads is broken, or stands twice. */
  readonly isInvalid: boolean;
  /** `X509_check_ca`: 0 for no CA, 1 for one by its basic constraints, more for one by older signs. */
  readonly ca: number;
  /** `X509_check_purpose`: whether it may serve TLS servers or clients, as a CA or itself. */
  readonly allows: (usage: 'server' | 'client', ca: boolean) => boolean;
}

/** Reads what OpenSSL reads of a certificate to judge its purposes. */
export function purposeFacts(certificate: CertificateInfo): PurposeFacts {
  const facts = factsOf(certificate);
  const check = { server: sslServer, client: sslClient };
  return {
    isInvalid: facts.invalid,
    ca: facts.invalid ? 0 : checkCa(facts),
    allows: (usage, ca) => facts.invalid || check[usage](facts, ca) !== 0,
  };
}
