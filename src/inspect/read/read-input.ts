import { decodeBase64 } from '../../asn1/base64.ts';
import { TAG } from '../../asn1/der.ts';
import { resolveEnvironment, type Environment } from '../../crypto/environment.ts';
import { readDocuments } from './documents.ts';
import type { InputContent, Place } from './input.ts';
import { labelOfDer, readBlock, readPemText, report, type Collector } from './objects.ts';
import { passwordOf } from './password-encryption.ts';
import { WorkBudget } from './work-budget.ts';

/** How an input is read. */
export interface ReadInputOptions {
  /** What to call it in findings: a file's name. */
  readonly source?: string;
  /** Passwords that are tried on encrypted keys and PKCS#12 files. */
  readonly passwords?: readonly string[];
}

/** Larger inputs hold no PKI. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads whatever a person may have: certificates, bundles, requests, CRLs and keys in PEM or DER, kubeconfigs, Secrets
 * and other manifests that hold them. What cannot be read is a finding that says where; the rest is read all the same.
 * Of private keys only the public half is kept.
 */
export async function readInput(
  bytes: Uint8Array,
  options: ReadInputOptions = {},
  environment: Environment = {},
): Promise<InputContent> {
  const { source = 'input', passwords = [] } = options;
  if (!(bytes instanceof Uint8Array)) throw new TypeError('an input is a Uint8Array');
  if (typeof source !== 'string') throw new TypeError('options.source is a string');
  if (!Array.isArray(passwords) || passwords.some((one) => typeof one !== 'string')) {
    throw new TypeError('options.passwords is a list of strings');
  }
  const into: Collector = {
    source,
    items: [],
    findings: [],
    passwords: passwords.map(passwordOf),
    isPasswordGiven: passwords.length > 0,
    crypto: resolveEnvironment(environment).crypto,
    budget: new WorkBudget(),
  };
  const found = await readBytes(bytes, into);
  return { references: [], ...found, items: into.items, findings: into.findings };
}

type Found = Pick<InputContent, 'format'> & Partial<Pick<InputContent, 'references'>>;

async function readBytes(bytes: Uint8Array, into: Collector): Promise<Found> {
  if (bytes.length > MAX_BYTES) {
    const message = `it has ${bytes.length} bytes, more than the ${MAX_BYTES} that are read`;
    report(into, WHOLE, { code: 'too-large', message });
    return { format: 'unknown' };
  }
  const binary = await readDer(bytes, into);
  if (binary !== undefined) return { format: binary };
  const text = textOf(bytes);
  if (looksLikeDocuments(text)) return readDocuments(text, into);
  if (text.includes('-----BEGIN ')) {
    await readPemText(text, undefined, into);
    return { format: 'pem' };
  }
  const decoded = /^[A-Za-z0-9+/=\s]+$/.test(text) ? decodeBase64(text.replace(/\s/g, '')) : undefined;
  const encoded = decoded === undefined ? undefined : await readDer(decoded, into);
  if (encoded !== undefined) return { format: encoded };
  if (looksLikeDer(decoded ?? bytes)) {
    const message = 'it begins as DER does, and is cut off or broken';
    report(into, WHOLE, { code: 'malformed-certificate', message });
  }
  return { format: 'unknown' };
}

const WHOLE: Place = Object.freeze({ offset: 0, field: undefined, label: undefined });

/** PEM and YAML are ASCII or UTF-8; Windows writes UTF-16. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

function looksLikeDocuments(text: string): boolean {
  return (
    /^(?:---\s|["']?(?:apiVersion|kind|clusters|users|data|items|contexts)["']?[ \t]*:)/m.test(text) ||
    /^\s*[{[]/.test(text)
  );
}

/** What containers are called; everything else is DER. */
const FORMATS: Readonly<Record<string, 'pkcs7' | 'pkcs12'>> = Object.freeze({
  PKCS7: 'pkcs7',
  PKCS12: 'pkcs12',
});

/** Reads one object in DER or BER, and answers its format; `undefined` where the bytes are none. */
async function readDer(der: Uint8Array, into: Collector): Promise<InputContent['format'] | undefined> {
  const label = der[0] === TAG.sequence ? labelOfDer(der) : undefined;
  if (label === undefined) return undefined;
  const block = { label, der, offset: 0, headers: [], problem: undefined };
  await readBlock(block, WHOLE, into);
  return FORMATS[label] ?? 'der';
}

/** In a text, a character would follow the digit that a SEQUENCE begins with. */
function looksLikeDer([first, second = 0]: Uint8Array): boolean {
  return first === TAG.sequence && second >= 0x80;
}
