/** Real servers on broken files and against broken callers: `explain` knows what they say, and which file it is. */
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describeWith, requireTool, run, tempDir } from '../support/foreign.ts';
import {
  brokenCopy,
  expectExplained,
  expiredCertificate,
  holding,
  saidBy,
  SMALL,
  strangerFiles,
  without,
  type Break,
} from './support/broken.ts';
import type { ClusterFiles } from './support/cluster-files.ts';
import { ControlPlane } from './support/control-plane.ts';
import { apiServerFlags, etcdFlags } from './support/flags.ts';
import { issue, strangerCa } from './support/kubepki.ts';
import { namespace } from './support/objects.ts';
import { freePort, until } from './support/processes.ts';

describeWith(['etcd', 'kube-apiserver', 'kubectl'], 'errors of servers', () => {
  let started: ControlPlane | undefined;
  let stranger: ClusterFiles;

  beforeAll(async () => {
    started = await ControlPlane.start(SMALL);
    stranger = await strangerFiles();
  });
  afterAll(() => started?.stop());

  const running = (): ControlPlane => {
    if (started === undefined) throw new Error('the control plane did not start');
    return started;
  };
  const strangers = (file: string): Break => holding(file, readFileSync(stranger.conf(file), 'utf8'));

  /** What an API server says that is started on a broken tree, beside the one that runs. */
  async function apiServer(files: ClusterFiles, says: RegExp, ...more: readonly string[]): Promise<string> {
    const ports = { own: await freePort(), etcd: running().etcds.port('cp-1') };
    const args = [...apiServerFlags(files, 'cp-1', ports), ...more];
    return saidBy({ program: requireTool('kube-apiserver'), args, env: running().network.env, says });
  }

  const ENDS = /"command failed"/;
  describe('an API server that does not start:', () => {
    test.each<readonly [what: string, change: () => Break, ids: readonly string[], culprit: string]>([
      [
        'a certificate is missing',
        () => without('pki/apiserver.crt'),
        ['go-no-such-file'],
        'pki/apiserver.crt',
      ],
      [
        'the key is of another certificate',
        () => strangers('pki/apiserver.key'),
        ['go-key-mismatch'],
        'pki/apiserver.key',
      ],
      [
        'so is that of the front proxy',
        () => strangers('pki/front-proxy-client.key'),
        ['go-key-mismatch'],
        'pki/front-proxy-client.key',
      ],
      [
        'a key stands in the place of a certificate',
        () => (files) => {
          holding('pki/apiserver.crt', readFileSync(files.pki('apiserver.key'), 'utf8'))(files);
        },
        ['go-no-pem'],
        'pki/apiserver.crt',
      ],
      ['the CA file is empty', () => holding('pki/ca.crt', ''), ['apiserver-empty-ca'], 'pki/ca.crt'],
      ['sa.key is empty', () => holding('pki/sa.key', ''), ['kubernetes-no-key'], 'pki/sa.key'],
      ['sa.pub is empty', () => holding('pki/sa.pub', ''), ['kubernetes-no-key'], 'pki/sa.pub'],
      [
        'the CA of etcd is of another cluster',
        () => strangers('pki/etcd/ca.crt'),
        ['go-unknown-authority', 'apiserver-etcd-handshake'],
        'pki/etcd/ca.crt',
      ],
      [
        'its certificate for etcd is of another cluster',
        () => (files) => {
          strangers('pki/apiserver-etcd-client.crt')(files);
          strangers('pki/apiserver-etcd-client.key')(files);
        },
        ['tls-unknown-ca', 'apiserver-etcd-handshake'],
        'pki/apiserver-etcd-client.crt',
      ],
    ])('%s', async (...[, change, ids, culprit]) => {
      const files = brokenCopy(running().files, change());
      await expectExplained({ text: await apiServer(files, ENDS), ids, files, culprit });
    });

    test('and etcd says the same of the caller', async () => {
      const text = running()
        .logOf('etcd-cp-1', 10_000)
        .split('\n')
        .filter((line) => line.includes('rejected connection') && line.includes('x509'))
        .join('\n');
      await expectExplained({ text, ids: ['go-unknown-authority', 'etcd-rejected-connection'] });
    });
  });

  test('an API server whose certificate is expired, as kubectl sees it', async () => {
    const files = brokenCopy(running().files, expiredCertificate('pki/apiserver.crt'));
    const own = await freePort();
    const text = await saidBy({
      program: requireTool('kube-apiserver'),
      args: apiServerFlags(files, 'cp-1', { own, etcd: running().etcds.port('cp-1') }),
      ...{ env: running().network.env, says: /Serving securely/ },
      ask: async () => {
        const server = ['--server', `https://127.0.0.1:${own}`, '--tls-server-name', 'kubernetes'];
        return (await running().kubectl(files.conf('admin.conf'), [...server, 'get', 'nodes'])).stderr;
      },
    });
    await expectExplained({ text, ids: ['go-expired'], files, culprit: 'pki/apiserver.crt' });
  });

  describe('etcd:', () => {
    test.each<
      readonly [what: string, change: () => Break, says: RegExp, ids: readonly string[], culprit: string]
    >([
      [
        'its certificate is missing',
        () => without('pki/etcd/server.crt'),
        /"level":"fatal"/,
        ['go-no-such-file'],
        'pki/etcd/server.crt',
      ],
      [
        'its key is of another certificate',
        () => strangers('pki/etcd/server.key'),
        /"level":"fatal"/,
        ['go-key-mismatch'],
        'pki/etcd/server.key',
      ],
      [
        'it trusts the CA of another cluster',
        () => strangers('pki/etcd/ca.crt'),
        /rejected connection on client endpoint.*x509/,
        ['go-unknown-authority', 'etcd-rejected-connection'],
        'pki/etcd/ca.crt',
      ],
    ])('%s', async (...[, change, says, ids, culprit]) => {
      const files = brokenCopy(running().files, change());
      const [ports, data] = [[await freePort(), await freePort()] as const, join(tempDir(), 'data')];
      const members = `alone=https://127.0.0.1:${ports[1]}`;
      const peer = files.pki('etcd/peer');
      const args = etcdFlags(files, {
        ...{ name: 'alone', ports, machine: 'cp-1', peer, data, members },
        joins: false,
      });
      const text = await saidBy({ program: requireTool('etcd'), args, says });
      await expectExplained({ text, ids, files, culprit });
    });
  });

  /** What the API server that runs logs while something is done. */
  async function logged(act: () => Promise<unknown>, says: RegExp): Promise<string> {
    const before = running().logOf('kube-apiserver-cp-1', 100_000).length;
    await act();
    return until(`kube-apiserver to say ${String(says)}`, () => {
      const log = running().logOf('kube-apiserver-cp-1', 100_000).slice(before);
      const lines = log.split('\n').filter((line) => says.test(line));
      return Promise.resolve(lines.length === 0 ? undefined : lines.join('\n'));
    });
  }
  const REFUSES = /Unable to authenticate the request/;
  const asking =
    (cert: string, headers: Readonly<Record<string, string>> = {}) =>
    () =>
      running().askApiServer('/api/v1/nodes', { cert: `${cert}.crt`, key: `${cert}.key`, headers });

  describe('callers that an API server refuses:', () => {
    test('a client certificate of another cluster', async () => {
      const text = await logged(asking(stranger.pki('apiserver-kubelet-client')), REFUSES);
      await expectExplained({ text, ids: ['go-unknown-authority', 'apiserver-authenticate'] });
      const files = brokenCopy(running().files, (copy) => {
        for (const end of ['crt', 'key']) strangers(`pki/apiserver-kubelet-client.${end}`)(copy);
      });
      await expectExplained({
        text,
        ids: ['go-unknown-authority'],
        files,
        culprit: 'pki/apiserver-kubelet-client.crt',
      });
    });
    test('a server certificate, whose usage counts more than that the front proxy does not know it', async () => {
      const { files } = running();
      const text = await logged(asking(files.pki('apiserver')), REFUSES);
      expect(text).toContain('signed by unknown authority, verifying certificate');
      await expectExplained({
        ...{ text, files, culprit: 'pki/apiserver.crt' },
        ids: ['go-key-usage', 'apiserver-authenticate'],
      });
    });
    test('a client certificate that is expired', async () => {
      const change = expiredCertificate('pki/apiserver-kubelet-client.crt');
      const files = brokenCopy(running().files, change);
      const text = await logged(asking(files.pki('apiserver-kubelet-client')), REFUSES);
      await expectExplained({
        ...{ text, files, culprit: 'pki/apiserver-kubelet-client.crt' },
        ids: ['go-expired', 'apiserver-authenticate'],
      });
    });
    test('a front proxy of another name', async () => {
      const { files } = running();
      const out = files.pki('front-proxy-other');
      await issue({ profile: 'client', ca: files.pki('front-proxy-ca'), commonName: 'someone', out });
      const text = await logged(asking(out, { 'x-remote-user': 'x' }), REFUSES);
      await expectExplained({
        ...{ text, files, culprit: 'pki/front-proxy-other.crt' },
        ids: ['apiserver-front-proxy-name', 'apiserver-authenticate'],
      });
    });
    test('a token that it did not make', async () => {
      const headers = { authorization: 'Bearer nobody' };
      const text = await logged(() => running().askApiServer('/api/v1/nodes', { headers }), REFUSES);
      await expectExplained({ text, ids: ['apiserver-invalid-bearer-token', 'apiserver-authenticate'] });
    });
    test('a token that is over', async () => {
      const { files } = running();
      await running().admin(['create', 'serviceaccount', 'robot', '-n', 'default']);
      const fresh = (await running().admin(['create', 'token', 'robot', '-n', 'default'])).trim();
      const [header = '', claims = ''] = fresh.split('.');
      const past = {
        ...JSON.parse(Buffer.from(claims, 'base64url').toString()),
        iat: 1.6e9,
        nbf: 1.6e9,
        exp: 1.7e9,
      };
      const signed = `${header}.${Buffer.from(JSON.stringify(past)).toString('base64url')}`;
      const key = { key: readFileSync(files.pki('sa.key'), 'utf8'), dsaEncoding: 'ieee-p1363' } as const;
      const token = `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
      const headers = { authorization: `Bearer ${token}` };
      const text = await logged(() => running().askApiServer('/api/v1/nodes', { headers }), REFUSES);
      await expectExplained({
        text,
        ids: ['apiserver-invalid-bearer-token', 'apiserver-token-expired', 'apiserver-authenticate'],
      });
    });
    test('plain HTTP', async () => {
      const answer = await fetch(`http://127.0.0.1:${running().apiPort('cp-1')}/`);
      await expectExplained({ text: await answer.text(), ids: ['go-http-to-https'] });
    });
    test('one that hangs up', async () => {
      const { files, network, etcds } = running();
      const own = await freePort();
      const args = apiServerFlags(files, 'cp-1', { own, etcd: etcds.port('cp-1') });
      const knock = setInterval(() => {
        const socket = connect(own, '127.0.0.1', () => socket.end());
        socket.on('error', () => undefined);
      }, 300);
      try {
        const text = await saidBy({
          program: requireTool('kube-apiserver'),
          args: [...args, '--v=5'],
          env: network.env,
          says: /TLS handshake error from 127\.0\.0\.1:\d+: EOF/,
        });
        const lines = text.split('\n').filter((line) => line.includes('TLS handshake error'));
        await expectExplained({ text: lines.join('\n'), ids: ['go-handshake-broken-off'] });
      } finally {
        clearInterval(knock);
      }
    });
  });

  describe('what kubectl says of it:', () => {
    const kubectl = async (...[conf = '', ...args]: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await running().kubectl(conf, args);
      return stdout + stderr;
    };
    test('a kubelet may not list Secrets', async () => {
      const text = await kubectl(running().files.conf('kubelet.conf'), 'get', 'secrets', '-A');
      await expectExplained({ text, ids: ['kubectl-forbidden'] });
    });
    test('a certificate of another cluster', async () => {
      const own = stranger.embedded('admin.conf');
      const server = ['--server', 'https://api.e2e.example:6443'];
      const text = await kubectl(
        ...['/dev/null', ...server, '--certificate-authority', running().files.pki('ca.crt')],
        ...['--client-certificate', own.cert, '--client-key', own.key, 'get', 'nodes'],
      );
      await expectExplained({ text, ids: ['kubectl-unauthorized'] });
    });
    test('a kubeconfig of another cluster', async () => {
      const text = await kubectl(stranger.conf('admin.conf'), 'get', 'nodes');
      const files = brokenCopy(running().files, strangers('admin.conf'));
      await expectExplained({ text, ids: ['go-unknown-authority'], files, culprit: 'admin.conf' });
    });
    test('a token with a line break', async () => {
      const text = await kubectl(running().files.conf('admin.conf'), '--token', 'one\ntwo', 'get', 'nodes');
      await expectExplained({ text, ids: ['go-header-value'] });
    });
    test('no kubeconfig', async () => {
      const env = { PATH: process.env['PATH'], HOME: tempDir(), NO_PROXY: '*' };
      const { stderr } = await run('kubectl', ['get', 'pods'], { env });
      await expectExplained({
        text: stderr,
        ids: ['kubectl-no-kubeconfig', 'kubectl-connection-refused', 'apiserver-list-failed'],
      });
    });
    test('a kubeconfig that is not there', async () => {
      await expectExplained({ text: await kubectl('/nowhere', 'get', 'pods'), ids: ['go-no-such-file'] });
    });
  });

  test('a kubelet without a serving certificate', async () => {
    const sockets = new Set<Socket>();
    // What Go's servers send whose GetCertificate fails, as the kubelet's does: alert internal_error (RFC 8446 6.2).
    const kubelet = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 80])));
    });
    await new Promise<void>((done) => kubelet.listen(0, '127.0.0.1', done));
    try {
      const address = kubelet.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      running().network.route('192.0.2.77:10250', port);
      await running().applyObjects({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'bare' } });
      const status = { addresses: [{ type: 'InternalIP', address: '192.0.2.77' }] };
      const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
      await running().admin(['patch', 'node', 'bare', ...patch]);
      const conf = running().files.conf('super-admin.conf');
      const { stderr } = await running().kubectl(conf, ['get', '--raw', '/api/v1/nodes/bare/proxy/healthz']);
      await expectExplained({ text: stderr, ids: ['tls-internal-error'] });
    } finally {
      for (const socket of sockets) socket.destroy();
      kubelet.close();
    }
  });

  test('a webhook whose caBundle is another', async () => {
    const cluster = running();
    const [ca, other] = [
      await strangerCa('hook', cluster.scratch('hook-ca')),
      await strangerCa('hook', cluster.scratch('other-ca')),
    ];
    const identity = await issue({
      ...{ profile: 'webhook', ca, commonName: 'hook.default', out: cluster.scratch('hook') },
    });
    const port = await cluster.serve(identity, () => ({ status: 200, body: {} }));
    cluster.network.route('hook.default.svc:8443', port);
    const name = 'hook.e2e.example';
    await cluster.applyObjects(namespace('hooked'), {
      ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' },
      metadata: { name },
      webhooks: [
        {
          ...{ name, sideEffects: 'None', admissionReviewVersions: ['v1'], failurePolicy: 'Fail' },
          clientConfig: {
            url: 'https://hook.default.svc:8443/',
            caBundle: readFileSync(`${other}.crt`).toString('base64'),
          },
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
          ],
        },
      ],
    });
    const conf = cluster.files.conf('super-admin.conf');
    const text = await until('the webhook to be asked', async () => {
      const args = ['create', 'configmap', `seen-${Date.now()}`, '-n', 'hooked'];
      const { code, stderr } = await cluster.kubectl(conf, args);
      return code === 0 ? undefined : stderr;
    });
    await expectExplained({ text, ids: ['go-unknown-authority', 'apiserver-webhook'] });
  });
});
