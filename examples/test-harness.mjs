// A PKI in memory for tests: an HTTPS server with mutual TLS on 127.0.0.1, one client that it lets in, and one of each
// kind that must be refused. No file is written, and no key outlives the process.
//
//   node examples/test-harness.mjs
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import { createAuthority, issue } from 'kubepki';
import { tlsClientOptions, tlsServerOptions } from 'kubepki/node';

const DAY = 24 * 60 * 60 * 1000;
const now = new Date();
const at = (days) => ({ now: new Date(now.getTime() + days * DAY) });

// The CA is made as if two days ago, so that a certificate can have expired yesterday.
const ca = await createAuthority({ commonName: 'test-ca', validity: '1y' }, at(-2));
const stranger = await createAuthority({ commonName: 'test-ca' }); // the same name, another key

const server = { profile: 'server', commonName: 'localhost', subjectAltNames: ['localhost', '127.0.0.1'] };
const client = { profile: 'client', commonName: 'jane', organizations: ['developers'] };
const issued = {
  server: await issue(ca, server),
  client: await issue(ca, client),
  expired: await issue(ca, { ...server, validity: '1d' }, at(-2)),
  notYetValid: await issue(ca, server, at(2)),
  wrongCa: await issue(stranger, server),
  wrongName: await issue(ca, {
    ...server,
    commonName: 'other.example.com',
    subjectAltNames: ['other.example.com'],
  }),
  wrongUsage: await issue(ca, {
    ...client,
    commonName: 'localhost',
    subjectAltNames: ['localhost', '127.0.0.1'],
  }),
  clientOfStranger: await issue(stranger, client),
  clientExpired: await issue(ca, { ...client, validity: '1d' }, at(-2)),
};

/** Starts a server with one certificate, sends it one request, and says how that went: the answer, or an error code. */
async function attempt(serverCertificate, clientCertificate) {
  const options = tlsServerOptions(serverCertificate, { clientCa: ca });
  const listener = createServer(options, (incoming, response) => {
    const { subject } = incoming.socket.getPeerCertificate();
    response.end(`hello ${subject.CN} of ${subject.O}`);
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  try {
    return await get(listener.address().port, clientCertificate);
  } catch (error) {
    return error.code;
  } finally {
    listener.close();
    listener.closeAllConnections();
  }
}

function get(port, clientCertificate) {
  return new Promise((resolve, reject) => {
    const tls = tlsClientOptions(clientCertificate, { ca, servername: 'localhost' });
    const outgoing = request({ host: '127.0.0.1', port, agent: false, ...tls }, (response) => {
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (part) => (text += part))
        .on('end', () => resolve(text));
      response.on('error', reject);
    });
    outgoing.on('error', reject).end();
  });
}

const cases = [
  ['a right pair', issued.server, issued.client, /^hello jane of developers$/],
  ['a server that has expired', issued.expired, issued.client, /^CERT_HAS_EXPIRED$/],
  ['a server that is not valid yet', issued.notYetValid, issued.client, /^CERT_NOT_YET_VALID$/],
  ['a server of another CA', issued.wrongCa, issued.client, /^CERT_SIGNATURE_FAILURE$|^UNABLE_TO_/],
  ['a server of another name', issued.wrongName, issued.client, /^ERR_TLS_CERT_ALTNAME_INVALID$/],
  ['a client certificate that serves', issued.wrongUsage, issued.client, /^INVALID_PURPOSE$|^UNSUPPORTED_/],
  ['no client certificate', issued.server, undefined, /^ERR_SSL_|^ECONNRESET$/],
  ['a client of another CA', issued.server, issued.clientOfStranger, /^ERR_SSL_|^ECONNRESET$|^EPIPE$/],
  ['a client that has expired', issued.server, issued.clientExpired, /^ERR_SSL_|^ECONNRESET$|^EPIPE$/],
];
for (const [name, serverCertificate, clientCertificate, expected] of cases) {
  const outcome = await attempt(serverCertificate, clientCertificate);
  const right = expected.test(outcome);
  console.log(`${right ? 'ok' : 'NOT OK'}: ${name}: ${outcome}`);
  if (!right) process.exitCode = 1;
}
