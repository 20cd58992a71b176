import { TAG } from '../../../asn1/der.ts';
import { upperHex } from '../bytes.ts';
import { renderTime } from '../time.ts';
import type { RenderExtension } from './form.ts';

/** Signature algorithms that a log may sign with (RFC 6962 2.1.4), by hash and signature number. */
const ALGORITHMS = new Map([
  [0x0401, 'sha256WithRSAEncryption'],
  [0x0403, 'ecdsa-with-SHA256'],
]);

const LOG_ID = 32;
const FIXED = 1 + LOG_ID + 8;

/** A cursor over the fields of TLS (RFC 8446 3). */
class Fields {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Uint8Array | undefined {
    if (length > this.left) return undefined;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number(length: number): number | undefined {
    return this.take(length)?.reduce((value, byte) => value * 256 + byte, 0);
  }

  /** A field with its length in two octets before it. */
  sized(): Uint8Array | undefined {
    const length = this.number(2);
    return length === undefined ? undefined : this.take(length);
  }
}

/** Signed certificate timestamps (crypto/ct/ct_prn.c). */
export const timestampList: RenderExtension = (reader, indent) => {
  const outer = new Fields(reader.string(TAG.octetString));
  const body = outer.sized();
  if (body === undefined || outer.left > 0) throw reader.error('a list of another length');
  const list = new Fields(body);
  const out: string[] = [];
  while (list.left > 0) {
    const sct = list.sized();
    const text = sct === undefined || sct.length === 0 ? undefined : timestamp(sct, indent);
    if (text === undefined) throw reader.error('a timestamp is malformed');
    out.push(text);
  }
  return out.join('\n');
};

function timestamp(sct: Uint8Array, indent: number): string | undefined {
  const line = (title: string, value: string): string => `${' '.repeat(indent + 4)}${title}${value}`;
  const head = `${' '.repeat(indent)}Signed Certificate Timestamp:`;
  const hex = (bytes: Uint8Array): string => hexBlock(bytes, indent + 16);
  if (sct[0] !== 0) {
    return [head, line('Version   : ', `unknown\n${' '.repeat(indent + 16)}${hex(sct)}`)].join('\n');
  }
  const fields = new Fields(sct);
  if (sct.length < FIXED + 2) return undefined;
  fields.take(1);
  const [log, time, extensions] = [fields.take(LOG_ID), fields.number(8), fields.sized()];
  const algorithm = fields.number(2);
  const signature = fields.sized();
  const name = ALGORITHMS.get(algorithm ?? 0);
  if (log === undefined || time === undefined || extensions === undefined) return undefined;
  // What stands behind the signature is not looked at.
  if (signature === undefined || (signature.length === 0 && fields.left === 0) || name === undefined)
    return undefined;
  return [
    head,
    line('Version   : ', 'v1 (0x0)'),
    line('Log ID    : ', hex(log)),
    line('Timestamp : ', timeText(time)),
    line('Extensions: ', extensions.length === 0 ? 'none' : hex(extensions)),
    line('Signature : ', name),
    line('            ', hex(signature)),
  ].join('\n');
}

/** Octets, 16 a line, behind a title (BIO_hex_string). */
function hexBlock(bytes: Uint8Array, indent: number): string {
  const rows: string[] = [];
  for (let i = 0; i < bytes.length; i += 16) rows.push(upperHex(bytes.subarray(i, i + 16), ':'));
  return rows.join(`:\n${' '.repeat(indent)}`);
}

function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  // A GeneralizedTime has four digits for the year.
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999) return '';
  const raw = date.toISOString().replace(/[-:T]/g, '');
  return renderTime({ tag: TAG.generalizedTime, raw, date, strict: false });
}
