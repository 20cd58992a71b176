import { decodeBase64 } from '../../asn1/base64.ts';
import { toBinary } from './bytes.ts';

/** A PEM block as OpenSSL reads it: text around it is passed over, headers are not looked at. */
export interface LenientBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

const BEGIN = /-----BEGIN ([^\n]*?)-----[ \t]*\r?\n/g;

/** Every PEM block that can be read; one that cannot is passed over. */
export function lenientBlocks(input: Uint8Array): LenientBlock[] {
  const text = toBinary(input);
  const blocks: LenientBlock[] = [];
  BEGIN.lastIndex = 0;
  for (let begin = BEGIN.exec(text); begin !== null; begin = BEGIN.exec(text)) {
    const label = begin[1] ?? '';
    const isLineStart = begin.index === 0 || text[begin.index - 1] === '\n';
    const start = begin.index + begin[0].length;
    const end = text.indexOf(`-----END ${label}-----`, start);
    if (!isLineStart || end === -1) continue;
    const body = text.slice(start, end);
    const headerEnd = /^[^\n:]+:[^]*?\n[ \t]*\r?\n/.exec(body)?.[0].length ?? 0;
    const der = decodeBase64(body.slice(headerEnd).replace(/\s/g, ''));
    if (der !== undefined && der.length > 0) blocks.push({ label, der });
    BEGIN.lastIndex = end;
  }
  return blocks;
}
