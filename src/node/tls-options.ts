import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { PrivateKeyPemOptions } from '../x509/key-file.ts';

/** Who a side of a connection is: an issued certificate with its chain and its key. */
export interface TlsIdentity {
  /** The certificate and the intermediates above it, in PEM. */
  toFullChainPem(): string;
  /** The private key in PEM: a secret. */
  keyToPem(options?: PrivateKeyPemOptions): string;
}

/** Whom a side trusts: roots as certificates, authorities or PEM text, one or several. */
export type TrustedCertificates = TrustedCertificate | readonly TrustedCertificate[];

/** A root, as PEM text or as something that can be written so. */
export type TrustedCertificate =
  | string
  | {
      /** The certificate in PEM. */
      toPem(): string;
    };

/** Options for `https.createServer`, `tls.createServer` and `http2.createSecureServer`. */
export interface TlsServerOptions {
  /** The certificate and the intermediates above it, in PEM. */
  readonly cert: string;
  /** The private key in PEM: a secret. */
  readonly key: string;
  /** The roots of clients, in PEM. */
  readonly ca?: string[];
  readonly requestCert?: boolean;
  readonly rejectUnauthorized?: boolean;
}

/** Options for `https.request`, `https.Agent` and `tls.connect`. */
export interface TlsClientOptions {
  /** The client's certificate and the intermediates above it, in PEM. */
  readonly cert?: string;
  /** The client's private key in PEM: a secret. */
  readonly key?: string;
  /** The roots of servers, in PEM: none but these are trusted. */
  readonly ca: string[];
  readonly servername?: string;
  /** Compares the server's certificate with an address that is expected; `undefined` where it fits. */
  readonly checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/**
 * The options of a TLS server. With `clientCa`, clients must show a certificate under it (mutual TLS).
 *
 * @example
 * ```ts
 * https.createServer(tlsServerOptions(server, { clientCa: ca }), handler).listen(8443);
 * ```
 * @throws PkiError `invalid-key` where the certificate was issued for a public key alone
 */
export function tlsServerOptions(
  issued: TlsIdentity,
  options: { readonly clientCa?: TrustedCertificates } = {},
): TlsServerOptions {
  const own = identity(issued);
  if (options.clientCa === undefined) return own;
  return { ...own, ca: trusted(options.clientCa), requestCert: true, rejectUnauthorized: true };
}

/**
 * The options of a TLS client, which trusts `ca` alone.
 *
 * @param issued the client's certificate; `undefined` for a client without one
 * @param options.servername the DNS name or IP address that the server's certificate must carry, where it is not the
 *   host that is connected to
 * @example
 * ```ts
 * https.get('https://web.internal:8443/', tlsClientOptions(client, { ca }), (response) => response.resume());
 * ```
 * @throws PkiError `invalid-key` where the certificate was issued for a public key alone
 */
export function tlsClientOptions(
  issued: TlsIdentity | undefined,
  options: { readonly ca: TrustedCertificates; readonly servername?: string },
): TlsClientOptions {
  const own = issued === undefined ? {} : identity(issued);
  return { ...own, ca: trusted(options.ca), ...expectedName(options.servername) };
}

function identity(issued: TlsIdentity): { readonly cert: string; readonly key: string } {
  return { cert: issued.toFullChainPem(), key: issued.keyToPem() };
}

function trusted(certificates: TrustedCertificates): string[] {
  const pem = (one: TrustedCertificate): string => (typeof one === 'string' ? one : one.toPem());
  return isList(certificates) ? certificates.map(pem) : [pem(certificates)];
}

function isList(certificates: TrustedCertificates): certificates is readonly TrustedCertificate[] {
  return Array.isArray(certificates);
}

function expectedName(
  name: string | undefined,
): Pick<TlsClientOptions, 'servername' | 'checkServerIdentity'> {
  if (name === undefined) return {};
  if (isIP(name) === 0) return { servername: name };
  // RFC 6066 3: no address goes into the server name indication; the certificate is checked against it all the same.
  return {
    servername: '',
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  };
}
