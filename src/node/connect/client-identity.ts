import { createSecureContext } from 'node:tls';
import type { ConnectionTarget } from './connection.ts';
import { ConnectFailure } from './connect-failure.ts';
import type { HandshakeOptions } from './handshake.ts';

/** The client's certificate and its key, tried here: what is wrong with them is not the server's fault. */
export function clientIdentity({
  clientCertificate: cert = '',
  clientKey: key = '',
  token = '',
}: ConnectionTarget): HandshakeOptions['identity'] {
  // An end of line in a token, most of all: it would end the header.
  if (/[^\t -~]/.test(token)) throw refused('the token has characters that no token has');
  if (cert === '' && key === '') return undefined;
  if (cert === '') throw refused('there is a client key and no certificate for it');
  if (key === '') throw refused('there is a client certificate and no key for it');
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const isOther = error instanceof Error && /key values mismatch/i.test(error.message);
    const what = isOther ? 'the client key is not that of the client certificate' : UNREADABLE;
    throw refused(what);
  }
  return { cert, key };
}

const UNREADABLE = 'the client certificate or its key cannot be read';

function refused(message: string): ConnectFailure {
  return new ConnectFailure({ kind: 'bad-credentials', stage: 'settings', message });
}
