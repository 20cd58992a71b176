import { renderStructure } from './asn1-parse.ts';
import { GaveUp, type Rendered } from './extensions/form.ts';
import { hexDump } from './hex-dump.ts';

/** What `-certopt ext_error`, `ext_parse` and `ext_dump` print of an extension (crypto/x509/v3_prn.c). */
export function dumpUnknown(
  value: Uint8Array,
  {
    indent,
    how,
    isKnown,
  }: { readonly indent: number; readonly how: 'error' | 'parse' | 'dump'; readonly isKnown: boolean },
): Rendered {
  if (how === 'error') return `${' '.repeat(indent)}<${isKnown ? 'Parse Error' : 'Not Supported'}>`;
  if (how === 'parse') return renderStructure(value);
  return value.length === 0 ? new GaveUp() : hexDump(value, indent);
}
