import { equalBytes } from '../../asn1/bytes.ts';
import type { PrivateKey } from '../../crypto/private-key.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import type { Certificate } from '../../x509/certificate.ts';

/** A certificate that was issued, with the texts that it and its key were written as. */
export interface MadePair {
  readonly certificate: Certificate;
  /** The CA that signed it: `certificate` itself for a root. */
  readonly issuer: Certificate;
  readonly privateKey?: PrivateKey | undefined;
  readonly certificatePem: string;
  readonly keyPem?: string | undefined;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** The text that bytes are, with no byte left out or mended; what is none was not made here. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * What a run has made, by its text. A certificate was parsed, compared with its request and verified when it was issued:
 * the same bytes, read back from the disk, would be that once more. A text with any other byte is not known, and is read as
 * one of others.
 */
export class Known {
  readonly #certificates = new Map<string, Certificate>();
  readonly #keys = new Map<string, PrivateKey>();
  readonly #kubeconfigs = new Map<string, Kubeconfig>();
  readonly #issuers = new WeakMap<Certificate, Certificate>();
  readonly #shared: Known | undefined;

  /** @param shared what all groups know beside this one's */
  constructor(shared?: Known) {
    this.#shared = shared;
  }

  /** Notes a pair, as files of their own and as one file. */
  add({ certificate, issuer, privateKey, certificatePem, keyPem }: MadePair): void {
    const both = certificatePem + (keyPem ?? '');
    for (const text of [certificatePem, both]) this.#certificates.set(text, certificate);
    this.#issuers.set(certificate, issuer);
    if (privateKey === undefined || keyPem === undefined) return;
    for (const text of [keyPem, both]) this.addKey(text, privateKey);
  }

  /** Notes a private key by itself. */
  addKey(text: string, key: PrivateKey): void {
    this.#keys.set(text, key);
  }

  /** Notes a kubeconfig, by what it was rendered to. */
  addKubeconfig(text: string, config: Kubeconfig): void {
    this.#kubeconfigs.set(text, config);
  }

  /** The kubeconfig that was rendered to this text. */
  kubeconfig(text: Uint8Array): Kubeconfig | undefined {
    return this.#kubeconfigs.get(textOf(text) ?? '');
  }

  /** The one certificate that was written as this text. */
  certificate(pem: Uint8Array): Certificate | undefined {
    return this.#find((known) => known.#certificates.get(textOf(pem) ?? ''));
  }

  /** The private key that was written as this text. */
  privateKey(pem: Uint8Array): PrivateKey | undefined {
    return this.#find((known) => known.#keys.get(textOf(pem) ?? ''));
  }

  /** Whether a certificate was issued here by this very CA. */
  isIssuedBy(certificate: Certificate, authority: Certificate): boolean {
    const issuer = this.#find((known) => known.#issuers.get(certificate));
    return issuer !== undefined && equalBytes(issuer.der, authority.der);
  }

  #find<T>(look: (known: Known) => T | undefined): T | undefined {
    return look(this) ?? (this.#shared === undefined ? undefined : look(this.#shared));
  }
}
