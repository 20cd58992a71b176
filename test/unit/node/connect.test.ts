import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { connectKubeconfig, type ConnectionResult, type ConnectionTarget } from '../../../src/node/index.ts';
import {
  json,
  likeApiServer,
  pipe,
  statusObject,
  TestPki,
  TestServers,
  TOKEN,
  type TestServer,
} from '../../support/api-servers.ts';

const servers = new TestServers();
let pki: TestPki;
let other: TestPki;
let standard: TlsOptions;
let jane: Pick<ConnectionTarget, 'clientCertificate' | 'clientKey'>;

beforeAll(async () => {
  [pki, other] = await Promise.all([TestPki.create(), TestPki.create()]);
  [jane, standard] = await Promise.all([pki.client(), pki.server()]);
});
afterAll(() => servers.stop());

const good = (): Promise<TestServer> => servers.https(standard);
const failureOf = ({ failure }: ConnectionResult): unknown => [failure?.kind, failure?.stage];
const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

describe('a server that is what it should be', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('tells who the client is, by %s', async (version) => {
    const options = { ...standard, minVersion: version, maxVersion: version };
    const server = await servers.https(options);
    const result = await connectKubeconfig(pki.target(server.port, jane));
    expect(result).toMatchObject({
      url: `https://127.0.0.1:${server.port}`,
      proxy: undefined,
      isTrusted: true,
      sent: ['client-certificate'],
      server: {
        name: '127.0.0.1',
        protocol: version,
        rootsFrom: 'kubeconfig',
        authorizationError: undefined,
      },
      answer: {
        ...{ method: 'POST', path: WHO, status: 201, isKubernetes: true },
        ...{ username: 'jane', groups: ['dev', 'system:authenticated'] },
      },
    });
    expect(result.failure).toBeUndefined();
    expect(result.server?.chain).toHaveLength(1);
    expect(Math.abs((result.answer?.date?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(server.received).toMatchObject([{ method: 'POST', url: WHO, client: 'jane' }]);
    expect(server.serverNames).toEqual([false, false]);
  });

  test('is shown a token over one connection', async () => {
    const server = await good();
    const result = await connectKubeconfig(pki.target(server.port, { token: TOKEN }));
    expect(result).toMatchObject({
      sent: ['token'],
      answer: { username: 'system:serviceaccount:default:ci' },
    });
    expect(server.received).toMatchObject([{ authorization: `Bearer ${TOKEN}` }]);
    expect(server.connections()).toBe(1);
    expect(JSON.stringify(result)).not.toContain(TOKEN);
  });

  test('is shown a user and a password', async () => {
    const server = await good();
    const result = await connectKubeconfig(pki.target(server.port, { username: 'a', password: 'b:c' }));
    expect(result).toMatchObject({ sent: ['password'], answer: { status: 401, message: 'Unauthorized' } });
    expect(server.received).toMatchObject([{ authorization: `Basic ${btoa('a:b:c')}` }]);
  });

  test('takes a client without credentials for nobody', async () => {
    const { answer, sent } = await connectKubeconfig(pki.target((await good()).port));
    expect([answer?.status, answer?.username, sent]).toEqual([403, 'system:anonymous', []]);
  });

  test('is called by its name in TLS', async () => {
    const server = await good();
    const result = await connectKubeconfig(
      pki.target(server.port, { ...jane, tlsServerName: 'api.internal.' }),
    );
    expect(result).toMatchObject({ isTrusted: true, server: { name: 'api.internal.' } });
    expect(server.serverNames).toEqual(['api.internal', 'api.internal']);
  });

  test('is reached by IPv6, and below a path', async () => {
    const server = await servers.https(standard, likeApiServer, '::1');
    const result = await connectKubeconfig({
      ...pki.target(server.port, jane),
      server: `https://[::1]:${server.port}/k8s/clusters/c-1/`,
    });
    expect(result).toMatchObject({ url: `https://[::1]:${server.port}`, answer: { username: 'jane' } });
    expect(server.received).toMatchObject([{ url: `/k8s/clusters/c-1${WHO}` }]);
  });

  test('with an international name is dialled in ASCII, as by Go', async () => {
    const { url, failure } = await connectKubeconfig({ ...pki.target(1), server: 'https://bücher.invalid' });
    expect([url, failure?.kind]).toEqual(['https://xn--bcher-kva.invalid:443', 'name-not-found']);
  });

  test('has its clock compared with the one that is given', async () => {
    const now = new Date('2026-01-02T03:04:05Z');
    const { answer } = await connectKubeconfig(pki.target((await good()).port, jane), { now: () => now });
    expect(answer?.receivedAt).toBe(now);
  });
});

describe('a client certificate', () => {
  test('of another CA is refused', async () => {
    const server = await good();
    const result = await connectKubeconfig(pki.target(server.port, await other.client('mallory')));
    expect(result).toMatchObject({ isTrusted: true, answer: { status: 401 }, sent: ['client-certificate'] });
  });

  test('is demanded by some servers: those of TLS 1.2 do not even show who they are without one', async () => {
    const strict = { ...standard, rejectUnauthorized: true };
    const server = await servers.https(strict);
    const result = await connectKubeconfig(pki.target(server.port, await other.client('mallory')));
    expect([result.isTrusted, result.answer, result.sent]).toEqual([true, undefined, ['client-certificate']]);
    expect(failureOf(result)).toEqual(['closed', 'request']);
    const old = await servers.https({ ...strict, maxVersion: 'TLSv1.2' });
    const unseen = await connectKubeconfig(pki.target(old.port, jane));
    expect([failureOf(unseen), unseen.server, unseen.sent]).toEqual([['tls-alert', 'tls'], undefined, []]);
    expect([...server.received, ...old.received]).toEqual([]);
  });

  test('whose key is another, or which is none, is not sent', async () => {
    const server = await good();
    const { clientKey } = await pki.client('max');
    const wrong = [{ ...jane, clientKey }, { ...jane, clientKey: 'none' }, { clientKey }, { token: 'a\nb' }];
    for (const credentials of wrong) {
      const result = await connectKubeconfig(pki.target(server.port, credentials));
      expect([failureOf(result), result.isTrusted, result.sent]).toEqual([
        ['bad-credentials', 'settings'],
        true,
        [],
      ]);
      expect(result.failure?.message).not.toContain('a\nb');
    }
    expect(server.received).toEqual([]);
  });
});

describe('a server that is not trusted gets nothing:', () => {
  const secrets = { token: TOKEN, username: 'a', password: 'b' };
  const ask = async (server: TestServer, more: Partial<ConnectionTarget> = {}): Promise<ConnectionResult> => {
    const result = await connectKubeconfig(pki.target(server.port, { ...jane, ...secrets, ...more }));
    expect(server.connections()).toBe(1);
    expect([result.isTrusted, result.sent, result.answer, result.failure]).toEqual([
      false,
      [],
      undefined,
      undefined,
    ]);
    expect(server.received).toEqual([]);
    return result;
  };

  test('one of another CA', async () => {
    const result = await ask(await servers.https(await other.server({ clientCa: pki.ca })));
    expect(result.server?.authorizationError).toMatch(/SIGNATURE|UNABLE_TO_VERIFY/);
    expect(result.server?.chain).toHaveLength(1);
  });

  test('one of another name', async () => {
    const result = await ask(await good(), { tlsServerName: 'other.example' });
    expect(result.server).toMatchObject({
      name: 'other.example',
      authorizationError: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  test('one whose certificate has expired', async () => {
    const server = await servers.https(
      await pki.server({ validity: '1h', now: new Date(Date.now() + 3600_000) }),
    );
    const result = await ask(server);
    expect(result.server?.authorizationError).toBe('CERT_NOT_YET_VALID');
  });

  test('one without a CA in the kubeconfig', async () => {
    const result = await ask(await good(), { certificateAuthority: undefined });
    expect(result.server).toMatchObject({ rootsFrom: 'system' });
  });

  test('one that the caller does not trust', async () => {
    const server = await good();
    const seen: string[] = [];
    const result = await connectKubeconfig(pki.target(server.port, { ...jane, ...secrets }), {
      trusts: ({ name }) => seen.push(name) === 0,
    });
    expect([result.isTrusted, result.sent, seen, server.received]).toEqual([false, [], ['127.0.0.1'], []]);
  });

  test('unless insecure-skip-tls-verify is set', async () => {
    const server = await servers.https(await other.server({ clientCa: pki.ca }));
    const result = await connectKubeconfig(pki.target(server.port, { ...jane, insecureSkipTlsVerify: true }));
    expect(result).toMatchObject({
      isTrusted: false,
      sent: ['client-certificate'],
      answer: { username: 'jane' },
    });
  });

  test('nor does another server behind the same address', async () => {
    const [first, second] = [await good(), await servers.https(await other.server())];
    const ports = [first.port, second.port];
    const balancer = await servers.tcp((socket) => {
      pipe(socket, ports.shift() ?? 0);
    });
    const result = await connectKubeconfig(pki.target(balancer.port, { ...jane, ...secrets }));
    expect([result.isTrusted, failureOf(result)]).toEqual([false, ['closed', 'tls']]);
    expect([...first.received, ...second.received]).toEqual([]);
  });
});

describe('what does not answer as it should:', () => {
  const LATE = { timeout: 150 };
  const silent = (): Promise<TestServer> => servers.tcp((socket) => socket.resume());

  test('a server that says nothing', async () => {
    const result = await connectKubeconfig(pki.target((await silent()).port, jane), LATE);
    expect(failureOf(result)).toEqual(['timeout', 'tls']);
  });

  test('a closed port', async () => {
    const result = await connectKubeconfig(pki.target(await servers.closedPort(), jane));
    expect(failureOf(result)).toEqual(['connection-refused', 'connect']);
  });

  test('a name that is not there', async () => {
    const result = await connectKubeconfig({ ...pki.target(1), server: 'https://no-such-host.invalid:6443' });
    expect(failureOf(result)).toEqual(['name-not-found', 'connect']);
  });

  test('plain HTTP', async () => {
    const { port } = await servers.http((_received, response) => response.end('hello'));
    expect(failureOf(await connectKubeconfig(pki.target(port, jane)))).toEqual(['not-tls', 'tls']);
  });

  test('a server that closes', async () => {
    const { port } = await servers.tcp((socket) => socket.resume().end());
    expect(failureOf(await connectKubeconfig(pki.target(port, jane)))).toEqual(['closed', 'tls']);
  });

  test.each([
    ['http://127.0.0.1:1', 'plain-http'],
    ['', 'bad-server-url'],
    ['https://', 'bad-server-url'],
    ['ftp://127.0.0.1', 'bad-server-url'],
    ['https://127.0.0.1:99999', 'bad-server-url'],
    ['127.0.0.1:1/path', 'bad-server-url'],
  ])('the URL %j, which nobody connects to', async (server, kind) => {
    const result = await connectKubeconfig({ ...pki.target(1, jane), server });
    expect([failureOf(result), result.sent]).toEqual([[kind, 'settings'], []]);
  });

  test('an answer that never ends, one that is huge, and one that is no HTTP', async () => {
    const options = standard;
    const slow = await servers.https(options, (_received, response) => response.writeHead(200).write('{'));
    const headless = await servers.https(options, () => undefined);
    const late = await Promise.all(
      [slow, headless].map(({ port }) => connectKubeconfig(pki.target(port), { timeout: 300 })),
    );
    expect(late.map(failureOf)).toEqual([
      ['timeout', 'request'],
      ['timeout', 'request'],
    ]);
    const huge = await servers.https(options, (_received, response) => response.end('x'.repeat(300 * 1024)));
    expect(failureOf(await connectKubeconfig(pki.target(huge.port)))).toEqual([
      'answer-too-large',
      'request',
    ]);
    const odd = await servers.https(options, (_received, _response, socket) => socket.end('hello\r\n\r\n'));
    expect(failureOf(await connectKubeconfig(pki.target(odd.port)))).toEqual(['not-http', 'request']);
  });

  test('a redirect, which is not followed', async () => {
    const elsewhere = await good();
    const location = `https://127.0.0.1:${elsewhere.port}/login?secret=1`;
    const server = await servers.https(standard, (_received, response) =>
      response.writeHead(302, { location }).end(),
    );
    const { answer } = await connectKubeconfig(pki.target(server.port, { token: TOKEN }));
    expect(answer).toMatchObject({
      status: 302,
      isKubernetes: false,
      location: location.replace(/\?.*/, ''),
    });
    expect(elsewhere.connections()).toBe(0);
  });

  test('an old server, which is asked for its version', async () => {
    const server = await servers.https(standard, ({ method }, response) => {
      if (method === 'POST')
        json(response, 404, statusObject(404, 'the server could not find the requested resource'));
      else json(response, 200, { gitVersion: 'v1.24.0' });
    });
    const { answer } = await connectKubeconfig(pki.target(server.port, jane));
    expect(answer).toMatchObject({ path: '/version', status: 200, isKubernetes: true, username: undefined });
    expect(server.received.map(({ url, client }) => [url, client])).toEqual([
      [WHO, 'jane'],
      ['/version', 'jane'],
    ]);
  });

  test('a server that is no API server', async () => {
    const server = await servers.https(standard, (_received, response) => response.writeHead(404).end('no'));
    const { answer } = await connectKubeconfig(pki.target(server.port, jane));
    expect(answer).toMatchObject({ path: WHO, status: 404, isKubernetes: false });
  });

  test('an answer whose fields are of other kinds', async () => {
    const body = { kind: 'SelfSubjectReview', status: { userInfo: { username: 7, groups: [1, 'a', null] } } };
    const server = await servers.https(standard, (_received, response) => {
      json(response, 201, body);
    });
    const { answer } = await connectKubeconfig(pki.target(server.port));
    expect(answer).toMatchObject({ status: 201, username: undefined, groups: ['a'] });
  });
});

describe('a proxy', () => {
  const SERVER = 'https://api.internal:6443';

  test('of the kubeconfig leads to the server, with the user of its URL', async () => {
    const server = await good();
    const proxy = await servers.proxy(server.port);
    const proxyUrl = `http://me:p%40ss@127.0.0.1:${proxy.port}`;
    const result = await connectKubeconfig({ ...pki.target(1, { ...jane, proxyUrl }), server: SERVER });
    expect(result).toMatchObject({
      ...{ url: SERVER, proxy: `http://127.0.0.1:${proxy.port}`, proxyFrom: 'kubeconfig' },
      answer: { username: 'jane' },
    });
    expect(JSON.stringify(result)).not.toMatch(/p(?:%40|@)ss/);
    expect(proxy.received[0]).toMatchObject({
      url: 'api.internal:6443',
      authorization: `Basic ${btoa('me:p@ss')}`,
    });
  });

  test('of the environment does so, unless NO_PROXY exempts the server', async () => {
    const server = await good();
    const proxy = await servers.proxy(server.port);
    const env = { HTTPS_PROXY: `127.0.0.1:${proxy.port}` };
    const target = { ...pki.target(1, jane), server: SERVER };
    expect(await connectKubeconfig(target, { env })).toMatchObject({
      proxyFrom: 'environment',
      isTrusted: true,
    });
    const exempt = { ...pki.target(server.port, jane) };
    expect(await connectKubeconfig(exempt, { env })).toMatchObject({ proxy: undefined, isTrusted: true });
    const isTaken = async (noProxy: string, host = 'api.internal'): Promise<boolean> => {
      const at = { ...target, server: `https://${host}:6443` };
      const { proxy: taken } = await connectKubeconfig(at, {
        env: { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: noProxy },
        timeout: 100,
      });
      return taken !== undefined;
    };
    const cases = [
      ['*', false],
      ['.internal', false],
      ['internal', false],
      ['*.internal', false],
      ['api.internal:6443', false],
      ['api.internal:443', true],
      ['.api.internal', true],
      ['other, pi.internal', true],
    ] as const;
    for (const [noProxy, taken] of cases) expect([noProxy, await isTaken(noProxy)]).toEqual([noProxy, taken]);
    expect(await isTaken('10.0.0.0/8', '192.0.2.1')).toBe(true);
    expect(await isTaken('192.0.2.0/24', '192.0.2.1')).toBe(false);
    expect(await isTaken('', 'localhost')).toBe(false);
  });

  test('in TLS is to have a certificate of the kubeconfig’s CA', async () => {
    const server = await good();
    const [mine, foreign] = [
      await servers.proxy(server.port, { tls: standard }),
      await servers.proxy(server.port, { tls: await other.server() }),
    ];
    const through = (port: number): Promise<ConnectionResult> =>
      connectKubeconfig(pki.target(server.port, { ...jane, proxyUrl: `https://127.0.0.1:${port}` }));
    expect(await through(mine.port)).toMatchObject({ answer: { username: 'jane' } });
    expect(failureOf(await through(foreign.port))).toEqual(['proxy-not-trusted', 'proxy']);
    expect(foreign.received).toEqual([]);
  });

  test('of SOCKS5 leads to the server too', async () => {
    const server = await good();
    const asked: string[] = [];
    const proxy = await servers.tcp((socket) => {
      void serveSocks(socket, server.port, asked);
    });
    const target = { ...pki.target(1, jane), server: SERVER };
    const proxyUrl = `socks5://me:secret@127.0.0.1:${proxy.port}`;
    expect(await connectKubeconfig({ ...target, proxyUrl })).toMatchObject({ answer: { username: 'jane' } });
    expect(asked).toEqual(['me secret api.internal 6443', 'me secret api.internal 6443']);
    const wrong = await connectKubeconfig({ ...target, proxyUrl: proxyUrl.replace('secret', 'wrong') });
    expect(failureOf(wrong)).toEqual(['proxy-refused', 'proxy']);
  });

  test('that refuses, is not there, says nothing or is none, is said so', async () => {
    const refusing = await servers.proxy(1, { status: 407 });
    const silent = await servers.tcp((socket) => socket.resume());
    const ask = async (proxyUrl: string): Promise<unknown> =>
      failureOf(await connectKubeconfig(pki.target(1, { ...jane, proxyUrl }), { timeout: 150 }));
    expect(await ask(`http://127.0.0.1:${refusing.port}`)).toEqual(['proxy-refused', 'proxy']);
    expect(await ask(`http://127.0.0.1:${await servers.closedPort()}`)).toEqual([
      'connection-refused',
      'proxy',
    ]);
    expect(await ask(`http://127.0.0.1:${silent.port}`)).toEqual(['timeout', 'proxy']);
    expect(await ask(`socks5://127.0.0.1:${silent.port}`)).toEqual(['timeout', 'proxy']);
    expect(await ask('ftp://u:secret@127.0.0.1')).toEqual(['bad-proxy-url', 'settings']);
  });
});

test('no connection is left open', async () => {
  for (let left = 50; servers.open > 0 && left > 0; left--) await new Promise((done) => setTimeout(done, 10));
  expect(servers.open).toBe(0);
});

/** A SOCKS5 proxy that knows one user. */
async function serveSocks(socket: Socket, port: number, asked: string[]): Promise<void> {
  const next = async (): Promise<Buffer> => {
    const [chunk] = await once(socket, 'data');
    return chunk as Buffer;
  };
  await next();
  socket.write(Uint8Array.of(5, 2));
  const [user, password] = counted((await next()).subarray(1));
  socket.write(Uint8Array.of(1, password === 'secret' ? 0 : 1));
  if (password !== 'secret') {
    socket.resume();
    return;
  }
  const request = await next();
  const [name = ''] = counted(request.subarray(4));
  asked.push(`${user ?? ''} ${password} ${name} ${request.readUInt16BE(5 + name.length)}`);
  socket.write(Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 1));
  pipe(socket, port);
}

/** Texts, each behind its length. */
function counted(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at] ?? 0;
    texts.push(bytes.subarray(at + 1, at + 1 + length).toString());
    at += 1 + length;
  }
  return texts;
}
