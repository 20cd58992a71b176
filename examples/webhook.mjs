// An admission webhook without cert-manager: its serving certificate, the caBundle of its configuration, and a server
// that answers an AdmissionReview as the API server would send it.
//
//   node examples/webhook.mjs
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import { createAuthority, issue } from 'kubepki';

const [service, namespace] = ['pod-policy', 'team-a'];

// The profile adds the names under which the API server calls a service: pod-policy.team-a.svc and the one with the
// cluster's domain.
const ca = await createAuthority({ commonName: `${service}-ca`, validity: '1y' });
const serving = await issue(ca, {
  profile: 'webhook',
  commonName: `${service}.${namespace}`,
  validity: '90d',
});
const [host] = serving.certificate.subjectAltNames.map(({ value }) => value);
console.log(`certificate for ${serving.certificate.subjectAltNames.map(({ value }) => value).join(', ')}`);

// What goes to the cluster: the key pair for the webhook's pod, the CA for the API server.
const base64 = (text) => Buffer.from(text).toString('base64');
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'kubernetes.io/tls',
  metadata: { name: `${service}-tls`, namespace },
  data: { 'tls.crt': base64(serving.toFullChainPem()), 'tls.key': base64(serving.keyToPem()) },
};
const configuration = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: service },
  webhooks: [
    {
      name: `${service}.${namespace}.svc`,
      clientConfig: {
        service: { name: service, namespace, path: '/validate' },
        caBundle: base64(ca.toPem()),
      },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
    },
  ],
};
const { caBundle } = configuration.webhooks[0].clientConfig;
console.log(`Secret ${secret.metadata.name}, caBundle of ${caBundle.length} characters`);

/** The webhook: pods must name their owner. */
function review({ uid, object }) {
  const allowed = object.metadata.labels?.owner !== undefined;
  return {
    uid,
    allowed,
    ...(allowed ? {} : { status: { code: 403, message: 'the label "owner" is missing' } }),
  };
}

async function json(stream) {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) text += part;
  return JSON.parse(text);
}

const tls = {
  cert: Buffer.from(secret.data['tls.crt'], 'base64'),
  key: Buffer.from(secret.data['tls.key'], 'base64'),
};
const server = createServer(tls, async (incoming, response) => {
  const { apiVersion, kind, request: asked } = await json(incoming);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ apiVersion, kind, response: review(asked) }));
});

/** The API server's side: it trusts the caBundle alone, and expects the name of the service. */
async function callWebhook(port, object) {
  const trust = { ca: Buffer.from(caBundle, 'base64'), servername: host };
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path: '/validate',
    method: 'POST',
    agent: false,
    ...trust,
  });
  const body = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: '1', operation: 'CREATE', object },
  };
  outgoing.end(JSON.stringify(body));
  const [response] = await once(outgoing, 'response');
  return (await json(response)).response;
}

await once(server.listen(0, '127.0.0.1'), 'listening');
try {
  for (const labels of [{ owner: 'jane' }, {}]) {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels } };
    const { allowed, status } = await callWebhook(server.address().port, pod);
    console.log(`labels ${JSON.stringify(labels)}: ${allowed ? 'allowed' : `denied: ${status.message}`}`);
    if (allowed !== 'owner' in labels) process.exitCode = 1;
  }
} finally {
  server.close();
  server.closeAllConnections();
}
