import { contextTag, TAG } from '../../../asn1/der.ts';
import { toBinary, upperHex } from '../bytes.ts';
import { decimalNumber } from '../number.ts';
import { longName } from '../objects.ts';
import { listedName } from '../general-name.ts';
import { readGeneralNames } from '../../read/general-name.ts';
import { each, valueList, valuesIfAny, type RenderExtension } from './form.ts';

/** Names of bits by their number (crypto/x509/v3_bitst.c). */
function bits(names: readonly string[]): RenderExtension {
  return (reader, indent) => {
    const { bytes } = reader.bitString();
    const set = names.filter((_name, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
    return valuesIfAny(set, { indent });
  };
}

export const keyUsage = bits([
  'Digital Signature',
  'Non Repudiation',
  'Key Encipherment',
  'Data Encipherment',
  'Key Agreement',
  'Certificate Sign',
  'CRL Sign',
  'Encipher Only',
  'Decipher Only',
]);

export const netscapeCertType = bits([
  'SSL Client',
  'SSL Server',
  'S/MIME',
  'Object Signing',
  'Unused',
  'SSL CA',
  'S/MIME CA',
  'Object Signing CA',
]);

export const extendedKeyUsage: RenderExtension = (reader, indent) =>
  valuesIfAny(
    each(reader.enter(TAG.sequence), (list) => longName(list.oid())),
    { indent },
  );

export const basicConstraints: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  const ca = reader.optionalBoolean();
  const pathLength = reader.nextTag === TAG.integer ? reader.integer() : undefined;
  reader.finish();
  const values = [`CA:${ca ? 'TRUE' : 'FALSE'}`];
  if (pathLength !== undefined) values.push(`pathlen:${decimalNumber(pathLength)}`);
  return valueList(values, { indent });
};

export const subjectKeyIdentifier: RenderExtension = (reader, indent) =>
  ' '.repeat(indent) + upperHex(reader.string(TAG.octetString), ':');

export const authorityKeyIdentifier: RenderExtension = (outer, indent) => {
  const reader = outer.enter(TAG.sequence);
  const key = reader.nextTag === contextTag(0) ? reader.content() : undefined;
  const names = reader.enterOptional(contextTag(1, 'constructed'));
  const issuer = names && readGeneralNames(names).map(listedName);
  const serial = reader.nextTag === contextTag(2) ? reader.integer('a serial', contextTag(2)) : undefined;
  reader.finish();
  const values: string[] = [];
  const isAlone = issuer === undefined && serial === undefined;
  if (key !== undefined) values.push(`${isAlone ? '' : 'keyid:'}${upperHex(key, ':')}`);
  for (const name of issuer ?? []) {
    if (name === undefined) return undefined;
    values.push(name);
  }
  if (serial !== undefined) values.push(`serial:${serialText(serial)}`);
  return valuesIfAny(values, { indent, lines: true });
};

function serialText(content: Uint8Array): string {
  const hex = upperHex(content[0] === 0 && content.length > 1 ? content.subarray(1) : content, ':');
  return hex;
}

/** SubjectAltName, IssuerAltName and CertificateIssuer. */
export const alternativeNames: RenderExtension = (reader, indent) => {
  const names = readGeneralNames(reader.enter(TAG.sequence)).map(listedName);
  if (names.includes(undefined)) return undefined;
  return valueList(
    names.flatMap((name) => name ?? []),
    { indent },
  );
};

/** A string of IA5 as it is (crypto/x509/v3_ia5.c). */
export const ia5String: RenderExtension = (reader, indent) => {
  const text = toBinary(reader.string(TAG.ia5String));
  return ' '.repeat(indent) + (text.split('\0')[0] ?? '');
};

/** A number in decimal: what inhibitAnyPolicy holds. */
export const integer: RenderExtension = (reader, indent) =>
  ' '.repeat(indent) + decimalNumber(reader.integer());

/** CRL numbers and delta CRL indicators, in hexadecimal (crypto/x509/v3_int.c). */
export const crlNumber: RenderExtension = (reader, indent) => {
  const text = decimalNumber(reader.integer());
  return ' '.repeat(indent) + text;
};
