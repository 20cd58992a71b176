import type { CryptoProvider } from '../../crypto/provider.ts';
import type { Finding } from '../../errors/finding.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { TAG } from '../../asn1/der.ts';
import { BerReader } from './ber.ts';
import { readCertificate } from './certificate.ts';
import { CONTAINERS } from './containers.ts';
import { readCrl } from './crl.ts';
import type { InputItem, Place } from './input.ts';
import { findBlocks, type FoundBlock } from './pem-blocks.ts';
import type { Password } from './password-encryption.ts';
import { lockedProblem } from './pkcs12.ts';
import { PRIVATE_KEY_LABELS, readKeyFacts } from './private-key.ts';
import { readPublicKey } from './public-key.ts';
import { readRequest } from './request.ts';
import type { WorkBudget } from './work-budget.ts';

/** Where objects are collected, and how they are read. */
export interface Collector {
  /** The file's name, for findings. */
  readonly source: string;
  readonly items: InputItem[];
  readonly findings: Finding[];
  /** Tried on what is encrypted. */
  readonly passwords: readonly Password[];
  /** Whether the passwords are somebody's, not those that are tried anyway. */
  readonly isPasswordGiven: boolean;
  readonly crypto: CryptoProvider;
  readonly budget: WorkBudget;
}

type ReadObject = (block: FoundBlock & { readonly der: Uint8Array }, place: Place) => InputItem;

const certificate: ReadObject = ({ der }, place) => ({
  place,
  kind: 'certificate',
  certificate: readCertificate(der),
});
const request: ReadObject = ({ der }, place) => ({ place, kind: 'request', request: readRequest(der) });
const crl: ReadObject = ({ der }, place) => ({ place, kind: 'crl', crl: readCrl(der) });
const publicKey: ReadObject = ({ der }, place) => ({
  place,
  kind: 'public-key',
  publicKey: readPublicKey(new BerReader(der)),
});

/** How each kind of block is read, and what it is called when it cannot be. */
const READERS: ReadonlyMap<string, { readonly read: ReadObject; readonly code: string }> = new Map([
  ['CERTIFICATE', { read: certificate, code: 'malformed-certificate' }],
  ['X509 CERTIFICATE', { read: certificate, code: 'malformed-certificate' }],
  ['TRUSTED CERTIFICATE', { read: certificate, code: 'malformed-certificate' }],
  ['CERTIFICATE REQUEST', { read: request, code: 'malformed-request' }],
  ['NEW CERTIFICATE REQUEST', { read: request, code: 'malformed-request' }],
  ['X509 CRL', { read: crl, code: 'malformed-crl' }],
  ['CRL', { read: crl, code: 'malformed-crl' }],
  ['PUBLIC KEY', { read: publicKey, code: 'malformed-key' }],
]);

/** Blocks that say nothing here. */
const PASSED_OVER: readonly string[] = ['EC PARAMETERS', 'DH PARAMETERS', 'DSA PARAMETERS'];

/**
 * Reads every PEM block of a text.
 *
 * @param field the field of a document that the text stands in
 */
export async function readPemText(text: string, field: string | undefined, into: Collector): Promise<void> {
  for (const block of findBlocks(text)) {
    const place: Place = { offset: block.offset, field, label: block.label };
    if (block.der === undefined) {
      report(into, place, {
        code: READERS.get(block.label)?.code ?? codeOfLabel(block.label),
        message: `the ${block.label} block cannot be read: ${block.problem ?? ''}`,
      });
    } else await readBlock({ ...block, der: block.der }, place, into);
  }
}

/** What it is called when it cannot be read, where no reader says so. */
function codeOfLabel(label: string): string {
  if (CONTAINERS.has(label)) return 'malformed-certificate';
  return label.includes('KEY') ? 'malformed-key' : 'pem-rubbish';
}

