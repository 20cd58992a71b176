import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, request, type RequestOptions, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { decodeEmbeddedPem, resolveContext } from '../../../src/kubeconfig/index.ts';
import { createTestCluster, loadKubeconfig, type TestCluster } from '../../../src/node/index.ts';

/** Asks a server as a client that goes by a kubeconfig: what it answers, or the code of the error. */
async function ask(path: string): Promise<string> {
  const { config } = loadKubeconfig({ explicit: path, env: {} });
  const { cluster, user } = resolveContext(config);
  const options: RequestOptions = {
    ca: decodeEmbeddedPem(cluster.certificateAuthorityData ?? ''),
    cert: decodeEmbeddedPem(user.clientCertificateData ?? ''),
    key: decodeEmbeddedPem(user.clientKeyData ?? ''),
    agent: false,
  };
  return new Promise((resolve, reject) => {
    request(cluster.server, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve(text);
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('a cluster for tests', () => {
  let cluster: TestCluster;
  let listener: Server;
  let port: number;
  beforeAll(async () => {
    cluster = await createTestCluster({ names: ['api.example.com'] });
    listener = createServer(cluster.serverOptions, (incoming, response) => {
      const { subject } = peerOf(incoming.socket);
      response.end(`${String(subject?.CN)} of ${String(subject?.O)}`);
    });
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    const address = listener.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(async () => {
    listener.close();
    listener.closeAllConnections();
    await cluster.remove();
  });

  test.each(['127.0.0.1', 'localhost'])('lets in whoever has a kubeconfig of it, at %s', async (host) => {
    const server = `https://${host}:${port}`;
    const { path, text } = await cluster.writeKubeconfig({ server, user: 'jane', groups: ['dev'] });
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await ask(path)).toBe('jane of dev');
  });

  test('refuses a client of another cluster, and is refused by it', async () => {
    const other = await createTestCluster();
    const { path } = await other.writeKubeconfig({ server: `https://127.0.0.1:${port}`, user: 'mallory' });
    await expect(ask(path)).rejects.toMatchObject({
      code: expect.stringMatching(/CERT|SIGNATURE|SELF_SIGNED/),
    });
    await other.remove();
    expect(existsSync(path)).toBe(false);
  });

  test('is valid for a day, in a past of its own too, and its clients as long', async () => {
    const now = new Date('2020-01-01T00:00:00Z');
    const old = await createTestCluster({ now, name: 'old', validity: '2h' });
    const made = await old.kubeconfig({ server: 'https://localhost', user: 'jane', namespace: 'team-a' });
    expect(made.issued.certificate.notAfter).toEqual(new Date('2020-01-01T02:00:00Z'));
    expect(old.serverCertificate.certificate.notAfter).toEqual(new Date('2020-01-01T02:00:00Z'));
    expect(made.notices).toEqual([]);
    expect(made.config.currentContext).toBe('jane@old');
    expect(made.text).toContain('namespace: team-a\n');
  });

  test('serves under the names of an API server, and those that are asked for', () => {
    const names = cluster.serverCertificate.certificate.subjectAltNames.map(({ value }) => value);
    expect(names).toEqual(
      expect.arrayContaining(['::1', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']),
    );
    expect(names).toContain('api.example.com');
  });

  test('removes what it has written where nobody said where to, at the end of a block too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubepki-mine-'));
    const own = await createTestCluster();
    const server = 'https://localhost';
    const first = await own.writeKubeconfig({ server, user: 'jane' });
    const second = await own.writeKubeconfig({ server, user: 'bob' });
    const mine = await own.writeKubeconfig({ server, user: 'jane', path: join(folder, 'sub/conf') });
    expect(first.path).not.toBe(second.path);
    await own[Symbol.asyncDispose]();
    expect([first, second, mine].map(({ path }) => existsSync(path))).toEqual([false, false, true]);
    await own.remove();
    rmSync(folder, { recursive: true });
  });
});

/** The certificate that a client showed. */
function peerOf(socket: object): { readonly subject?: { readonly CN?: string; readonly O?: string } } {
  return socket instanceof TLSSocket ? socket.getPeerCertificate() : {};
}
