/** An admission webhook with the certificate of `kubepki issue webhook`, and its CA as caBundle. */
import { readFileSync } from 'node:fs';
import type { ControlPlane, Running } from './support/control-plane.ts';
import { issue, strangerCa } from './support/kubepki.ts';
import { namespace, service } from './support/objects.ts';
import type { Handler } from './support/servers.ts';
import { until } from './support/processes.ts';

const [SERVICE, WHERE] = ['policy', 'webhooks'];
const REFUSAL = 'the label "owner" is missing';

/** Refuses ConfigMaps without the label "owner". */
const review: Handler = ({ body }) => {
  const { apiVersion, kind, request } = JSON.parse(body);
  const allowed = request.object.metadata.labels?.owner !== undefined;
  const answer = { uid: request.uid, allowed, status: { message: allowed ? '' : REFUSAL } };
  return { status: 200, body: { apiVersion, kind, response: answer } };
};

/** A webhook for ConfigMaps of one namespace. */
const configuration = (caBundle: string) => ({
  ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' },
  metadata: { name: 'policy' },
  webhooks: [
    {
      ...{
        name: 'policy.e2e.example',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Fail',
      },
      clientConfig: { service: { name: SERVICE, namespace: WHERE, path: '/validate' }, caBundle },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': WHERE } },
    },
  ],
});

/** Creates a ConfigMap; what the API server says against it. */
async function refusalOf(cluster: ControlPlane, labels: Readonly<Record<string, string>>): Promise<string> {
  const metadata = { generateName: 'seen-', namespace: WHERE, labels };
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
  const answer = await cluster.askApiServer(`/api/v1/namespaces/${WHERE}/configmaps`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    ...cluster.superAdmin,
  });
  return answer.status === 201 ? '' : JSON.parse(answer.body).message;
}

/** Webhooks. */
export function webhooks(running: Running): void {
  test('the API server trusts it by its caBundle: it refuses what it should, and lets the rest pass', async () => {
    const cluster = running();
    const ca = await strangerCa('policy-ca', cluster.scratch('policy-ca'));
    const serving = await issue({
      ...{ profile: 'webhook', ca, commonName: `${SERVICE}.${WHERE}`, out: cluster.scratch('policy') },
    });
    const port = await cluster.serve(serving, review);
    // The API server asks its proxy for a webhook by the name of its service.
    cluster.network.route(`${SERVICE}.${WHERE}.svc:443`, port);
    await cluster.applyObjects(namespace(WHERE), ...service(WHERE, SERVICE));
    await cluster.applyObjects(configuration(readFileSync(`${ca}.crt`).toString('base64')));
    // The configuration is read through a cache.
    const seen = await until('the webhook refuses', async () => (await refusalOf(cluster, {})) || undefined);
    expect(seen).toContain(REFUSAL);
    expect(await refusalOf(cluster, { owner: 'jane' })).toBe('');
  });

  test('the API server does not trust it by the caBundle of another CA', async () => {
    const cluster = running();
    const other = await strangerCa('policy-ca', cluster.scratch('other-policy-ca'));
    await cluster.applyObjects(configuration(readFileSync(`${other}.crt`).toString('base64')));
    const seen = await until('the API server refuses', async () => {
      const message = await refusalOf(cluster, { owner: 'jane' });
      return message === '' ? undefined : message;
    });
    expect(seen).toMatch(/failed calling webhook.*x509: certificate signed by unknown authority/);
  });
}
