import { resolveEnvironment, type Environment } from '../../../crypto/environment.ts';
import type { VerifyRequest } from '../result.ts';
import { predictGo } from './go.ts';
import { predictNode } from './node.ts';
import { predictOpenssl } from './openssl.ts';
import { questionOf } from './question.ts';

/** What other programs will say to a certificate, each in its own words; `undefined` for one that accepts it. */
export interface Predictions {
  /** Go's crypto/x509, and with it kubectl, the kubelet, etcd: the text of the error. In TLS, Go puts `tls: failed to verify certificate: ` before it. */
  readonly go: string | undefined;
  /** `openssl verify` of OpenSSL 3.0: its lines `error N at D depth lookup: TEXT`. */
  readonly openssl: string | undefined;
  /** Node's tls: `CODE: message` of the error. */
  readonly node: string | undefined;
}

/**
 * Predicts what Go, OpenSSL and Node say to a certificate that is shown to them with the intermediates. Each has its own
 * order and rules, and they differ from RFC 5280's. Without a usage, Node is asked about a server, the others about
 * none. CRLs and the longest path are not taken into account: none of them looks at these unless told to.
 *
 * @param environment the clock and the cryptography; default: now, the platform's
 */
export async function predictErrors(
  request: VerifyRequest,
  environment: Environment = {},
): Promise<Predictions> {
  const question = questionOf(request, resolveEnvironment(environment));
  return {
    go: await predictGo(question),
    openssl: await predictOpenssl(question),
    node: await predictNode(question),
  };
}
