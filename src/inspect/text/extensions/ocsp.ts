import { latin1 } from '../../../asn1/bytes.ts';
import { contextTag, TAG } from '../../../asn1/der.ts';
import type { BerReader } from '../../read/ber.ts';
import { readGeneralName } from '../../read/general-name.ts';
import { readName } from '../../read/name.ts';
import { hexOctets } from '../bytes.ts';
import { printable, printedName, sound } from '../general-name.ts';
import { renderName } from '../name.ts';
import { hexNumber } from '../number.ts';
import { longName } from '../objects.ts';
import { GaveUp, inside, joined, listOf, type Rendered, type RenderExtension } from './form.ts';
import { timeOrGaveUp } from './rare.ts';

// Extensions of OCSP's requests and answers, which may stand in certificates as well (crypto/ocsp/v3_ocsp.c).

/** A nonce: the octets as they are. */
export const nonce: RenderExtension = (reader, indent) =>
  ' '.repeat(indent) + hexOctets(reader.bytes.subarray(reader.offset, reader.end), '0');

/** The CRL that an answer rests on. */
export const crlReference: RenderExtension = (outer, indent) =>
  inside(outer, TAG.sequence, (reader) => {
    const blanks = ' '.repeat(indent);
    const field = (number: number, read: (explicit: BerReader) => Rendered): Rendered => {
      const explicit = reader.enterOptional(contextTag(number, 'constructed'));
      if (explicit === undefined) return '';
      const text = read(explicit);
      explicit.finish();
      return joined([text, '\n']);
    };
    return joined([
      field(0, (one) => `${blanks}crlUrl: ${printable(one.string(TAG.ia5String))}`),
      field(1, (one) => `${blanks}crlNum: ${hexNumber(one.integer())}`),
      field(2, (one) => timeOrGaveUp(latin1(one.string(TAG.generalizedTime)), `${blanks}crlTime: `)),
    ]);
  });

/** Where a request is to be sent on. OpenSSL gives up over an issuer without a name. */
export const serviceLocator: RenderExtension = (outer, indent) =>
  inside(outer, TAG.sequence, (reader) => {
    const issuer = renderName(sound(readName(reader, 'the issuer')));
    const locator = reader.done
      ? []
      : listOf(reader, TAG.sequence, (list) =>
          inside(list, TAG.sequence, (one) => {
            const method = longName(one.oid());
            return `\n${' '.repeat(indent * 2)}${method} - ${printedName(readGeneralName(one))}`;
          }),
        );
    const head = `${' '.repeat(indent)}Issuer: ${issuer}`;
    return issuer === '' ? new GaveUp(head) : head + locator.join('');
  });
