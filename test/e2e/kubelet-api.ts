/**
 * The API server as client of a kubelet: a server with the serving certificate that kubepki wrote for a node, which
 * authenticates and authorizes as a kubelet does (pkg/kubelet/server: by client certificate and SubjectAccessReview).
 */
import { readFileSync } from 'node:fs';
import { NODE_ADDRESS, type NodeName } from './support/cluster-files.ts';
import type { ControlPlane, Running } from './support/control-plane.ts';
import { ask } from './support/https.ts';
import { issue, pair, strangerCa, type Pair } from './support/kubepki.ts';
import { namespace, pod, registerNode } from './support/objects.ts';
import { until } from './support/processes.ts';
import type { Client, Handler } from './support/servers.ts';

const BINDING = 'kubeadm:apiserver-kubelet-client';
const LINE = 'a line that the container printed\n';

/** Asks the API server by the kubelet's own certificate whether a client may use nodes/proxy of this node. */
async function mayProxy(cluster: ControlPlane, node: NodeName, { user, groups }: Client): Promise<boolean> {
  const own = cluster.files.kubelet('kubelet-client-current.pem', node);
  const resourceAttributes = {
    verb: 'get',
    version: 'v1',
    resource: 'nodes',
    subresource: 'proxy',
    name: node,
  };
  const spec = { user, groups: [...groups, 'system:authenticated'], resourceAttributes };
  const answer = await cluster.askApiServer('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, cert: own, key: own },
    body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec }),
  });
  if (answer.status !== 201) throw new Error(`SubjectAccessReview: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body).status.allowed;
}

/** A kubelet, as far as logs go. */
function kubeletOf(cluster: ControlPlane, node: NodeName): Handler {
  return async ({ path, client }) => {
    if (client === undefined) return { status: 401, body: 'Unauthorized' };
    if (!(await mayProxy(cluster, node, client))) {
      const asked = 'verb=get, resource=nodes, subresource(s)=[proxy]';
      return { status: 403, body: `Forbidden (user=${client.user}, ${asked})` };
    }
    return path.startsWith('/containerLogs/kubelet-api/')
      ? { status: 200, body: LINE }
      : { status: 404, body: path };
  };
}

/** The API server and kubelets. */
export function kubeletApi(running: Running): void {
  let port = 0;
  const start = async (node: NodeName, serving: Pair): Promise<number> => {
    const cluster = running();
    const clientCa = readFileSync(cluster.files.conf('pki/ca.crt', node), 'utf8');
    const started = await cluster.serve({ ...serving, clientCa }, kubeletOf(cluster, node));
    cluster.network.route(`${NODE_ADDRESS[node]}:10250`, started);
    return started;
  };
  const ownServing = (node: NodeName) => pair(running().files.kubelet('kubelet', node));

  beforeAll(async () => {
    const cluster = running();
    port = await start('node-1', ownServing('node-1'));
    for (const name of ['node-1', 'node-2'] as const) await registerNode(cluster, name);
    const objects = ['node-1', 'node-2'].map((nodeName) =>
      pod('kubelet-api', `on-${nodeName}`, { nodeName }),
    );
    await cluster.applyObjects(namespace('kubelet-api'));
    await cluster.applyObjects(...objects);
    await cluster.admin(['apply', '-f', cluster.files.rbacManifest]);
  });

  const logs = (node: NodeName) => {
    const conf = running().files.conf('super-admin.conf');
    return running().kubectl(conf, ['logs', `on-${node}`, '-n', 'kubelet-api']);
  };

  test('kubectl logs is forbidden without the binding of --rbac-manifest, and works with it', async () => {
    const cluster = running();
    await cluster.admin(['delete', 'clusterrolebinding', BINDING]);
    const forbidden = await until('the binding is gone', async () => {
      const { code, stderr } = await logs('node-1');
      return code === 0 ? undefined : stderr;
    });
    expect(forbidden).toContain('Forbidden (user=kube-apiserver-kubelet-client, verb=get, resource=nodes');
    await cluster.admin(['apply', '-f', cluster.files.rbacManifest]);
    const printed = await until('the binding is there', async () => {
      const { code, stdout } = await logs('node-1');
      return code === 0 ? stdout : undefined;
    });
    expect(printed).toBe(LINE);
  });

  test('the API server proxies to the address and port that the Node names', async () => {
    const path = '/api/v1/nodes/node-1/proxy/containerLogs/kubelet-api/on-node-1/main';
    const printed = await until('the binding is there', () =>
      running()
        .admin(['get', '--raw', path])
        .catch(() => undefined),
    );
    expect(printed).toBe(LINE);
  });

  test('a kubelet answers the API server of either control plane, and no other client', async () => {
    const cluster = running();
    const { files } = cluster;
    const status = async (as: Partial<Pair>): Promise<number> => {
      const url = `https://127.0.0.1:${port}/containerLogs/kubelet-api/on-node-1/main`;
      return (await ask({ url, servername: 'node-1.e2e.example', ca: files.pki('ca.crt'), ...as })).status;
    };
    const stranger = await strangerCa('kubernetes', cluster.scratch('stranger-ca'));
    const forged = await issue({
      ...{ profile: 'client', ca: stranger, commonName: 'kube-apiserver-kubelet-client' },
      out: cluster.scratch('forged-kubelet-client'),
    });
    for (const machine of ['cp-1', 'cp-2'] as const)
      expect(await status(pair(files.pki('apiserver-kubelet-client', machine)))).toBe(200);
    expect(await status(files.embedded('users/jane.conf'))).toBe(403);
    for (const other of [{}, forged, pair(files.pki('front-proxy-client'))])
      expect(await status(other)).toBe(401);
  });

  test('the API server refuses a kubelet whose certificate another CA signed', async () => {
    const cluster = running();
    const ca = await strangerCa('kubernetes', cluster.scratch('kubelet-stranger-ca'));
    const out = cluster.scratch('stranger-kubelet');
    const args = ['--san', NODE_ADDRESS['node-2']];
    await start('node-2', await issue({ profile: 'kubelet-server', ca, commonName: 'node-2', out, args }));
    const { code, stderr } = await logs('node-2');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('x509: certificate signed by unknown authority'),
    ]);
  });

  test('the API server refuses a kubelet whose certificate lacks the address of its Node, until it has it', async () => {
    const cluster = running();
    await start('node-2', ownServing('node-2'));
    const { code, stderr } = await logs('node-2');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/x509: .*192\.0\.2\.22.*(IP SANs|valid for)/)]);
    const args = ['--san', NODE_ADDRESS['node-2']];
    const ours = {
      profile: 'kubelet-server',
      ca: cluster.files.pki('ca'),
      commonName: 'node-2',
      args,
    } as const;
    await start('node-2', await issue({ ...ours, out: cluster.scratch('node-2-kubelet') }));
    expect((await logs('node-2')).stdout).toBe(LINE);
  });
}
