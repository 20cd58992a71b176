/** Errors of real programs, each made to happen, and what `explain` says of them. */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Server as NetServer } from 'node:net';
import { connect, createSecureContext, createServer as createTlsServer } from 'node:tls';
import { explain } from '../../src/check/explain/explain.ts';
import { diskFiles } from '../../src/node/disk-files.ts';
import { GoJudge, type GoCommand } from '../judges/go.ts';
import { describeWith, run, tempDir } from '../support/foreign.ts';
import { makeExplainPki, type ExplainPki } from '../support/explain-pki.ts';

let pki: ExplainPki;

beforeAll(async () => {
  pki = await makeExplainPki(tempDir());
});

/** An error as a program said it, the row that knows it, and the file that is at fault, among those that are looked at. */
interface Said {
  readonly text: string;
  readonly id: string;
  readonly files?: readonly string[];
  readonly culprit?: string;
}

async function expectExplained({ text, id, files, culprit }: Said): Promise<void> {
  const look = files === undefined ? undefined : { files: diskFiles('/'), paths: [pki.some(...files)] };
  const explanations = await explain(text, look);
  expect({ text, ids: explanations.map((one) => one.id) }).toEqual({
    text,
    ids: expect.arrayContaining([id]),
  });
  if (culprit === undefined) return;
  const found = explanations.find((one) => one.id === id)?.culprits ?? [];
  expect({ text, first: found[0]?.path.split('/').at(-1) }).toEqual({ text, first: culprit });
}

const pem = (name: string): string => pki.pem[name] ?? '';

