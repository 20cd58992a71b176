/**
 * The aggregation layer: an extension server of our own, which the API server reaches by its Service, trusts by the
 * caBundle of the APIService, and calls with the front-proxy client certificate.
 */
import { readFileSync } from 'node:fs';
import type { ControlPlane, Running } from './support/control-plane.ts';
import { ask } from './support/https.ts';
import { issue, pair, strangerCa, type Pair } from './support/kubepki.ts';
import { apiService, grant, namespace, service, serviceAddress } from './support/objects.ts';
import type { Handler, Reply } from './support/servers.ts';

const GROUP = 'e2e.example';
const PATH = `/apis/${GROUP}/v1`;
const [SERVICE, WHERE] = ['mirror', 'aggregation'];
const HOST = `${SERVICE}.${WHERE}.svc`;

/** Answers who the request is from: believed of the front proxy alone (k8s.io/apiserver: RequestHeader authentication). */
function mirror(allowedNames: readonly string[]): Handler {
  return ({ path, headers, client, refusal }): Reply => {
    if (client === undefined) return { status: 401, body: `no trusted client certificate: ${refusal}` };
    if (!allowedNames.includes(client.user))
      return { status: 401, body: `${client.user} is not a front proxy` };
    const resource = {
      name: 'mirrors',
      singularName: 'mirror',
      namespaced: false,
      kind: 'Mirror',
      verbs: ['get'],
    };
    if (path.split('?')[0] === PATH)
      return {
        status: 200,
        body: {
          apiVersion: 'v1',
          kind: 'APIResourceList',
          groupVersion: `${GROUP}/v1`,
          resources: [resource],
        },
      };
    if (path !== `${PATH}/mirrors/self`) return { status: 404, body: 'nothing here' };
    const [user, groups] = [headers['x-remote-user'], headers['x-remote-group']];
    const seen = { user, groups: String(groups).split(', '), by: client.user };
    return {
      status: 200,
      body: { apiVersion: `${GROUP}/v1`, kind: 'Mirror', metadata: { name: 'self' }, seen },
    };
  };
}

/** What the API server tells extension servers (kube-system/extension-apiserver-authentication). */
async function authentication(cluster: ControlPlane): Promise<Readonly<Record<string, string>>> {
  const where = ['configmap', 'extension-apiserver-authentication', '-n', 'kube-system'];
  return JSON.parse(await cluster.valueOf(where, '.data'));
}

/** Starts the extension server, and tells the cluster of it; its port. */
async function startExtension(cluster: ControlPlane): Promise<number> {
  const ca = cluster.scratch('extension-ca');
  await strangerCa('extension-ca', ca);
  const out = cluster.scratch('extension');
  const serving = await issue({ profile: 'server', ca, commonName: HOST, out });
  const published = await authentication(cluster);
  const port = await cluster.serve(
    { ...serving, clientCa: published['requestheader-client-ca-file'] ?? '' },
    mirror(JSON.parse(published['requestheader-allowed-names'] ?? '[]')),
  );
  await cluster.applyObjects(namespace(WHERE), ...service(WHERE, SERVICE));
  cluster.network.route(`${await serviceAddress(cluster, WHERE, SERVICE)}:443`, port);
  const caBundle = readFileSync(`${ca}.crt`).toString('base64');
  await cluster.applyObjects(apiService(GROUP, 'v1', { name: SERVICE, namespace: WHERE }, caBundle));
  await cluster.applyObjects(
    ...grant('mirrors', { apiGroups: [GROUP], resources: ['mirrors'], verbs: ['get'] }, 'dev'),
  );
  return port;
}

