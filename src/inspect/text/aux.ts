import { contextTag, TAG } from '../../asn1/der.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { BerReader } from '../read/ber.ts';
import { toBinary, toBytes, upperHex } from './bytes.ts';
import { longName } from './objects.ts';

/** What a `TRUSTED CERTIFICATE` says beside the certificate (crypto/x509/x_x509a.c). */
export interface TrustInfo {
  /** As it is encoded. */
  readonly der: Uint8Array;
  /** Object identifiers of purposes; `undefined` where the list is left out. */
  readonly trusted: readonly string[] | undefined;
  readonly rejected: readonly string[] | undefined;
  readonly alias: Uint8Array | undefined;
  readonly keyId: Uint8Array | undefined;
}

/**
 * Reads what stands behind a certificate in a `TRUSTED CERTIFICATE`.
 *
 * @returns `undefined` where there is nothing, or nothing that can be read
 */
export function readTrust(der: Uint8Array): TrustInfo | undefined {
  if (der.length === 0) return undefined;
  try {
    const outer = new BerReader(der);
    const reader = outer.enter(TAG.sequence);
    const list = (inner: BerReader | undefined): string[] | undefined => {
      if (inner === undefined) return undefined;
      const oids: string[] = [];
      while (!inner.done) oids.push(inner.oid());
      return oids;
    };
    const trusted = list(reader.enterOptional(TAG.sequence));
    const rejected = list(reader.enterOptional(contextTag(0, 'constructed')));
    const alias = reader.nextTag === TAG.utf8String ? reader.content() : undefined;
    const keyId = reader.nextTag === TAG.octetString ? reader.content() : undefined;
    return { der: der.subarray(0, outer.offset), trusted, rejected, alias, keyId };
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** The lines about trust at the end of a certificate's text (crypto/x509/t_x509a.c). */
export function renderTrust({ trusted, rejected, alias, keyId }: TrustInfo): Uint8Array {
  const uses = (title: string, oids: readonly string[] | undefined): string =>
    oids === undefined ? `No ${title} Uses.\n` : `${title} Uses:\n  ${oids.map(longName).join(', ')}\n`;
  return toBytes(
    [
      uses('Trusted', trusted),
      uses('Rejected', rejected),
      alias === undefined ? '' : `Alias: ${toBinary(alias)}\n`,
      keyId === undefined ? '' : `Key Id: ${upperHex(keyId, ':')}\n`,
    ].join(''),
  );
}
