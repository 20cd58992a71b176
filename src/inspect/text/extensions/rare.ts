import { contextTag, TAG } from '../../../asn1/der.ts';
import { latin1 } from '../../../asn1/bytes.ts';
import { readGeneralName } from '../../read/general-name.ts';
import { readName } from '../../read/name.ts';
import { readTime } from '../../read/time.ts';
import { toBinary } from '../bytes.ts';
import { printable, printedName } from '../general-name.ts';
import { renderName } from '../name.ts';
import { decimalNumber, hexNumber, magnitudeValue, signedNumber } from '../number.ts';
import { longName } from '../objects.ts';
import { renderTime } from '../time.ts';
import { each, valuesIfAny, type RenderExtension } from './form.ts';

/** The CT poison: NULL (RFC 6962 3.1). */
export const poison: RenderExtension = (reader, indent) => {
  reader.read(TAG.null);
  return `${' '.repeat(indent)}NULL`;
};

/** Says all by being there: OCSP no check. */
export const nothing: RenderExtension = (reader) => {
  reader.read(TAG.null);
  return '';
};

/** When a private key may sign (crypto/x509/v3_pku.c). */
export const privateKeyUsagePeriod: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  const parts: string[] = [];
  for (const [number, title] of [
    [0, 'Not Before'],
    [1, 'Not After'],
  ] as const) {
    if (reader.nextTag !== contextTag(number)) continue;
    const raw = latin1(reader.content());
    parts.push(`${title}: ${renderTime({ tag: TAG.generalizedTime, raw, date: undefined, strict: false })}`);
  }
  reader.finish();
  return ' '.repeat(indent) + parts.join(', ');
};

const TLS_FEATURES = new Map([
  ['5', 'status_request'],
  ['17', 'status_request_v2'],
]);

/** Features of TLS that must be offered (RFC 7633). */
export const tlsFeature: RenderExtension = (outer, indent) =>
  valuesIfAny(
    each(outer.enter(TAG.sequence), (list) => {
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

/** A GeneralizedTime: invalidity dates and archive cutoffs. */
export const generalizedTime: RenderExtension = (reader, indent) => {
  if (reader.nextTag !== TAG.generalizedTime) return undefined;
  return ' '.repeat(indent) + renderTime(readTime(reader, 'a time'));
};

export const objectIdentifier: RenderExtension = (reader, indent) =>
  ' '.repeat(indent) + longName(reader.oid());

/** Proxy certificates (RFC 3820; crypto/x509/v3_pci.c). */
export const proxyCertificate: RenderExtension = (outer, indent) => {
  const blanks = ' '.repeat(indent);
  const reader = outer.enter(TAG.sequence);
  const length = reader.nextTag === TAG.integer ? hexNumber(reader.integer()) : 'infinite';
  const policy = reader.enter(TAG.sequence);
  const language = longName(policy.oid());
  const text = policy.done ? undefined : toBinary(policy.string(TAG.octetString)).split('\0')[0];
  reader.finish();
  const last = text === undefined ? '' : `\n${blanks}Policy Text: ${text}`;
  return `${blanks}Path Length Constraint: ${length}\n${blanks}Policy Language: ${language}${last}`;
};

/** A string of UTF-8 as it is: the tool of a Russian subject. */
export const utf8String: RenderExtension = (reader, indent) =>
  ' '.repeat(indent) + (toBinary(reader.string(TAG.utf8String)).split('\0')[0] ?? '');

/** Thawte's strong extranet (crypto/x509/v3_sxnet.c). */
export const strongExtranet: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  const { magnitude } = signedNumber(reader.integer());
  const version = magnitudeValue(magnitude);
  const ids = each(reader.enter(TAG.sequence), (list) => {
    const one = list.enter(TAG.sequence);
    const zone = decimalNumber(one.integer());
    return `\n${' '.repeat(indent)}Zone: ${zone}, User: ${printable(one.string(TAG.octetString))}`;
  });
  return `${' '.repeat(indent)}Version: ${version + 1n} (0x${version.toString(16).toUpperCase()})${ids.join('')}`;
};

const SIGN_TOOL = Object.freeze(['signTool    : ', 'cATool      : ', 'signToolCert: ', 'cAToolCert  : ']);

/** The tools of a Russian CA (crypto/x509/v3_ist.c). */
export const issuerSignTool: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  const lines = SIGN_TOOL.map((title) => {
    return `${' '.repeat(indent)}${title}${toBinary(reader.string(TAG.utf8String))}`;
  });
  reader.finish();
  return lines.join('\n');
};

/** Where an OCSP request is to be sent on (crypto/x509/v3_ocsp... ServiceLocator). */
export const serviceLocator: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  const issuer = renderName(readName(reader, 'the issuer'));
  const locator = reader.done
    ? []
    : each(reader.enter(TAG.sequence), (list) => {
        const one = list.enter(TAG.sequence);
        const method = longName(one.oid());
        return `\n${' '.repeat(indent * 2)}${method} - ${printedName(readGeneralName(one))}`;
      });
  return `${' '.repeat(indent)}Issuer: ${issuer}${locator.join('')}`;
};
