import { contextTag, TAG } from '../../../asn1/der.ts';
import { latin1 } from '../../../asn1/bytes.ts';
import type { BerReader } from '../../read/ber.ts';
import { toBinary } from '../bytes.ts';
import { cString, printable } from '../general-name.ts';
import { decimalNumber, hexNumber, magnitudeValue, signedNumber } from '../number.ts';
import { longName } from '../objects.ts';
import { renderTime, renderValidTime } from '../time.ts';
import { GaveUp, inside, listOf, valuesIfAny, type Rendered, type RenderExtension } from './form.ts';

/** An extension that says all by being there: its content is NULL, and this is what is printed. */
export function presence(text: string): RenderExtension {
  return (reader, indent) => {
    const at = reader.offset;
    if (reader.content(TAG.null).length > 0) throw reader.error('a NULL has no content', at);
    return text === '' ? '' : ' '.repeat(indent) + text;
  };
}

/** When a private key may sign (crypto/x509/v3_pku.c). */
export const privateKeyUsagePeriod: RenderExtension = (outer, indent) => {
  const parts = inside(outer, TAG.sequence, (reader) =>
    (
      [
        [0, 'Not Before'],
        [1, 'Not After'],
      ] as const
    ).flatMap(([number, title]) => {
      if (!reader.nextIs(contextTag(number))) return [];
      const raw = latin1(reader.string(contextTag(number)));
      return [`${title}: ${renderTime({ tag: TAG.generalizedTime, raw, date: undefined, strict: false })}`];
    }),
  );
  return ' '.repeat(indent) + parts.join(', ');
};

const TLS_FEATURES = new Map([
  ['5', 'status_request'],
  ['17', 'status_request_v2'],
]);

/** Features of TLS that must be offered (RFC 7633). */
export const tlsFeature: RenderExtension = (outer, indent) =>
  valuesIfAny(
    listOf(outer, TAG.sequence, (list) => {
      const number = decimalNumber(list.integer());
      return TLS_FEATURES.get(number) ?? number;
    }),
    { indent },
  );

/** Reasons for revocation (RFC 5280 5.3.1). */
const REASONS = new Map([
  ['0', 'Unspecified'],
  ['1', 'Key Compromise'],
  ['2', 'CA Compromise'],
  ['3', 'Affiliation Changed'],
  ['4', 'Superseded'],
  ['5', 'Cessation Of Operation'],
  ['6', 'Certificate Hold'],
  ['8', 'Remove From CRL'],
  ['9', 'Privilege Withdrawn'],
  ['10', 'AA Compromise'],
]);

const ENUMERATED = 0x0a;

export const reasonCode: RenderExtension = (reader, indent) => {
  const number = decimalNumber(reader.integer('a reason', ENUMERATED));
  return ' '.repeat(indent) + (REASONS.get(number) ?? number);
};

/** A GeneralizedTime: invalidity dates and archive cutoffs. OpenSSL gives up over one that is none. */
export const generalizedTime: RenderExtension = (reader, indent) => {
  const raw = latin1(reader.string(TAG.generalizedTime, 'a time'));
  return timeOrGaveUp(raw, ' '.repeat(indent));
};

/** A time behind what stands before it; where it is none, OpenSSL says so and gives up. */
export function timeOrGaveUp(raw: string, before: string): Rendered {
  const text = renderValidTime({ tag: TAG.generalizedTime, raw });
  return text === undefined ? new GaveUp(`${before}Bad time value`) : before + text;
}

/** An object identifier: what to do about a certificate on hold. */
export const objectIdentifier: RenderExtension = (reader, indent) =>
  ' '.repeat(indent) + longName(reader.oid());

/** Proxy certificates (RFC 3820; crypto/x509/v3_pci.c). */
export const proxyCertificate: RenderExtension = (outer, indent) => {
  const blanks = ' '.repeat(indent);
  return inside(outer, TAG.sequence, (reader) => {
    const length = reader.nextTag === TAG.integer ? hexNumber(reader.integer()) : 'infinite';
    const [language, text] = inside(reader, TAG.sequence, (policy) => {
      const oid = policy.oid();
      return [longName(oid), policy.done ? undefined : policy.string(TAG.octetString)] as const;
    });
    const last = text === undefined ? '' : `\n${blanks}Policy Text: ${cString(text)}`;
    return `${blanks}Path Length Constraint: ${length}\n${blanks}Policy Language: ${language}${last}`;
  });
};

/** A string as it is, up to the first NUL (crypto/x509/v3_utf8.c, v3_ia5.c). OpenSSL gives up over an empty one. */
export function plainString(tag: number): RenderExtension {
  return (reader: BerReader, indent) => {
    const bytes = reader.string(tag);
    return bytes.length === 0 ? new GaveUp() : ' '.repeat(indent) + cString(bytes);
  };
}

/** Thawte's strong extranet (crypto/x509/v3_sxnet.c). */
export const strongExtranet: RenderExtension = (outer, indent) =>
  inside(outer, TAG.sequence, (reader) => {
    const { magnitude } = signedNumber(reader.integer());
    const version = magnitudeValue(magnitude);
    const ids = listOf(reader, TAG.sequence, (list) =>
      inside(list, TAG.sequence, (one) => {
        const zone = decimalNumber(one.integer());
        return `\n${' '.repeat(indent)}Zone: ${zone}, User: ${printable(one.string(TAG.octetString))}`;
      }),
    );
    return `${' '.repeat(indent)}Version: ${version + 1n} (0x${version.toString(16).toUpperCase()})${ids.join('')}`;
  });

const SIGN_TOOL = Object.freeze(['signTool    : ', 'cATool      : ', 'signToolCert: ', 'cAToolCert  : ']);

/** The tools of a Russian CA (crypto/x509/v3_ist.c). */
export const issuerSignTool: RenderExtension = (outer, indent) => {
  const lines = inside(outer, TAG.sequence, (reader) =>
    SIGN_TOOL.map((title) => ' '.repeat(indent) + title + toBinary(reader.string(TAG.utf8String))),
  );
  return lines.join('\n');
};
