import { connectionFacts, type ConnectionPlace } from '../../../../src/check/connection/connection-facts.ts';
import { judgeServer } from '../../../../src/check/connection/judge-server.ts';
import type { ConnectionFacts } from '../../../../src/check/kubeconfig/kubeconfig-report.ts';
import { connectKubeconfig, type ConnectionTarget } from '../../../../src/node/index.ts';
import {
  json,
  statusObject,
  TestPki,
  TestServers,
  TOKEN,
  type Answer,
} from '../../../support/api-servers.ts';

const servers = new TestServers();
let pki: TestPki;
let other: TestPki;
let jane: Partial<ConnectionTarget>;

beforeAll(async () => {
  [pki, other] = await Promise.all([TestPki.create(), TestPki.create()]);
  jane = await pki.client();
});
afterAll(() => servers.stop());

const PLACE: ConnectionPlace = {
  cluster: 'config#clusters[0].cluster',
  clusterName: 'prod',
  user: 'config#users[0].user',
  isInsecure: false,
};

/** What is said of a connection, as the command makes it. */
async function facts(
  target: ConnectionTarget,
  place: Partial<ConnectionPlace> = {},
  now = new Date(),
): Promise<ConnectionFacts> {
  const result = await connectKubeconfig(target, {
    timeout: 1000,
    now: () => now,
    trusts: async (server) => (await judgeServer(server, { now })).isTrusted,
  });
  return connectionFacts({ result, target, place: { ...PLACE, ...place } }, { now });
}

const codes = ({ findings }: ConnectionFacts): readonly string[] => findings.map(({ code }) => code);

async function answering(answer: Answer): Promise<number> {
  return (await servers.https(await pki.server(), answer)).port;
}

describe('a server that is right', () => {
  test('is told in a line, with who the client is', async () => {
    const { port } = await servers.https(await pki.server());
    expect(await facts(pki.target(port, jane))).toEqual({
      findings: [],
      lines: [
        `connected to https://127.0.0.1:${port} (TLSv1.3): its certificate is that of 127.0.0.1, signed by CN=kubernetes; accepted as jane (dev, system:authenticated)`,
      ],
    });
  });

  test('is trusted by an intermediate in the kubeconfig, as kubectl does, though Node does not', async () => {
    const between = await TestPki.create('between', pki);
    const { port } = await servers.https(await between.server({ clientCa: pki.ca }));
    const target = between.target(port, { ...jane, certificateAuthority: between.ca.certificate.toPem() });
    expect((await connectKubeconfig(target)).isTrusted).toBe(false);
    const said = await facts(target);
    expect([codes(said), said.lines[0]]).toEqual([
      [],
      expect.stringMatching(/signed by CN=between; accepted as jane/),
    ]);
  });

  test('whose clock is another is told of it', async () => {
    const { port } = await servers.https(await pki.server({ validity: '9y' }));
    const said = await facts(pki.target(port, jane), {}, new Date(Date.now() + 3600_000));
    expect(said.findings).toMatchObject([{ code: 'clock-skew', severity: 'warning', path: PLACE.cluster }]);
    expect(said.findings[0]?.message).toMatch(/^the clock of the server is 3\d{3} s behind/);
  });
});

