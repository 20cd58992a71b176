import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { equalBytes } from '../../asn1/bytes.ts';
import { parsePem } from '../../x509/pem.ts';
import type { Attempt } from './attempt.ts';
import type { ServerCertificates } from './connection.ts';
import type { Roots } from './roots.ts';

/** Certificates of a server at most: longer chains are no server's. */
const MAX_CHAIN = 16;

/** What a handshake is made with. */
export interface HandshakeOptions {
  /** The name or address that the server's certificate must be for. */
  readonly name: string;
  readonly roots: Roots;
  /** The client's certificate and key in PEM, shown to servers that ask for one. */
  readonly identity?: { readonly cert: string; readonly key: string } | undefined;
}

/** A connection in TLS, whose other side is not yet trusted. */
export interface SecureConnection {
  readonly socket: TLSSocket;
  readonly server: ServerCertificates;
}

/** Makes a TLS handshake whatever the server's certificate is, and tells what it is. */
export async function shakeHands(
  socket: Socket,
  { name, roots, identity }: HandshakeOptions,
  attempt: Attempt,
): Promise<SecureConnection> {
  const secure = attempt.keep(
    connect({
      socket,
      ca: roots.pem,
      ...identity,
      // Go sends the name without its final dot, and no address (crypto/tls, hostnameInSNI; RFC 6066 3).
      servername: isIP(name) === 0 ? name.replace(/\.$/, '') : '',
      checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
      ALPNProtocols: ['http/1.1'],
      // Whether it is trusted is judged before anything is sent; refused here, its certificates would stay unseen.
      rejectUnauthorized: false,
    }),
    socket,
  );
  await attempt.until(secure, 'secureConnect');
  return { socket: secure, server: factsOf(secure, name, roots) };
}

function factsOf(socket: TLSSocket, name: string, roots: Roots): ServerCertificates {
  return {
    name,
    chain: chainOf(socket, roots),
    rootsFrom: roots.from,
    roots: roots.pem,
    authorizationError: authorizationErrorOf(socket),
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
  };
}

/** Node declares an error here, and gives its code. */
function authorizationErrorOf({ authorized, authorizationError }: TLSSocket): string | undefined {
  if (authorized) return undefined;
  const error: unknown = authorizationError;
  if (typeof error === 'string') return error;
  return error instanceof Error ? error.message : 'UNKNOWN';
}

/** What the server sent: Node puts trusted CAs behind it, which are left out again. */
function chainOf(socket: TLSSocket, roots: Roots): Uint8Array[] {
  const chain: Uint8Array[] = [];
  const trusted = trustedOf(roots);
  for (let one = socket.getPeerX509Certificate(); one !== undefined; one = one.issuerCertificate) {
    const der = Uint8Array.from(one.raw);
    const isSeen = chain.some((seen) => equalBytes(seen, der));
    if (isSeen || chain.length >= MAX_CHAIN) break;
    if (chain.length > 0 && trusted.some((root) => equalBytes(root, der))) break;
    chain.push(der);
  }
  return chain;
}

function trustedOf({ pem }: Roots): Uint8Array[] {
  try {
    return parsePem(pem).flatMap(({ label, der }) => (label === 'CERTIFICATE' ? [der] : []));
  } catch {
    return [];
  }
}