describeWith(['go'], 'errors of Go', () => {
  let judge: GoJudge;
  beforeAll(async () => {
    // As programs built for Go 1.23 and later read certificates.
    judge = await GoJudge.start({ GODEBUG: 'x509negativeserial=0' });
  });
  afterAll(() => judge.stop());

  async function refusal(command: GoCommand): Promise<string> {
    const answer = await judge.ask(command);
    if (answer.ok) throw new Error(`Go accepts: ${JSON.stringify(command).slice(0, 200)}`);
    return [answer.error, answer.server ?? '', answer.client ?? ''].join('\n');
  }

  const verify = (
    leaf: string,
    more: {
      readonly roots?: string;
      readonly dnsName?: string;
      readonly intermediates?: string;
      readonly usage?: readonly string[];
    } = {},
  ): Promise<string> =>
    refusal({
      op: 'verify',
      leaf: pem(leaf),
      roots: pem(more.roots ?? 'ca.crt'),
      ...(more.dnsName === undefined ? {} : { dnsName: more.dnsName }),
      ...(more.intermediates === undefined ? {} : { intermediates: pem(more.intermediates) }),
      usage: more.usage ?? ['any'],
    });

  test('a CA that was made anew under the same name', async () => {
    const text = await verify('stranger.crt');
    expect(text).toMatch(/signed by unknown authority \(possibly because of/);
    await expectExplained({
      text,
      id: 'go-unknown-authority',
      files: ['stranger.crt', 'ca.crt'],
      culprit: 'stranger.crt',
    });
  });
  test('a certificate without an issuer here', async () => {
    const text = await verify('below.crt');
    await expectExplained({
      text,
      id: 'go-unknown-authority',
      files: ['below.crt', 'ca.crt', 'server.crt'],
      culprit: 'below.crt',
    });
  });
  test('an expired certificate', async () => {
    await expectExplained({
      text: await verify('expired.crt'),
      id: 'go-expired',
      files: ['expired.crt', 'server.crt', 'ca.crt'],
      culprit: 'expired.crt',
    });
  });
  test('a certificate whose time has not come', async () => {
    await expectExplained({
      text: await verify('future.crt'),
      id: 'go-not-yet-valid',
      files: ['future.crt', 'server.crt', 'ca.crt'],
      culprit: 'future.crt',
    });
  });
  test('another name than those of the certificate', async () => {
    const text = await verify('server.crt', { dnsName: 'other.internal' });
    await expectExplained({
      text,
      id: 'go-names',
      files: ['server.crt', 'client.crt', 'ca.crt'],
      culprit: 'server.crt',
    });
  });
  test('another address than those of the certificate', async () => {
    const text = await verify('server.crt', { dnsName: '10.0.0.9' });
    await expectExplained({
      text,
      id: 'go-names',
      files: ['server.crt', 'client.crt'],
      culprit: 'server.crt',
    });
  });
  test('an address, and a certificate of names alone', async () => {
    const text = await verify('dns-only.crt', { dnsName: '10.0.0.7' });
    await expectExplained({
      text,
      id: 'go-no-ip-sans',
      files: ['dns-only.crt', 'server.crt'],
      culprit: 'dns-only.crt',
    });
  });
  test('a certificate of addresses alone, and a name', async () => {
    const text = await verify('ip-only.crt', { dnsName: 'web.internal' });
    await expectExplained({
      text,
      id: 'go-not-valid-for-any-names',
      files: ['ip-only.crt', 'server.crt'],
      culprit: 'ip-only.crt',
    });
  });
  test('a host in the common name alone', async () => {
    const text = await verify('no-names.crt', { dnsName: 'web.internal' });
    await expectExplained({
      text,
      id: 'go-common-name',
      files: ['no-names.crt', 'server.crt'],
      culprit: 'no-names.crt',
    });
  });
  test('a client certificate in the place of a server', async () => {
    const text = await verify('client.crt', { usage: ['serverAuth'] });
    await expectExplained({
      text,
      id: 'go-key-usage',
      files: ['client.crt', 'ca.crt'],
      culprit: 'client.crt',
    });
  });
  test('an issuer that is no CA', async () => {
    const text = await verify('by-leaf.crt', { roots: 'server.crt' });
    expect(text).toContain('parent certificate cannot sign');
    await expectExplained({
      text,
      id: 'go-not-a-ca',
      files: ['by-leaf.crt', 'server.crt', 'ca.crt'],
      culprit: 'server.crt',
    });
  });
  test('a negative serial number', async () => {
    const text = await refusal({ op: 'parse', pem: pem('negative.crt') });
    await expectExplained({
      text,
      id: 'go-negative-serial',
      files: ['negative.crt', 'server.crt'],
      culprit: 'negative.crt',
    });
  });
  test('a signature on SHA-1', async () => {
    const text = await verify('sha1.crt');
    await expectExplained({
      text,
      id: 'go-insecure-algorithm',
      files: ['sha1.crt', 'server.crt', 'ca.crt'],
      culprit: 'sha1.crt',
    });
  });
  test('bytes that are no certificate', async () => {
    const [head = '', ...rest] = pem('server.crt').split('\n');
    const broken = [head, 'AAAA', ...rest.slice(1)].join('\n');
    await expectExplained({ text: await refusal({ op: 'parse', pem: broken }), id: 'go-malformed' });
  });
  test("another certificate's key", async () => {
    const text = await refusal({ op: 'keypair', cert: pem('server.crt'), key: pem('client.key') });
    await expectExplained({
      text,
      id: 'go-key-mismatch',
      files: ['server.crt', 'client.key'],
      culprit: 'client.key',
    });
  });
  test('a key in the place of a certificate, and nothing at all', async () => {
    const swapped = await refusal({ op: 'keypair', cert: pem('server.key'), key: pem('server.key') });
    await expectExplained({ text: swapped, id: 'go-no-pem' });
    await expectExplained({
      text: await refusal({ op: 'keypair', cert: 'nothing', key: pem('server.key') }),
      id: 'go-no-pem',
    });
  });

  const side = (
    certificate: string,
    key: string,
    cas: string,
  ): { cert: string; key: string; cas: string } => ({
    cert: pem(certificate),
    key: pem(key),
    cas: pem(cas),
  });

  test('a client that does not trust the server, in the log of both', async () => {
    const text = await refusal({
      op: 'handshake',
      server: side('server.crt', 'server.key', 'ca.crt'),
      client: side('client.crt', 'client.key', 'other-ca.crt'),
      serverName: 'web.internal',
    });
    expect(text).toContain('remote error: tls: bad certificate');
    await expectExplained({ text, id: 'tls-bad-certificate' });
    await expectExplained({ text, id: 'go-unknown-authority' });
  });
  test('a server that does not trust the client', async () => {
    const text = await refusal({
      op: 'handshake',
      server: side('server.crt', 'server.key', 'other-ca.crt'),
      client: side('client.crt', 'client.key', 'ca.crt'),
      serverName: 'web.internal',
    });
    expect(text).toMatch(/remote error: tls: (?:unknown certificate authority|bad certificate)/);
    await expectExplained({
      text,
      id: /unknown certificate authority/.test(text) ? 'tls-unknown-ca' : 'tls-bad-certificate',
    });
  });
});

describeWith(['go'], 'errors of both sides in Go', () => {
  let judge: GoJudge;
  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());

  test('a client certificate that is expired', async () => {
    const answer = await judge.ask({
      op: 'handshake',
      server: { cert: pem('server.crt'), key: pem('server.key'), cas: pem('ca.crt') },
      client: { cert: pem('expired.crt'), key: pem('expired.key'), cas: pem('ca.crt') },
      serverName: 'web.internal',
    });
    const client = answer.ok ? '' : (answer.client ?? '');
    expect(client).toContain('remote error: tls: expired certificate');
    await expectExplained({
      text: client,
      id: 'tls-expired',
      files: ['expired.crt', 'server.crt', 'ca.crt'],
      culprit: 'expired.crt',
    });
  });
  test('a CA below one with path length 0', async () => {
    const answer = await judge.ask({
      op: 'verify',
      leaf: pem('under-too-deep.crt'),
      roots: pem('ca.crt'),
      intermediates: pem('short.crt') + pem('too-deep.crt'),
      usage: ['any'],
    });
    if (answer.ok) throw new Error('Go accepts');
    await expectExplained({ text: answer.error, id: 'go-too-many-intermediates' });
  });
});

