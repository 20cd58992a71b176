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

/** Starts the webhook, and tells the cluster where it is; the CA bundle that vouches for it. */
async function startWebhook(cluster: ControlPlane): Promise<string> {
  const ca = await strangerCa('policy-ca', cluster.scratch('policy-ca'));
  const [commonName, out] = [`${SERVICE}.${WHERE}`, cluster.scratch('policy')];
  const port = await cluster.serve(await issue({ profile: 'webhook', ca, commonName, out }), review);
  // The API server asks its proxy for a webhook by the name of its service.
  cluster.network.route(`${SERVICE}.${WHERE}.svc:443`, port);
  await cluster.applyObjects(namespace(WHERE), ...service(WHERE, SERVICE));
  return bundleOf(ca);
}

const bundleOf = (ca: string): string => readFileSync(`${ca}.crt`).toString('base64');

/** Webhooks. */
export function webhooks(running: Running): void {
  let caBundle = '';

  beforeAll(async () => {
    caBundle = await startWebhook(running());
  });

  /** Refusals as soon as they are those of this configuration, which is read through a cache. */
  const refusalLike = (expected: RegExp, labels: Readonly<Record<string, string>>): Promise<string> =>
    until(`a refusal like ${expected.source}`, async () => {
      const message = await refusalOf(running(), labels);
      return expected.test(message) ? message : undefined;
    });

  test('the API server trusts it by its caBundle: it refuses what it should, and lets the rest pass', async () => {
    await running().applyObjects(configuration(caBundle));
    expect(await refusalLike(/denied the request/, {})).toContain(REFUSAL);
    expect(await refusalOf(running(), { owner: 'jane' })).toBe('');
  });

  test('the API server does not trust it by the caBundle of another CA', async () => {
    const other = await strangerCa('policy-ca', running().scratch('other-policy-ca'));
    await running().applyObjects(configuration(bundleOf(other)));
    const refusal = await refusalLike(/failed calling webhook/, { owner: 'jane' });
    expect(refusal).toContain('x509: certificate signed by unknown authority');
  });
}