describe('a server that is not trusted', () => {
  test('is signed by another CA of the same name', async () => {
    const { port } = await servers.https(await other.server({ clientCa: pki.ca }));
    const said = await facts(pki.target(port, jane));
    expect(said.lines[0]).toMatch(
      /its certificate \(CN=kube-apiserver, signed by CN=kubernetes\) is not accepted; so nothing was sent$/,
    );
    expect(said.findings).toMatchObject([
      { code: 'server-ca-mismatch', severity: 'error', path: PLACE.cluster },
    ]);
    const [{ message, expected, actual } = { message: '' }] = said.findings;
    expect(message).toMatch(/another CA of the same name/);
    expect(message).toMatch(
      /kubectl says tls: failed to verify certificate: x509: certificate signed by unknown authority/,
    );
    expect(expected).toMatch(/^CN=kubernetes \(key [0-9a-f]{16}\)$/);
    expect(actual).toMatch(/^CN=kubernetes \(key [0-9a-f]{16}\)$/);
    expect(actual).not.toBe(expected);
  });

  test('is not known where the kubeconfig has no CA', async () => {
    const { port } = await servers.https(await pki.server());
    const said = await facts(pki.target(port, { ...jane, certificateAuthority: undefined }));
    expect(codes(said)).toEqual(['server-ca-mismatch']);
    expect(said.findings[0]?.message).toMatch(/^the kubeconfig has no CA/);
  });

  test('is not for the name', async () => {
    const { port } = await servers.https(await pki.server());
    const said = await facts(pki.target(port, { ...jane, tlsServerName: 'other.example' }));
    expect(said.findings).toMatchObject([
      {
        ...{ code: 'server-name-mismatch', expected: 'other.example' },
        actual: 'DNS:kubernetes, DNS:api.internal, IP:127.0.0.1, IP:::1',
        fix: expect.stringContaining('set-cluster prod --tls-server-name kubernetes') as unknown,
      },
    ]);
    expect(said.findings[0]?.message).toMatch(
      /x509: certificate is valid for kubernetes, api\.internal, not other\.example$/,
    );
  });

  test('has expired, or is not yet valid', async () => {
    const { port } = await servers.https(await pki.server({ validity: '1h' }));
    const at = (hours: number): Promise<ConnectionFacts> =>
      facts(pki.target(port, jane), {}, new Date(Date.now() + hours * 3600_000));
    expect(codes(await at(2))).toEqual(['server-certificate-expired']);
    expect(codes(await at(-24))).toContain('server-certificate-not-yet-valid');
  });

  test.each([
    ['etcd-ca', 'cp-1', /etcd/],
    ['node-1-ca@1700000000', 'node-1@1700000000', /kubelet/],
    ['kubernetes', 'system:node:node-1', /a kubelet/],
    ['any', 'Kubernetes Ingress Controller Fake Certificate', /ingress/],
  ])('is another kind of server: %s signed %s', async (issuer, commonName, what) => {
    const wrong = await TestPki.create(issuer);
    const { port } = await servers.https(await wrong.server({ commonName, subjectAltNames: ['node-1'] }));
    const said = await facts(pki.target(port, jane));
    expect(codes(said)[0]).toBe('wrong-server');
    expect(said.findings[0]?.message).toMatch(what);
  });

  test('is another kind of server, of which the kubeconfig has the CA', async () => {
    const etcd = await TestPki.create('etcd-ca');
    const { port } = await servers.https(await etcd.server(), (_r, response) =>
      response.writeHead(404).end(),
    );
    const said = await facts(etcd.target(port, { token: TOKEN }));
    expect(codes(said)).toEqual(['wrong-server', 'not-an-api-server']);
    const { port: real } = await servers.https(await etcd.server({ clientCa: pki.ca }));
    expect(codes(await facts(etcd.target(real, jane)))).toEqual([]);
  });

  test('is called all the same where verification is off, which is said', async () => {
    const { port } = await servers.https(await other.server({ clientCa: pki.ca }));
    const said = await facts(pki.target(port, { ...jane, insecureSkipTlsVerify: true }), {
      isInsecure: true,
    });
    expect(said.lines[0]).toMatch(/and yet credentials were sent, .*; accepted as jane/);
    expect(said.findings).toMatchObject([{ code: 'server-ca-mismatch', severity: 'warning' }]);
  });
});