describeWith(['openssl'], 'errors of OpenSSL', () => {
  async function refusal(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run('openssl', args);
    expect(code).not.toBe(0);
    return stdout + stderr;
  }
  const verify = (leaf: string, ...more: readonly string[]): Promise<string> =>
    refusal('verify', '-no-CApath', '-no-CAstore', '-CAfile', pki.path('ca.crt'), ...more, pki.path(leaf));

  test.each<
    readonly [name: string, id: string, leaf: string, more: readonly string[], culprit: string | undefined]
  >([
    ['an unknown issuer', 'openssl-unable-to-get-local-issuer', 'below.crt', [], 'below.crt'],
    ['an expired certificate', 'openssl-expired', 'expired.crt', [], 'expired.crt'],
    ['one whose time has not come', 'openssl-not-yet-valid', 'future.crt', [], 'future.crt'],
    ['a self-signed one', 'openssl-self-signed', 'self.crt', [], 'self.crt'],
    [
      'another host',
      'openssl-hostname-mismatch',
      'server.crt',
      ['-verify_hostname', 'other.internal'],
      undefined,
    ],
    ['another address', 'openssl-hostname-mismatch', 'server.crt', ['-verify_ip', '10.0.0.9'], undefined],
    [
      'a client certificate as a server',
      'openssl-purpose',
      'client.crt',
      ['-purpose', 'sslserver'],
      'client.crt',
    ],
  ])('%s', async (...[, id, leaf, more, culprit]) => {
    const text = await verify(leaf, ...more);
    await expectExplained({
      text,
      id,
      files: [leaf, 'ca.crt'],
      ...(culprit === undefined ? {} : { culprit }),
    });
  });
  test('a CA of the same name whose key did not sign', async () => {
    const text = await refusal(
      'verify',
      '-no-CApath',
      '-no-CAstore',
      '-CAfile',
      pki.path('other-ca.crt'),
      pki.path('server.crt'),
    );
    expect(text).toMatch(/unable to get local issuer certificate|certificate signature failure/);
    const id = /signature failure/.test(text)
      ? 'openssl-signature-failure'
      : 'openssl-unable-to-get-local-issuer';
    await expectExplained({ text, id, files: ['server.crt', 'other-ca.crt'], culprit: 'server.crt' });
  });
  test('an issuer that is no CA', async () => {
    const text = await verify('by-leaf.crt', '-untrusted', pki.path('server.crt'));
    await expectExplained({
      text,
      id: 'openssl-invalid-ca',
      files: ['by-leaf.crt', 'server.crt', 'ca.crt'],
      culprit: 'server.crt',
    });
  });
  test('a CA below one with path length 0', async () => {
    const chain = join(tempDir(), 'chain.pem');
    writeFileSync(chain, pem('short.crt') + pem('too-deep.crt'));
    const text = await verify('under-too-deep.crt', '-untrusted', chain);
    await expectExplained({ text, id: 'openssl-path-length' });
  });
  test('a key in the place of a certificate', async () => {
    await expectExplained({
      text: await refusal('x509', '-in', pki.path('server.key')),
      id: 'openssl-no-start-line',
    });
  });
  test('s_client and a server that it does not trust', async () => {
    const listener = createTlsServer({ cert: pem('server.crt'), key: pem('server.key') });
    listener.on('tlsClientError', () => undefined);
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
    const address = listener.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    try {
      const args = [
        '-connect',
        `127.0.0.1:${port}`,
        '-no-CApath',
        '-no-CAstore',
        '-CAfile',
        pki.path('self.crt'),
      ];
      const { stdout, stderr } = await run('openssl', ['s_client', ...args]);
      const lines = (stdout + stderr)
        .split('\n')
        .filter((line) => /verify error|Verify return code/.test(line));
      expect(lines.some((line) => line.includes('verify error:num='))).toBe(true);
      expect(lines.some((line) => line.includes('Verify return code: '))).toBe(true);
      await expectExplained({
        ...{ text: lines.join('\n'), id: 'openssl-verify-failed' },
        ...{ files: ['server.crt', 'other-ca.crt'], culprit: 'server.crt' },
      });
      const bare = await run('openssl', ['s_client', ...args, '-verify_return_error']);
      const [failed = ''] = /^.*certificate verify failed.*$/m.exec(bare.stdout + bare.stderr) ?? [];
      expect(failed).not.toBe('');
      const [only, ...more] = await explain(failed);
      expect([only?.id, more]).toEqual(['openssl-verify-failed', []]);
    } finally {
      listener.close();
    }
  });
  test('a signature on SHA-1 where the security level is 1', async () => {
    const text = await verify('sha1.crt', '-auth_level', '1');
    await expectExplained({
      ...{ text, id: 'openssl-too-weak' },
      ...{ files: ['sha1.crt', 'server.crt', 'ca.crt'], culprit: 'sha1.crt' },
    });
  });
  test('the wrong password of a PKCS#12 file', async () => {
    const file = join(tempDir(), 'web.p12');
    const pair = ['-in', pki.path('server.crt'), '-inkey', pki.path('server.key')];
    await run('openssl', ['pkcs12', '-export', ...pair, '-out', file, '-passout', 'pass:right']);
    const text = await refusal('pkcs12', '-in', file, '-passin', 'pass:wrong', '-noout');
    await expectExplained({ text, id: 'openssl-pkcs12-password' });
  });
  test('the wrong password of a key', async () => {
    const file = join(tempDir(), 'encrypted.key');
    await run('openssl', [
      'pkey',
      '-in',
      pki.path('server.key'),
      '-aes256',
      '-passout',
      'pass:right',
      '-out',
      file,
    ]);
    await expectExplained({
      text: await refusal('pkey', '-in', file, '-passin', 'pass:wrong', '-noout'),
      id: 'openssl-bad-decrypt',
    });
  });
});

