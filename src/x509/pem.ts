import { decodeBase64, encodeBase64 } from '../asn1/base64.ts';
import { PkiError } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';

/** One block of a PEM file (RFC 7468). */
export interface PemBlock {
  /** What stands in the boundary lines: `CERTIFICATE`, `EC PRIVATE KEY`. */
  readonly label: string;
  readonly der: Uint8Array;
  /** Headers of RFC 1421, such as those of keys that OpenSSL encrypted before PKCS#8; none in current files. */
  readonly headers: readonly string[];
}

/** Where a text comes from, for messages. */
export interface SourceOptions {
  /** A file name or other origin. */
  readonly source?: string;
}

// Of the labels that RFC 7468 3 allows, those in upper case, as all in use are: what else stands there may be a key in
// a file that lost its line breaks, and labels are repeated in messages.
const LABEL = '([A-Z0-9]+(?:[- ][A-Z0-9]+)*)';
const MAX_LABEL = 64;
const BEGIN = new RegExp(`^-----BEGIN ${LABEL}-----[ \\t]*$`);
const END = new RegExp(`^-----END ${LABEL}-----[ \\t]*$`);
const BOUNDARY = /^-----(?:BEGIN|END) /;
const LINE = 64;

/**
 * Encodes one PEM block: lines of 64 characters, a newline at the end.
 *
 * @param label such as `CERTIFICATE`
 */
export function encodePem(label: string, der: Uint8Array): string {
  const base64 = encodeBase64(der);
  let out = `-----BEGIN ${label}-----\n`;
  for (let i = 0; i < base64.length; i += LINE) out += `${base64.slice(i, i + LINE)}\n`;
  return `${out}-----END ${label}-----\n`;
}

/**
 * Reads every block of a PEM file, in order. Text around blocks is passed over, as OpenSSL and Go do; CRLF and a
 * missing final newline are accepted. A block that is broken is an error, never passed over.
 *
 * @throws PkiError `invalid-pem`
 */
export function parsePem(input: string | Uint8Array, options: SourceOptions = {}): PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly line: number; readonly body: string[] } | undefined;
  let number = 0;
  for (const line of decodeText(input).split(/\r\n|\n|\r/)) {
    number++;
    const text = line.trimStart();
    const [begin, end] = BOUNDARY.test(text) ? labelsOf(text, number, options) : [];
    if (begin !== undefined) {
      if (open !== undefined)
        throw broken(options, `the ${open.label} block of line ${open.line} has no end line`, open.label);
      open = { label: begin, line: number, body: [] };
    } else if (end !== undefined) {
      if (open === undefined)
        throw broken(options, `line ${number} ends a ${quote(end)} block that never began`, end);
      if (end !== open.label) {
        throw broken(
          options,
          `the ${open.label} block of line ${open.line} ends as ${quote(end)}`,
          open.label,
        );
      }
      blocks.push(decodeBlock(open, options));
      open = undefined;
    } else open?.body.push(line);
  }
  if (open !== undefined)
    throw broken(
      options,
      `the ${open.label} block of line ${open.line} is cut off: it has no end line`,
      open.label,
    );
  return blocks;
}

/** The label of a begin or of an end line. What else stands there may be a key, and is not repeated. */
function labelsOf(line: string, number: number, options: SourceOptions): readonly (string | undefined)[] {
  const labels = [BEGIN.exec(line)?.[1], END.exec(line)?.[1]];
  if (labels.some((label) => label !== undefined && label.length <= MAX_LABEL)) return labels;
  const [expected, message] = [
    'a label and five hyphens',
    `line ${number} is not a PEM boundary: more than a label stands in it`,
  ];
  throw new PkiError('invalid-pem', at(options, message), {
    details: { ...sourceDetail(options), expected },
    hint: 'keep the line breaks of the file: each boundary has a line of its own',
  });
}

function decodeBlock(
  open: { readonly label: string; readonly line: number; readonly body: readonly string[] },
  options: SourceOptions,
): PemBlock {
  const blank = open.body.some((line) => line.includes(':'))
    ? open.body.findIndex((line) => line.trim() === '')
    : -1;
  const headers = blank === -1 ? [] : open.body.slice(0, blank);
  const der = decodeBase64(
    open.body
      .slice(blank + 1)
      .join('')
      .replace(/[ \t]/g, ''),
  );
  if (der === undefined || der.length === 0) {
    const what = der === undefined ? 'is not base64, or is cut off' : 'is empty';
    throw broken(options, `the content of the ${open.label} block of line ${open.line} ${what}`, open.label);
  }
  return { label: open.label, der, headers };
}

/** PEM text of bytes or a string; PEM is ASCII, and what is not passes through as text around blocks. */
function decodeText(input: string | Uint8Array): string {
  if (typeof input !== 'string' && !ArrayBuffer.isView(input)) throw new TypeError('PEM is text or bytes');
  const text = typeof input === 'string' ? input : new TextDecoder().decode(input);
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Prefixes a message with the source, where it is known. */
export function at(options: SourceOptions, message: string): string {
  return options.source === undefined ? message : `${options.source}: ${message}`;
}

/** The `source` detail of an error, where it is known. */
export function sourceDetail(options: SourceOptions): { readonly source?: string } {
  return options.source === undefined ? {} : { source: options.source };
}

/** An `invalid-pem` error for input without the block that is needed: it says what was found instead. */
export function missingBlock(
  blocks: readonly PemBlock[],
  expected: string,
  options: SourceOptions,
): PkiError<'invalid-pem'> {
  const found =
    blocks.length === 0
      ? 'no PEM block'
      : [...new Set(blocks.map((block) => block.label))].slice(0, 8).join(', ');
  return new PkiError('invalid-pem', at(options, `expected ${expected}, found ${found}`), {
    details: { ...sourceDetail(options), expected },
    ...hintFor(blocks, expected),
  });
}

function hintFor(blocks: readonly PemBlock[], expected: string): { readonly hint?: string } {
  const labels = blocks.map((block) => block.label);
  if (expected.includes('certificate') && labels.some((label) => label.includes('PRIVATE KEY'))) {
    return { hint: 'this is a key; the certificate stands in the .crt file beside it' };
  }
  if (expected.includes('private key') && labels.includes('PUBLIC KEY')) {
    return { hint: 'a public key cannot sign; give the file that holds the private key' };
  }
  if (expected.includes('private key') && labels.includes('CERTIFICATE')) {
    return { hint: 'this is a certificate; the key stands in the .key file beside it' };
  }
  return {};
}

function broken(options: SourceOptions, message: string, label: string): PkiError<'invalid-pem'> {
  return new PkiError('invalid-pem', at(options, message), { details: { ...sourceDetail(options), label } });
}