/** Reads one object of a known label. */
export async function readBlock(
  block: FoundBlock & { readonly der: Uint8Array },
  place: Place,
  into: Collector,
): Promise<void> {
  const { label, der, headers } = block;
  const reader = READERS.get(label);
  try {
    if (PRIVATE_KEY_LABELS.includes(label)) {
      const key = await readKeyFacts({ label, der, headers }, into);
      into.items.push({ place, kind: 'private-key', key });
      const wasTried = label === 'ENCRYPTED PRIVATE KEY' && into.passwords.length > 0;
      const isLocked = wasTried && key.publicKey === undefined && key.algorithm === 'unknown';
      if (isLocked) report(into, place, lockedProblem(into.isPasswordGiven));
    } else if (CONTAINERS.has(label)) await readContainer(block, place, into);
    else if (reader !== undefined) into.items.push(reader.read(block, place));
    else if (!PASSED_OVER.includes(label))
      report(into, place, {
        code: 'pem-rubbish',
        severity: 'info',
        message: `a block ${label} is not looked at`,
      });
  } catch (error) {
    if (!isPkiError(error)) throw error;
    report(into, place, { code: reader?.code ?? codeOfLabel(label), message: error.message });
  }
}

async function readContainer(
  { label, der }: { readonly label: string; readonly der: Uint8Array },
  place: Place,
  into: Collector,
): Promise<void> {
  const content = await CONTAINERS.get(label)?.({ der, place }, into);
  if (content === undefined) return;
  for (const problem of content.problems) report(into, place, problem);
  const inner = { ...into, passwords: content.passwords };
  for (const object of content.objects) {
    const { offset } = object.place;
    await readBlock({ ...object, offset, headers: [], problem: undefined }, object.place, inner);
  }
}

/** Adds a finding about an object, with its place. */
export function report(
  { source, findings }: Collector,
  { field, offset }: Place,
  {
    severity = 'error',
    ...finding
  }: Pick<Finding, 'code' | 'message'> & { readonly severity?: Finding['severity'] },
): void {
  const where = field === undefined ? `at offset ${offset}` : `in ${field}, at offset ${offset}`;
  findings.push({ ...finding, severity, path: source, message: `${finding.message} (${where})` });
}

/** What a DER object is, by its first elements: the label it would have in PEM. */
export function labelOfDer(der: Uint8Array): string | undefined {
  try {
    const outer = new BerReader(der).enter(TAG.sequence);
    const first = outer.read();
    const second = outer.done ? -1 : outer.nextTag;
    if (first.tag === TAG.integer) return labelOfNumbered(outer, second);
    if (first.tag === TAG.oid) return 'PKCS7';
    if (first.tag !== TAG.sequence) return undefined;
    if (second === TAG.bitString) return 'PUBLIC KEY';
    if (second === TAG.octetString) return 'ENCRYPTED PRIVATE KEY';
    return labelOfSigned(new BerReader(der, first.contentStart, first.contentEnd));
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

function labelOfNumbered(outer: BerReader, second: number): string | undefined {
  if (second === TAG.octetString) return 'EC PRIVATE KEY';
  if (second === TAG.integer) return 'RSA PRIVATE KEY';
  if (second !== TAG.sequence) return undefined;
  const inner = outer.enter(TAG.sequence);
  inner.oid();
  // A PFX (PKCS#12) holds a ContentInfo there, a PKCS#8 an AlgorithmIdentifier and the key behind it.
  return outer.nextTag === TAG.octetString ? 'PRIVATE KEY' : 'PKCS12';
}

/** Certificates, requests and CRLs by what is signed in them. */
function labelOfSigned(tbs: BerReader): string {
  if (tbs.nextTag === 0xa0) return 'CERTIFICATE';
  if (tbs.nextTag === TAG.sequence) return 'X509 CRL';
  tbs.read();
  const algorithm = tbs.enter(TAG.sequence);
  if (algorithm.nextTag === TAG.set) return 'CERTIFICATE REQUEST';
  tbs.read();
  // A CRL has a time there, a certificate of version 1 a pair of times.
  return tbs.nextTag === TAG.sequence ? 'CERTIFICATE' : 'X509 CRL';
}