describe('errors of Node', () => {
  async function failure(
    server: readonly [string, string],
    options: { readonly ca?: string; readonly host?: string; readonly chain?: string },
  ): Promise<string> {
    const listener = createTlsServer({ cert: pem(server[0]) + (options.chain ?? ''), key: pem(server[1]) });
    listener.on('tlsClientError', () => undefined);
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
    try {
      const address = listener.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      return await new Promise<string>((resolve, reject) => {
        const socket = connect(
          {
            host: '127.0.0.1',
            port,
            servername: options.host ?? 'web.internal',
            ...(options.ca === undefined ? {} : { ca: options.ca }),
          },
          () => {
            socket.destroy();
            reject(new Error('Node accepts'));
          },
        );
        socket.on('error', (error: NodeJS.ErrnoException) => {
          resolve(`Error: ${error.message}\n  code: '${error.code ?? ''}'`);
        });
      });
    } finally {
      listener.close();
    }
  }

  test('a CA that it was not given', async () => {
    const text = await failure(['server.crt', 'server.key'], {});
    expect(text).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    await expectExplained({
      text,
      id: 'openssl-unable-to-verify-first',
      files: ['server.crt'],
      culprit: 'server.crt',
    });
  });
  test('a chain that ends in a root it was not given', async () => {
    const text = await failure(['server.crt', 'server.key'], { chain: pem('ca.crt') });
    await expectExplained({ text, id: 'openssl-self-signed-in-chain' });
  });
  test('a self-signed certificate', async () => {
    const text = await failure(['self.crt', 'self.key'], {});
    await expectExplained({ text, id: 'openssl-self-signed', files: ['self.crt'], culprit: 'self.crt' });
  });
  test('an expired one', async () => {
    const text = await failure(['expired.crt', 'expired.key'], { ca: pem('ca.crt') });
    await expectExplained({
      text,
      id: 'openssl-expired',
      files: ['expired.crt', 'ca.crt'],
      culprit: 'expired.crt',
    });
  });
  test('another name', async () => {
    const text = await failure(['server.crt', 'server.key'], { ca: pem('ca.crt'), host: 'other.internal' });
    await expectExplained({
      text,
      id: 'node-altname',
      files: ['server.crt', 'client.crt'],
      culprit: 'server.crt',
    });
  });
  test("another certificate's key", async () => {
    const text = ((): string => {
      try {
        createSecureContext({ cert: pem('server.crt'), key: pem('client.key') });
        return '';
      } catch (error) {
        return String(error);
      }
    })();
    await expectExplained({
      text,
      id: 'openssl-key-mismatch',
      files: ['server.crt', 'client.key'],
      culprit: 'client.key',
    });
  });
});

