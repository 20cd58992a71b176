import type { PrivateKey } from '../crypto/private-key.ts';
import type { Finding } from '../errors/finding.ts';
import { PkiError } from '../errors/pki-error.ts';
import type { Certificate } from '../x509/certificate.ts';
import { privateKeyToPem, type PrivateKeyPemOptions } from '../x509/key-file.ts';

/** What an {@link IssuedCertificate} is made of. */
export interface IssuedFields {
  readonly certificate: Certificate;
  readonly chain?: readonly Certificate[];
  readonly privateKey?: PrivateKey | undefined;
  readonly notices?: readonly Finding[];
}

/** An issued certificate with what belongs to it. It prints without its key. */
export class IssuedCertificate {
  readonly certificate: Certificate;
  /** The intermediates between it and the root, nearest first; without the root. */
  readonly chain: readonly Certificate[];
  /** The key, where it was made here or given as a private key. */
  readonly privateKey: PrivateKey | undefined;
  /** What the reader should know: a validity that was cut to the CA's, a common name that is overlong. */
  readonly notices: readonly Finding[];

  constructor({ certificate, chain = [], privateKey, notices = [] }: IssuedFields) {
    this.certificate = certificate;
    this.chain = chain;
    this.privateKey = privateKey;
    this.notices = notices;
  }

  /** The certificate alone, in PEM. */
  toPem(): string {
    return this.certificate.toPem();
  }

  /** The certificate and the intermediates behind it, in PEM: what a server sends. */
  toFullChainPem(): string {
    return [this.certificate, ...this.chain].map((certificate) => certificate.toPem()).join('');
  }

  /**
   * The private key in PEM, unencrypted: a secret.
   *
   * @throws PkiError `invalid-key` where only the public key was given
   */
  keyToPem(options: PrivateKeyPemOptions = {}): string {
    if (this.privateKey !== undefined) return privateKeyToPem(this.privateKey, options);
    throw new PkiError('invalid-key', 'the private key of this certificate is not here', {
      details: { expected: 'a certificate whose key was made with it' },
      hint: 'it was issued for a public key: the private key is where that came from',
    });
  }
}
