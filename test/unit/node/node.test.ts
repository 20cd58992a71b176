import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  KeyObject,
  X509Certificate,
} from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import type { AgentOptions } from 'node:https';
import { connect } from 'node:tls';
import type { ConnectionOptions, TlsOptions } from 'node:tls';
import { createAuthority, issue, PrivateKey, PublicKey } from '../../../src/ca/index.ts';
import type { Authority } from '../../../src/ca/index.ts';
import {
  fromKeyObject,
  fromX509Certificate,
  tlsClientOptions,
  tlsServerOptions,
  toKeyObject,
  toX509Certificate,
} from '../../../src/node/index.ts';
import { failureOf } from '../../support/errors.ts';
import { ALGORITHMS, fixtureKey, fixturePem } from '../../support/fixture-keys.ts';

describe.each(ALGORITHMS)('a key object of %s', (algorithm) => {
  test('is made of a private key, and gives it back', async () => {
    const key = await fixtureKey(algorithm);
    const object = toKeyObject(key);
    expect([object.type, object.export({ type: 'pkcs8', format: 'pem' })]).toEqual([
      'private',
      fixturePem(algorithm),
    ]);
    const back = fromKeyObject(object, 'private');
    expect(back).toBeInstanceOf(PrivateKey);
    expect(Buffer.compare(back.exportPkcs8(), key.exportPkcs8())).toBe(0);
    expect(back.publicKey.equals(key.publicKey)).toBe(true);
  });

  test('is made of a public key, and gives it back', async () => {
    const { publicKey } = await fixtureKey(algorithm);
    const object = toKeyObject(publicKey);
    expect(object.type).toBe('public');
    expect(object.equals(createPublicKey(fixturePem(algorithm)))).toBe(true);
    const back = fromKeyObject(object);
    expect(back).toBeInstanceOf(PublicKey);
    expect(fromKeyObject(object, 'public').equals(publicKey)).toBe(true);
  });
});