/** What Node says against a server at a port of 127.0.0.1. */
const nodeSays = (port: number, options: Parameters<typeof connect>[1] = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', { ca: pem('ca.crt'), servername: 'web.internal', ...options });
    socket.on('secureConnect', () => {
      socket.destroy();
      reject(new Error('Node accepts'));
    });
    socket.on('error', (error) => {
      resolve(String(error));
    });
  });

async function portOf(server: NetServer): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe('errors of Node against other servers', () => {
  test('plain HTTP', async () => {
    const plain = createHttpServer((_request, response) => response.end('hello'));
    try {
      await expectExplained({ text: await nodeSays(await portOf(plain)), id: 'openssl-not-tls' });
    } finally {
      plain.closeAllConnections();
      plain.close();
    }
  });
  test('no cipher suite that fits the key', async () => {
    const listener = createTlsServer({
      ...{ cert: pem('server.crt'), key: pem('server.key') },
      ...{ ciphers: 'ECDHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' as const },
    });
    listener.on('tlsClientError', () => undefined);
    try {
      await expectExplained({ text: await nodeSays(await portOf(listener)), id: 'tls-versions' });
    } finally {
      listener.close();
    }
  });
  test('a client certificate is asked for', async () => {
    const own = { cert: pem('server.crt'), key: pem('server.key'), ca: pem('ca.crt') };
    const listener = createTlsServer({
      ...own,
      requestCert: true,
      rejectUnauthorized: true,
      maxVersion: 'TLSv1.2',
    });
    const refused = new Promise<string>((resolve) => {
      listener.on('tlsClientError', (error) => {
        resolve(String(error));
      });
    });
    try {
      void nodeSays(await portOf(listener)).catch(() => undefined);
      await expectExplained({ text: await refused, id: 'tls-certificate-required' });
    } finally {
      listener.close();
    }
  });
});

