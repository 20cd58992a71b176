import { contextTag, TAG } from '../../../asn1/der.ts';
import { readGeneralNames } from '../../read/general-name.ts';
import { upperHex } from '../bytes.ts';
import { listedName } from '../general-name.ts';
import { decimalNumber, signedNumber } from '../number.ts';
import { listedObject } from '../objects.ts';
import { inside, listOf, valueList, valuesIfAny, type RenderExtension } from './form.ts';

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

/** Purposes, also those that an OCSP request takes answers for (crypto/x509/v3_extku.c). */
export const extendedKeyUsage: RenderExtension = (reader, indent) =>
  valuesIfAny(
    listOf(reader, TAG.sequence, (list) => listedObject(list.oid())),
    { indent },
  );

export const basicConstraints: RenderExtension = (outer, indent) => {
  const values = inside(outer, TAG.sequence, (reader) => {
    const ca = `CA:${reader.optionalBoolean() ? 'TRUE' : 'FALSE'}`;
    return reader.done ? [ca] : [ca, `pathlen:${decimalNumber(reader.integer())}`];
  });
  return valueList(values, { indent });
};

export const subjectKeyIdentifier: RenderExtension = (reader, indent) =>
  ' '.repeat(indent) + upperHex(reader.string(TAG.octetString), ':');

export const authorityKeyIdentifier: RenderExtension = (outer, indent) => {
  return inside(outer, TAG.sequence, (reader) => {
    const key = reader.nextIs(contextTag(0)) ? reader.string(contextTag(0)) : undefined;
    const names = reader.nextIs(contextTag(1))
      ? readGeneralNames(reader.enterList(contextTag(1, 'constructed')))
      : undefined;
    const serial = reader.nextIs(contextTag(2)) ? reader.integer('a serial', contextTag(2)) : undefined;
    const prefix = names === undefined && serial === undefined ? '' : 'keyid:';
    const values = [
      ...(key === undefined ? [] : [prefix + upperHex(key, ':')]),
      ...(names ?? []).map(listedName),
      ...(serial === undefined ? [] : [`serial:${upperHex(signedNumber(serial).magnitude, ':')}`]),
    ];
    // OpenSSL makes a list of no names, but none of nothing.
    return (names === undefined ? valuesIfAny : valueList)(values, { indent, lines: true });
  });
};

/** SubjectAltName, IssuerAltName and CertificateIssuer. */
export const alternativeNames: RenderExtension = (reader, indent) =>
  valueList(readGeneralNames(reader.enterList(TAG.sequence)).map(listedName), { indent });

/** A number: those of CRLs, delta CRL indicators and what inhibits anyPolicy (crypto/x509/v3_int.c). */
export const integer: RenderExtension = (reader, indent) =>
  ' '.repeat(indent) + decimalNumber(reader.integer());
