import { decodeBase64 } from '../../asn1/base64.ts';
import { TAG } from '../../asn1/der.ts';
import { resolveEnvironment, type Environment } from '../../crypto/environment.ts';
import { readDocuments } from './documents.ts';
import type { InputContent } from './input.ts';
import { labelOfDer, readBlock, readPemText, type Collector } from './objects.ts';

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
  if (!ArrayBuffer.isView(bytes)) throw new TypeError('an input is bytes');
  const { source = 'input', passwords = [] } = options;
  const { crypto } = resolveEnvironment(environment);
  const into: Collector = { source, items: [], findings: [], passwords, crypto };
  const nothing = { references: [], items: into.items, findings: into.findings };
  if (bytes.length > MAX_BYTES) {
    const message = `it has ${bytes.length} bytes, more than the ${MAX_BYTES} that are read`;
    into.findings.push({ code: 'too-large', severity: 'error', path: source, message });
    return { ...nothing, format: 'unknown' };
  }
  if (bytes[0] === TAG.sequence && (await readDer(bytes, into))) return { ...nothing, format: 'der' };
  const text = textOf(bytes);
  if (looksLikeDocuments(text)) {
    const { format, references } = await readDocuments(text, into);
    return { ...nothing, format, references };
  }
  if (text.includes('-----BEGIN ')) {
    await readPemText(text, undefined, into);
    return { ...nothing, format: 'pem' };
  }
  const decoded = /^[A-Za-z0-9+/=\s]+$/.test(text) ? decodeBase64(text.replace(/\s/g, '')) : undefined;
  if (decoded?.[0] === TAG.sequence && (await readDer(decoded, into))) return { ...nothing, format: 'der' };
  return { ...nothing, format: 'unknown' };
}

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

async function readDer(der: Uint8Array, into: Collector): Promise<boolean> {
  const label = labelOfDer(der);
  if (label === undefined) return false;
  const block = { label, der, offset: 0, headers: [], problem: undefined };
  await readBlock(block, { offset: 0, field: undefined, label: undefined }, into);
  return true;
}