describe('a key object', () => {
  test('of another type than is needed is refused', async () => {
    const [object, secret] = [toKeyObject(await fixtureKey('Ed25519')), createSecretKey(Buffer.alloc(16, 7))];
    expect(await failureOf(() => fromKeyObject(secret))).toMatchObject({
      code: 'invalid-key',
      details: { expected: 'a private or public key' },
    });
    expect(await failureOf(() => fromKeyObject(object, 'public'))).toMatchObject({ code: 'invalid-key' });
    expect(
      await failureOf(() =>
        fromKeyObject(toKeyObject(fromKeyObject(object, 'private').publicKey), 'private'),
      ),
    ).toMatchObject({ code: 'invalid-key' });
  });

  test.each([
    ['secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['X25519', () => generateKeyPairSync('x25519')],
    ['Ed448', () => generateKeyPairSync('ed448')],
    ['RSA-PSS', () => generateKeyPairSync('rsa-pss', { modulusLength: 1024 })],
  ])('of %s is not supported', async (_name, make) => {
    const { privateKey, publicKey } = make();
    expect(await failureOf(() => fromKeyObject(privateKey))).toMatchObject({ code: 'unsupported-algorithm' });
    expect(await failureOf(() => fromKeyObject(publicKey))).toMatchObject({ code: 'unsupported-algorithm' });
  });

  test('of a WebCrypto key is read too', async () => {
    const { privateKey } = await globalThis.crypto.subtle.generateKey(
      { name: 'ECDSA', namedCurve: 'P-384' },
      true,
      ['sign', 'verify'],
    );
    expect(fromKeyObject(KeyObject.from(privateKey), 'private').publicKey.algorithm).toBe('ECDSA-P384');
  });
});

describe('TLS', () => {
  let ca: Authority;
  let intermediate: Authority;
  // Node's TLS stack has no clock of its own to set.
  beforeAll(async () => {
    ca = await createAuthority({ commonName: 'root', key: await fixtureKey('ECDSA-P256') });
    intermediate = await createAuthority({
      commonName: 'intermediate',
      parent: ca,
      key: await fixtureKey('ECDSA-P384'),
    });
  });

  test('certificates convert both ways', () => {
    const there = toX509Certificate(ca.certificate);
    expect(there).toBeInstanceOf(X509Certificate);
    expect(there.subject).toBe('CN=root');
    expect(fromX509Certificate(there).toPem()).toBe(ca.toPem());
  });

  test('the options are those of node:tls and node:https', async () => {
    const leaf = await issue(intermediate, { profile: 'peer', commonName: 'localhost' });
    const server: TlsOptions = tlsServerOptions(leaf, { clientCa: ca });
    const client: ConnectionOptions & AgentOptions = tlsClientOptions(leaf, {
      ca: [ca, ca.toPem()],
      servername: 'localhost',
    });
    expect(server).toEqual({
      cert: leaf.toFullChainPem(),
      key: leaf.keyToPem(),
      ca: [ca.toPem()],
      requestCert: true,
      rejectUnauthorized: true,
    });
    expect(client).toEqual({
      cert: leaf.toFullChainPem(),
      key: leaf.keyToPem(),
      ca: [ca.toPem(), ca.toPem()],
      servername: 'localhost',
    });
    expect(tlsServerOptions(leaf)).toEqual({ cert: leaf.toFullChainPem(), key: leaf.keyToPem() });
    expect(tlsClientOptions(undefined, { ca: ca.certificate })).toEqual({ ca: [ca.toPem()] });
    const { publicKey } = await fixtureKey('Ed25519');
    const keyless = await issue(ca, { profile: 'client', commonName: 'a', key: publicKey });
    expect(await failureOf(() => tlsServerOptions(keyless))).toMatchObject({ code: 'invalid-key' });
  });

  /** What the server answers, or the code of the client's error. */
  async function ask(options: ConnectionOptions, clientCa?: Authority): Promise<string> {
    const web = await issue(intermediate, {
      profile: 'server',
      commonName: 'web',
      subjectAltNames: ['web.internal', '127.0.0.1'],
    });
    const server = createServer(
      tlsServerOptions(web, clientCa === undefined ? {} : { clientCa }),
      (incoming, response) => {
        const { socket } = incoming;
        const peer =
          'getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function'
            ? socket.getPeerCertificate()
            : {};
        response.end(`hello ${peer.subject?.CN ?? 'nobody'}`);
      },
    );
    try {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      return await new Promise<string>((resolve) => {
        const outgoing = request(
          { host: '127.0.0.1', port: address.port, agent: false, ...options },
          (response) => {
            let text = '';
            response
              .setEncoding('utf8')
              .on('data', (chunk: string) => (text += chunk))
              .on('end', () => {
                resolve(text);
              });
          },
        );
        outgoing
          .on('error', (error: NodeJS.ErrnoException) => {
            resolve(error.code ?? error.message);
          })
          .end();
      });
    } finally {
      server.close();
    }
  }

  test('works over an intermediate, for a name and for an address', async () => {
    const client = await issue(intermediate, { profile: 'client', commonName: 'jane' });
    expect(await ask(tlsClientOptions(undefined, { ca, servername: 'web.internal' }))).toBe('hello nobody');
    expect(await ask(tlsClientOptions(client, { ca, servername: 'web.internal' }), ca)).toBe('hello jane');
    expect(await ask(tlsClientOptions(client, { ca, servername: '127.0.0.1' }), ca)).toBe('hello jane');
    expect(await ask(tlsClientOptions(client, { ca }), ca)).toBe('hello jane');
  });

  test('refuses a wrong name, a wrong address, a wrong root and a client without certificate', async () => {
    const other = await createAuthority({ commonName: 'root', key: await fixtureKey('Ed25519') });
    const stranger = await issue(other, { profile: 'client', commonName: 'mallory' });
    expect(await ask(tlsClientOptions(undefined, { ca, servername: 'other.internal' }))).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect(await ask(tlsClientOptions(undefined, { ca, servername: '127.0.0.2' }))).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect(await ask(tlsClientOptions(undefined, { ca: other, servername: 'web.internal' }))).toMatch(
      /UNABLE|SELF_SIGNED|SIGNATURE/,
    );
    expect(await ask(tlsClientOptions(undefined, { ca, servername: 'web.internal' }), ca)).toMatch(
      /ERR_SSL_|ECONNRESET|EPIPE/,
    );
    expect(await ask(tlsClientOptions(stranger, { ca, servername: 'web.internal' }), ca)).toMatch(
      /ERR_SSL_|ECONNRESET|EPIPE/,
    );
  });

  test('an address as servername gives no warning of Node', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => {
      warnings.push(warning.message);
    };
    process.on('warning', listen);
    try {
      const socket = connect({
        host: '127.0.0.1',
        port: 1,
        ...tlsClientOptions(undefined, { ca, servername: '127.0.0.1' }),
      });
      await once(socket, 'error').catch(() => undefined);
      socket.destroy();
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('warning', listen);
    }
    expect(warnings).toEqual([]);
  });
});