/** Aggregation. */
export function aggregation(running: Running): void {
  let port = 0;

  beforeAll(async () => {
    port = await startExtension(running());
  });

  const condition = (version: string, field: string) =>
    running().valueOf(
      ['apiservice', `${version}.${GROUP}`],
      `.status.conditions[?(@.type=="Available")].${field}`,
    );

  test('the API server publishes our front-proxy CA and our cluster CA to extension servers', async () => {
    const published = await authentication(running());
    const { files } = running();
    expect(published['requestheader-client-ca-file']).toBe(
      readFileSync(files.pki('front-proxy-ca.crt'), 'utf8'),
    );
    expect(published['client-ca-file']).toBe(readFileSync(files.pki('ca.crt'), 'utf8'));
  });

  test('an extension server whose certificate kubepki issued is available', async () => {
    await running().admin(['wait', '--for=condition=Available', `apiservice/v1.${GROUP}`, '--timeout=60s']);
    expect(await condition('v1', 'status')).toBe('True');
  });

  test("jane's request reaches the extension server as jane of dev, from front-proxy-client", async () => {
    const cluster = running();
    const conf = cluster.files.conf('users/jane.conf');
    await cluster.admin(['wait', '--for=condition=Available', `apiservice/v1.${GROUP}`, '--timeout=60s']);
    const answer = JSON.parse(await cluster.kubectlOk(conf, ['get', '--raw', `${PATH}/mirrors/self`]));
    const seen = { user: 'jane', groups: ['dev', 'system:authenticated'], by: 'front-proxy-client' };
    expect(answer.seen).toEqual(seen);
  });

  test('the front proxy of either control plane is let in, nobody else is', async () => {
    const cluster = running();
    const { files } = cluster;
    const status = async (as: Partial<Pair>): Promise<number> => {
      const url = `https://127.0.0.1:${port}${PATH}`;
      return (await ask({ url, servername: HOST, ca: cluster.scratch('extension-ca.crt'), ...as })).status;
    };
    const client = (ca: string, commonName: string, out: string) =>
      issue({ profile: 'client', ca, commonName, out: cluster.scratch(out) });
    const stranger = await strangerCa('front-proxy-ca', cluster.scratch('stranger-front-proxy-ca'));
    for (const machine of ['cp-1', 'cp-2'] as const)
      expect(await status(pair(files.pki('front-proxy-client', machine)))).toBe(200);
    for (const other of [
      {},
      pair(files.pki('apiserver-kubelet-client')),
      pair(files.pki('apiserver-etcd-client')),
      cluster.superAdmin,
      await client(files.pki('ca'), 'front-proxy-client', 'front-proxy-of-ca'),
      await client(stranger, 'front-proxy-client', 'front-proxy-of-stranger'),
      await client(files.pki('front-proxy-ca'), 'jane', 'front-proxy-jane'),
    ])
      expect([other, await status(other)]).toEqual([other, 401]);
  });

  test('an extension server that the caBundle does not vouch for is not available', async () => {
    const cluster = running();
    const ca = await strangerCa('extension-ca', cluster.scratch('other-extension-ca'));
    const caBundle = readFileSync(`${ca}.crt`).toString('base64');
    const target = { name: SERVICE, namespace: WHERE };
    await cluster.applyObjects(apiService(GROUP, 'v2', target, caBundle));
    expect(await condition('v2', 'message')).toMatch(/x509: certificate signed by unknown authority/);
    expect(await condition('v2', 'status')).toBe('False');
    await cluster.admin(['delete', 'apiservice', `v2.${GROUP}`]);
  });

  test('kube-apiserver believes the headers of the front proxy, and of no other client', async () => {
    const cluster = running();
    const headers = {
      ...{ 'content-type': 'application/json' },
      ...{ 'x-remote-user': 'jane', 'x-remote-group': 'dev' },
    };
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
    const userOf = async (as: Pair): Promise<unknown> => {
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      const answer = await cluster.askApiServer(path, { method: 'POST', headers, body, ...as });
      return JSON.parse(answer.body).status.userInfo?.username;
    };
    expect(await userOf(pair(cluster.files.pki('front-proxy-client')))).toBe('jane');
    expect(await userOf(pair(cluster.files.pki('apiserver-kubelet-client')))).toBe(
      'kube-apiserver-kubelet-client',
    );
  });
}
