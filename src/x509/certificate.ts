import { toHex } from '../asn1/bytes.ts';
import { contextTag, TAG } from '../asn1/der.ts';
import { DerReader } from '../asn1/reader.ts';
import { readTime } from '../asn1/time.ts';
import { signatureAlgorithmByOid, type SignatureAlgorithm } from '../crypto/algorithms.ts';
import { PublicKey } from '../crypto/public-key.ts';
import { EXTENSION, readExtensions, type BasicConstraints, type Extension } from './extensions.ts';
import { readGeneralNames, type GeneralName } from './general-name.ts';
import { attributeValues, commonNameOf, readName, type Name } from './name.ts';
import { encodePem, missingBlock, parsePem, type SourceOptions } from './pem.ts';
import { extendedKeyUsageName, KEY_USAGES, type ExtendedKeyUsage, type KeyUsage } from './usages.ts';

/**
 * An immutable X.509 certificate (RFC 5280 4.1): its DER, and what that says. Names, dates and serial are read at
 * once; the public key and the extensions when they are first asked for.
 */
export class Certificate {
  readonly der: Uint8Array;
  /** What the signature is over. */
  readonly tbs: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  /** The serial number in lower-case hexadecimal, two's complement, as it is encoded. */
  readonly serialNumber: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  /** The last second of validity, inclusive. */
  readonly notAfter: Date;
  /** Object identifier of the signature algorithm. */
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly #spki: Uint8Array;
  readonly #decoded = new Map<string, unknown>();
  #publicKey: PublicKey | undefined;

  private constructor(der: Uint8Array) {
    this.der = der;
    const outer = new DerReader(der);
    const whole = outer.enter(TAG.sequence, 'a certificate');
    outer.finish('the certificate');
    const { start, contentStart, end } = whole.read(TAG.sequence, 'the TBSCertificate');
    this.tbs = der.subarray(start, end);
    const tbs = new DerReader(der, contentStart, end);
    this.version = (tbs.enterOptional(contextTag(0, 'constructed'))?.smallInteger('the version') ?? 0) + 1;
    this.serialNumber = toHex(tbs.integer('the serial number'));
    const inner = tbs.whole(TAG.sequence, 'the signature algorithm');
    this.issuer = readName(tbs, 'the issuer');
    const validity = tbs.enter(TAG.sequence, 'the validity');
    this.notBefore = readTime(validity, 'notBefore');
    this.notAfter = readTime(validity, 'notAfter');
    this.subject = readName(tbs, 'the subject');
    this.#spki = tbs.whole(TAG.sequence, 'the public key');
    for (const uniqueId of [1, 2]) if (tbs.nextTag === contextTag(uniqueId)) tbs.read();
    const extensions = tbs.enterOptional(contextTag(3, 'constructed'));
    this.extensions = extensions === undefined ? [] : readExtensions(extensions);
    tbs.finish('the TBSCertificate');
    const algorithm = whole.whole(TAG.sequence, 'the signature algorithm');
    if (toHex(algorithm) !== toHex(inner)) throw whole.error('the two signature algorithms differ');
    this.signatureOid = new DerReader(algorithm).enter(TAG.sequence).oid('the signature algorithm');
    this.signature = whole.bitString('the signature');
    whole.finish('the certificate');
  }

  /**
   * Reads one certificate in DER.
   *
   * @throws PkiError `invalid-der`
   */
  static fromDer(der: Uint8Array): Certificate {
    // A copy: what the caller does to its bytes afterwards does not change a certificate.
    return new Certificate(new Uint8Array(der));
  }

  /**
   * Reads the first certificate of a PEM text; keys and other blocks before it are passed over.
   *
   * @throws PkiError `invalid-pem` or `invalid-der`
   */
  static fromPem(pem: string | Uint8Array, options: SourceOptions = {}): Certificate {
    const blocks = parsePem(pem, options);
    const block = blocks.find(({ label }) => label === 'CERTIFICATE');
    if (block === undefined) throw missingBlock(blocks, 'a certificate', options);
    return new Certificate(block.der);
  }