describeWith(['kubectl'], 'errors of kubectl', () => {
  let api: Server;
  let port = 0;
  beforeAll(async () => {
    api = createServer({ cert: pem('server.crt'), key: pem('server.key') }, (request, response) => {
      const code = request.headers.authorization === 'Bearer known' ? 403 : 401;
      const status = {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        code,
        reason: code === 401 ? 'Unauthorized' : 'Forbidden',
        message:
          code === 401
            ? 'Unauthorized'
            : 'pods is forbidden: User "system:node:node01" cannot list resource "pods" in API group "" at the cluster scope',
      };
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status));
    });
    await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
    const address = api.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  afterAll(() => {
    api.closeAllConnections();
    api.close();
  });

  interface Fields {
    readonly server?: string;
    readonly cluster?: Readonly<Record<string, string>>;
    readonly user?: Readonly<Record<string, string>>;
    readonly context?: string;
    readonly whole?: string;
  }

  async function kubectl(
    { server, cluster, user = { token: 'unknown' }, context, whole }: Fields,
    ...args: readonly string[]
  ): Promise<{ text: string; file: string }> {
    const folder = tempDir();
    const file = join(folder, 'kubeconfig');
    mkdirSync(join(folder, 'home'));
    const ca = Buffer.from(pem('ca.crt')).toString('base64');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'c',
          cluster: {
            server: server ?? `https://127.0.0.1:${port}`,
            'tls-server-name': 'web.internal',
            'certificate-authority-data': ca,
            ...cluster,
          },
        },
      ],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': context ?? 'x',
    };
    writeFileSync(file, whole ?? JSON.stringify(config));
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: join(folder, 'home'),
      KUBECONFIG: file,
      NO_PROXY: '*',
    };
    const { code, stdout, stderr } = await run(
      'kubectl',
      args.length === 0 ? ['get', 'pods', '--request-timeout=5s'] : args,
      { env },
    );
    expect(code).not.toBe(0);
    return { text: stdout + stderr, file };
  }

  test('no credentials', async () => {
    await expectExplained({ text: (await kubectl({})).text, id: 'kubectl-unauthorized' });
  });
  test('a user who may not', async () => {
    await expectExplained({
      text: (await kubectl({ user: { token: 'known' } }, 'get', '--raw', '/api/v1/pods')).text,
      id: 'kubectl-forbidden',
    });
  });
  test('a CA of another cluster', async () => {
    const data = Buffer.from(pem('other-ca.crt')).toString('base64');
    await expectExplained({
      text: (await kubectl({ cluster: { 'certificate-authority-data': data } })).text,
      id: 'go-unknown-authority',
    });
  });
  test('an API server that is down', async () => {
    await expectExplained({
      text: (await kubectl({ server: 'https://127.0.0.1:9' })).text,
      id: 'kubectl-connection-refused',
    });
  });
  test('a client certificate that is not there', async () => {
    const user = { 'client-certificate': '/nowhere/jane.crt', 'client-key': '/nowhere/jane.key' };
    await expectExplained({ text: (await kubectl({ user })).text, id: 'kubectl-unable-to-read' });
  });
  test('data that is no base64', async () => {
    const { text, file } = await kubectl({ cluster: { 'certificate-authority-data': '-----BEGIN' } });
    const explanations = await explain(text, { files: diskFiles('/'), paths: [file] });
    expect(explanations.find(({ id }) => id === 'kubectl-base64')).toMatchObject({
      culprits: [{ path: expect.stringContaining('kubeconfig') }],
    });
  });
  test('a context that is not there', async () => {
    const { text, file } = await kubectl({ context: 'gone' });
    const explanations = await explain(text, { files: diskFiles('/'), paths: [file] });
    expect(explanations.find(({ id }) => id === 'kubectl-no-context')).toMatchObject({
      culprits: [{ path: expect.stringContaining('kubeconfig') }],
    });
  });
  test('both data and a file', async () => {
    const data = Buffer.from(pem('client.crt')).toString('base64');
    const user = {
      'client-certificate-data': data,
      'client-certificate': pki.path('client.crt'),
      'client-key': pki.path('client.key'),
    };
    const { text } = await kubectl({ user });
    await expectExplained({ text, id: 'kubectl-config-both' });
  });
  test('a kubeconfig that is none', async () => {
    await expectExplained({
      text: (await kubectl({ whole: 'kind: Config\nclusters: 7\n' })).text,
      id: 'kubectl-load-config',
    });
  });
  test('plain HTTP where TLS is expected, and the other way round', async () => {
    const plain = createHttpServer((_request, response) => response.end('hello'));
    await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
    const address = plain.address();
    const other = typeof address === 'object' ? (address?.port ?? 0) : 0;
    try {
      await expectExplained({
        text: (await kubectl({ server: `https://127.0.0.1:${other}` })).text,
        id: 'go-not-tls',
      });
    } finally {
      plain.close();
    }
  });
});

test('says nothing of what it does not know, and repeats no token', async () => {
  await expect(explain('the moon is made of cheese')).resolves.toEqual([]);
  const token = `eyJhbGciOiJSUzI1NiIs.${'a'.repeat(40)}.${'b'.repeat(40)}`;
  const [explanation] = await explain(`error loading config file "/x": bad token ${token}`);
  expect(JSON.stringify(explanation)).not.toContain('bbbbbbbb');
});