describe('credentials', () => {
  const refused = async (
    target: Partial<ConnectionTarget>,
    place: Partial<ConnectionPlace> = {},
  ): Promise<string> => {
    const { port } = await servers.https(await pki.server());
    const said = await facts(pki.target(port, target), place);
    expect(said.findings).toMatchObject([
      { code: 'credentials-refused', severity: 'error', path: PLACE.user },
    ]);
    expect(said.lines[0]).toMatch(/; not accepted \(401\)$/);
    return said.findings[0]?.message ?? '';
  };

  test('are refused for the reason that is the likeliest', async () => {
    const foreign = await TestPki.create('stranger');
    expect(await refused(await foreign.client())).toMatch(
      /signed by CN=stranger, which is not the CA of the cluster/,
    );
    expect(await refused(await other.client())).toMatch(/another CA of this name/);
    expect(await refused({ token: 'old' }, { tokenEnd: 0 })).toMatch(
      /it ended at 1970-01-01T00:00:00Z \(401\)$/,
    );
    expect(await refused({ token: 'other' })).toMatch(/of another cluster \(401\)$/);
    expect(await refused({ username: 'a', password: 'b' })).toMatch(/the password \(401\)$/);
  });

  test('that nobody has, or that a program gives', async () => {
    const { port } = await servers.https(await pki.server());
    expect(codes(await facts(pki.target(port)))).toEqual(['no-credentials']);
    const program = await facts(pki.target(port), { untried: 'exec' });
    expect(program.findings).toMatchObject([{ code: 'credentials-not-tried', severity: 'info' }]);
    expect(program.lines[0]).toMatch(/; taken for system:anonymous$/);
  });

  test('are dropped by a load balancer that ends TLS', async () => {
    const message = 'selfsubjectreviews is forbidden: User "system:anonymous" cannot create resource';
    const port = await answering((_received, response) => {
      json(response, 403, statusObject(403, message));
    });
    const said = await facts(pki.target(port, jane));
    expect(said.findings).toMatchObject([{ code: 'credentials-ignored', severity: 'error' }]);
  });

  test('are ended with the connection', async () => {
    const { port } = await servers.https({ ...(await pki.server()), rejectUnauthorized: true });
    const said = await facts(pki.target(port, await other.client()));
    expect(said.findings).toMatchObject([{ code: 'client-certificate-refused', path: PLACE.user }]);
  });

  test('of somebody who may do nothing are accepted', async () => {
    const message = 'x is forbidden: User "jane" cannot create resource "x"';
    const port = await answering((_received, response) => {
      json(response, 403, statusObject(403, message));
    });
    const { findings, lines } = await facts(pki.target(port, jane));
    expect(findings).toEqual([]);
    expect(lines[0]).toMatch(/; accepted as jane$/);
  });
});

describe('what answers otherwise', () => {
  test.each<readonly [string, Answer, string]>([
    [
      'a redirect',
      (_r, response) => response.writeHead(302, { location: '/login' }).end(),
      'not-an-api-server',
    ],
    ['a page', (_r, response) => response.writeHead(200).end('<html>'), 'not-an-api-server'],
    ['trouble', (_r, response) => response.writeHead(503).end(), 'server-trouble'],
  ])('%s', async (_what, answer, code) => {
    expect(codes(await facts(pki.target(await answering(answer), { token: TOKEN })))).toEqual([code]);
  });

  test('an old API server, which does not tell who the client is', async () => {
    const port = await answering(({ method }, response) => {
      if (method === 'POST') json(response, 404, statusObject(404, 'not found'));
      else json(response, 200, { gitVersion: 'v1.24.0' });
    });
    const { findings, lines } = await facts(pki.target(port, jane));
    expect(findings).toEqual([]);
    expect(lines[0]).toMatch(/; not refused; the server does not tell as whom$/);
  });

  test('nobody, in each way that there is, with what to do', async () => {
    const closed = await servers.closedPort();
    const { port: plain } = await servers.http((_received, response) => response.end('hello'));
    const cases: readonly (readonly [Partial<ConnectionTarget>, string])[] = [
      [{}, 'connection-refused'],
      [{ server: `https://127.0.0.1:${plain}` }, 'server-not-tls'],
      [{ server: 'https://no-such-host.invalid' }, 'server-name-not-found'],
      [{ server: 'http://127.0.0.1:1' }, 'server-without-tls'],
      [{ server: '' }, 'bad-server-url'],
      [{ proxyUrl: `http://127.0.0.1:${closed}` }, 'connection-refused'],
      [{ proxyUrl: 'ftp://me:secret@127.0.0.1' }, 'bad-proxy-url'],
    ];
    for (const [more, code] of cases) {
      const said = await facts(pki.target(closed, { ...jane, ...more }));
      expect(codes(said)).toEqual([code]);
      expect(said.findings[0]?.fix).toMatch(/./);
      expect(said.lines[0]).toMatch(/^no connection to /);
      expect(JSON.stringify(said)).not.toContain('secret');
    }
  });
});