  /**
   * Reads every certificate of a PEM bundle, in the order of the file.
   *
   * @throws PkiError `invalid-pem`, also where there is none, or `invalid-der`
   */
  static allFromPem(pem: string | Uint8Array, options: SourceOptions = {}): Certificate[] {
    const blocks = parsePem(pem, options);
    const certificates = blocks
      .filter(({ label }) => label === 'CERTIFICATE')
      .map(({ der }) => new Certificate(der));
    if (certificates.length === 0) throw missingBlock(blocks, 'a certificate', options);
    return certificates;
  }

  /** The certificate in PEM, with a newline at the end. */
  toPem(): string {
    return encodePem('CERTIFICATE', this.der);
  }

  /** The signature algorithm; `undefined` for those that are not handled. */
  get signatureAlgorithm(): SignatureAlgorithm | undefined {
    return signatureAlgorithmByOid(this.signatureOid);
  }

  /**
   * The public key.
   *
   * @throws PkiError `unsupported-algorithm` for keys other than RSA, P-256, P-384, P-521 and Ed25519
   */
  get publicKey(): PublicKey {
    this.#publicKey ??= PublicKey.fromSpki(this.#spki);
    return this.#publicKey;
  }

  /** The SubjectPublicKeyInfo in DER, whatever its algorithm. */
  get spki(): Uint8Array {
    return this.#spki;
  }

  /** The subject's common name; `undefined` where there is none. Kubernetes reads it as the user's name. */
  get commonName(): string | undefined {
    return commonNameOf(this.subject);
  }

  /** The subject's organisations, in order. Kubernetes reads them as the user's groups. */
  get organizations(): string[] {
    return attributeValues(this.subject, 'organizations');
  }

  /** The value of an extension by its object identifier. */
  extension(oid: string): Extension | undefined {
    return this.extensions.find((known) => known.oid === oid);
  }

  /** The subject alternative names, in order. */
  get subjectAltNames(): readonly GeneralName[] {
    return this.#decode(EXTENSION.subjectAltName, readGeneralNames) ?? [];
  }

  /** The key usages; `undefined` where the extension is absent, which allows all. */
  get keyUsage(): readonly KeyUsage[] | undefined {
    return this.#decode(EXTENSION.keyUsage, (reader) =>
      reader.namedBits('the key usage').flatMap((bit) => KEY_USAGES[bit] ?? []),
    );
  }

  /** The extended key usages; `undefined` where the extension is absent, which allows all. */
  get extendedKeyUsage(): readonly ExtendedKeyUsage[] | undefined {
    return this.#decode(EXTENSION.extendedKeyUsage, (extension) => {
      const reader = extension.enter(TAG.sequence, 'the extended key usage');
      const usages: ExtendedKeyUsage[] = [];
      while (!reader.done) usages.push(extendedKeyUsageName(reader.oid('a key purpose')));
      return usages;
    });
  }

  /** The basic constraints; `undefined` where the extension is absent. */
  get basicConstraints(): BasicConstraints | undefined {
    return this.#decode(EXTENSION.basicConstraints, (extension) => {
      const reader = extension.enter(TAG.sequence, 'the basic constraints');
      const ca = reader.optionalBoolean();
      return reader.done ? { ca } : { ca, maxPathLength: reader.smallInteger('the path length') };
    });
  }

  /** Whether the certificate says that it is a CA's. */
  get isCa(): boolean {
    return this.basicConstraints?.ca === true;
  }

  /** The subject key identifier. */
  get subjectKeyIdentifier(): Uint8Array | undefined {
    return this.#decode(EXTENSION.subjectKeyIdentifier, (reader) =>
      reader.content(TAG.octetString, 'the subject key identifier'),
    );
  }

  /** The key identifier of the authority key identifier. */
  get authorityKeyIdentifier(): Uint8Array | undefined {
    return this.#decode(EXTENSION.authorityKeyIdentifier, (extension) => {
      const reader = extension.enter(TAG.sequence, 'the authority key identifier');
      return reader.nextTag === contextTag(0) ? reader.content(contextTag(0)) : undefined;
    });
  }

  /** Decodes an extension once; a CA's are asked for with every certificate that it signs. */
  #decode<T>(oid: string, decode: (reader: DerReader) => T): T | undefined {
    if (this.#decoded.has(oid)) return this.#decoded.get(oid) as T | undefined;
    const value = this.extension(oid)?.value;
    const decoded = value === undefined ? undefined : decode(new DerReader(value));
    this.#decoded.set(oid, decoded);
    return decoded;
  }
}
