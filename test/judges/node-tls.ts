/** Node's own X509Certificate and TLS stack as judges. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { checkServerIdentity, connect, createServer } from 'node:tls';
import type { Server, TLSSocket } from 'node:tls';

interface NodeFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly sans: string | undefined;
  readonly ca: boolean;
  readonly validFrom: string;
  readonly validTo: string;
  /** OIDs of the extended key usages. */
  readonly extKeyUsage: readonly string[];
  readonly fingerprint256: string;
}

/** What Node reads in the first certificate of a PEM text. */
function nodeFacts(pem: string): NodeFacts {
  const certificate = new X509Certificate(pem);
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    sans: certificate.subjectAltName,
    ca: certificate.ca,
    validFrom: certificate.validFrom,
    validTo: certificate.validTo,
    // Node gives undefined, in spite of its types, where the extension is absent.
    extKeyUsage: [...((certificate.keyUsage as readonly string[] | undefined) ?? [])],
    fingerprint256: certificate.fingerprint256,
  };
}

/** Whether `issuer` issued and signed `certificate`, and whether `key` is the certificate's. */
function nodeChecks(certificate: string, issuer: string, key?: string) {
  const [leaf, authority] = [new X509Certificate(certificate), new X509Certificate(issuer)];
  return {
    issued: leaf.checkIssued(authority),
    signed: leaf.verify(authority.publicKey),
    keyMatches: key === undefined || leaf.checkPrivateKey(createPrivateKey(key)),
  };
}

interface TlsSide {
  readonly cert: string;
  readonly key: string;
  /** PEM bundle by which this side trusts the other. */
  readonly ca: string;
}

interface HandshakeOptions {
  /** Whether the texts of errors are answered beside their codes. */
  readonly messages?: boolean;
  readonly server: TlsSide;
  readonly client: TlsSide;
  /** Name or address that the client expects in the server's certificate. */
  readonly servername: string;
}

/** `authorized` is each side's view of the other; `error` is empty where all went well. */
interface SideResult {
  readonly authorized: boolean;
  readonly error: string;
  /** The text of the error, without its code, where that was asked for. */
  readonly message?: string;
}

/** The code of an error, else its text; errors come from outside Jest's realm, where instanceof does not hold. */
const reason = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return code !== '' ? code : String(error);
};

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';

const refusal = (error: unknown): SideResult => ({
  authorized: false,
  error: reason(error),
  message: messageOf(error),
});

const authorization = (socket: TLSSocket): SideResult =>
  // Null, in spite of its types, on an authorized socket.
  socket.authorized ? { authorized: true, error: '' } : refusal(socket.authorizationError);

/** The server's view of its first client; a client that never completes the handshake is an error. */
function serverView(server: Server): Promise<SideResult> {
  return new Promise((resolve) => {
    server.on('secureConnection', (socket) => {
      socket.on('error', () => undefined);
      resolve(authorization(socket));
      socket.end(socket.authorized ? 'ok' : '');
    });
    server.on('tlsClientError', (error) => {
      resolve(refusal(error));
    });
  });
}

function clientView(port: number, { client, servername }: HandshakeOptions): Promise<SideResult> {
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      ...client,
      // SNI cannot carry an address; the certificate is checked against it all the same.
      servername: isIP(servername) === 0 ? servername : '',
      checkServerIdentity: (_host, certificate) => checkServerIdentity(servername, certificate),
    });
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (received += chunk));
    socket.on('error', (error) => {
      resolve(refusal(error));
      socket.destroy();
    });
    socket.on('end', () => {
      resolve(received === 'ok' ? authorization(socket) : refusal('closed by the server'));
      socket.destroy();
    });
  });
}

/**
 * A mutual TLS 1.3 handshake over 127.0.0.1. The server takes any client and says what it thinks of it, so that both
 * sides' reasons are seen; a client that it does not authorize is sent away without a byte.
 */
async function handshake(
  options: HandshakeOptions,
): Promise<{ readonly server: SideResult; readonly client: SideResult }> {
  const server = createServer({
    ...options.server,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  });
  try {
    const seen = serverView(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    const [client, served] = await Promise.all([clientView(address.port, options), seen]);
    const told = (side: SideResult): SideResult =>
      options.messages === true ? side : { authorized: side.authorized, error: side.error };
    return { server: told(served), client: told(client) };
  } finally {
    server.close();
  }
}

export { handshake, nodeChecks, nodeFacts };
export type { HandshakeOptions, NodeFacts, SideResult, TlsSide };
