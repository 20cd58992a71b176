import type { Authority } from '../ca/authority.ts';
import type { IssuedCertificate } from '../ca/issued-certificate.ts';
import { renderYaml } from '../yaml/render.ts';

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/**
 * The `caBundle` of a webhook's clientConfig: base64 of the CA's certificate in PEM (Kubernetes:
 * admissionregistration.k8s.io/v1 WebhookClientConfig). An intermediate stands for itself: Go takes it as a trust anchor.
 */
export function caBundleOf(ca: Authority): string {
  return base64(ca.toPem());
}

/**
 * The Secret that a webhook's pod mounts: type `kubernetes.io/tls` (Kubernetes: core/v1 SecretTypeTLS), named after the
 * service, in its namespace. It holds the private key.
 */
export function renderSecret(issued: IssuedCertificate, ca: Authority): string {
  const [service = '', namespace = 'default'] = hostOf(issued).split('.');
  return renderYaml({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${service}-tls`, namespace },
    type: 'kubernetes.io/tls',
    data: {
      'tls.crt': base64(issued.toFullChainPem()),
      'tls.key': base64(issued.keyToPem()),
      'ca.crt': caBundleOf(ca),
    },
  });
}

/** The name that the API server calls a webhook by: SERVICE.NAMESPACE.svc. */
function hostOf({ certificate }: IssuedCertificate): string {
  const names = [certificate.commonName ?? '', ...certificate.subjectAltNames.map(({ value }) => value)];
  return names.find((name) => /^[^.]+\.[^.]+\.svc$/.test(name)) ?? 'webhook';
}
