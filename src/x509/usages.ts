/** Key usages in the order of their bits (RFC 5280 4.2.1.3): the index is the bit. */
export const KEY_USAGES = Object.freeze([
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const);

/** A bit of the key usage extension. */
export type KeyUsage = (typeof KEY_USAGES)[number];

/** Extended key usages and their object identifiers (RFC 5280 4.2.1.12). */
export const EXTENDED_KEY_USAGES = Object.freeze({
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
});

/** An extended key usage by its name in RFC 5280, or a dotted object identifier for others. */
export type ExtendedKeyUsage = keyof typeof EXTENDED_KEY_USAGES | (string & Record<never, never>);

const NAMES = new Map<string, string>(Object.entries(EXTENDED_KEY_USAGES).map(([name, oid]) => [oid, name]));
const OIDS = new Map<string, string>(Object.entries(EXTENDED_KEY_USAGES));

/** The object identifier of an extended key usage: names are looked up, identifiers pass through. */
export function extendedKeyUsageOid(usage: ExtendedKeyUsage): string {
  return OIDS.get(usage) ?? usage;
}

/** The name of an extended key usage where RFC 5280 gives one, else the identifier itself. */
export function extendedKeyUsageName(oid: string): ExtendedKeyUsage {
  return NAMES.get(oid) ?? oid;
}
