import type { CertificateInfo } from '../../inspect/read/certificate.ts';
import type { VerifyCode, VerifyReason } from '../../inspect/path/result.ts';
import type { ServerCertificates } from '../../node/connect/connection.ts';
import type { CheckFinding } from '../report.ts';
import { shellWord } from '../rules/words.ts';
import type { ConnectionPlace } from './connection-facts.ts';
import { hostsOf, nameText, ownKeyOf, signerKeyOf, type ServerVerdict } from './judge-server.ts';
import { otherServer } from './server-kind.ts';

const SOURCE = 'RFC 5280 6, RFC 9525, and Go crypto/x509, as kubectl verifies servers';

type Part = Pick<CheckFinding, 'code' | 'message'> &
  Partial<Pick<CheckFinding, 'expected' | 'actual' | 'fix'>>;

/** A verdict, what it is about, and how the server is trusted. */
interface Judged {
  readonly server: ServerCertificates;
  readonly verdict: ServerVerdict;
  readonly place: ConnectionPlace;
}

/**
 * What is wrong with the certificate of a server.
 *
 * @param isApiServer whether it has answered as an API server: then it is one, whatever its certificate looks like
 */
export function serverFindings(judged: Judged, isApiServer: boolean): CheckFinding[] {
  const { isTrusted, kubectl, leaf, reasons } = judged.verdict;
  const { place } = judged;
  const parts: Part[] = leaf === undefined || isApiServer ? [] : wrongServer(leaf);
  const known = new Map(reasons.map((reason) => [codeOf(reason.code), reason]));
  if (!isTrusted) for (const [code, reason] of known) parts.push({ code, ...partOf(code, reason, judged) });
  if (!isTrusted && parts.length === 0)
    parts.push({
      code: 'server-certificate-refused',
      message: 'the certificate of the server is not accepted',
    });
  const severity = place.isInsecure ? 'warning' : 'error';
  const words = kubectl === undefined || place.isInsecure ? '' : `; kubectl says ${kubectl}`;
  return parts.map((part, index) => ({
    ...part,
    severity,
    path: place.cluster,
    message: index === 0 ? `${part.message}${words}` : part.message,
    source: SOURCE,
  }));
}

function wrongServer(leaf: CertificateInfo): Part[] {
  const other = otherServer(leaf);
  if (other === undefined) return [];
  const message = `by its certificate, what answers is ${other.what}, and no API server`;
  return [{ code: 'wrong-server', message, actual: nameText(leaf.subject), fix: other.fix }];
}

const CODES: Readonly<Partial<Record<VerifyCode, string>>> = Object.freeze({
  'name-mismatch': 'server-name-mismatch',
  'unknown-issuer': 'server-ca-mismatch',
  'bad-signature': 'server-ca-mismatch',
  expired: 'server-certificate-expired',
  'not-yet-valid': 'server-certificate-not-yet-valid',
});

function codeOf(code: VerifyCode): string {
  return CODES[code] ?? 'server-certificate-refused';
}

function partOf(code: string, reason: VerifyReason, judged: Judged): Omit<Part, 'code'> {
  if (code === 'server-name-mismatch') return nameMismatch(judged);
  if (code === 'server-ca-mismatch') return caMismatch(judged);
  const of =
    reason.depth === 0 ? 'the certificate of the server' : `the certificate ${reason.subject} above it`;
  const renew =
    code === 'server-certificate-expired'
      ? 'renew it on the control plane and restart the API server; where the clock of this machine is wrong, set that'
      : code === 'server-certificate-not-yet-valid'
        ? 'compare the clock of this machine with that of the control plane'
        : reason.fix;
  return {
    message: `${of} is not accepted: ${reason.message}`,
    ...(reason.expected === undefined ? {} : { expected: reason.expected }),
    ...(reason.actual === undefined ? {} : { actual: reason.actual }),
    ...(renew === undefined ? {} : { fix: renew }),
  };
}

function nameMismatch({ server, verdict: { leaf }, place }: Judged): Omit<Part, 'code'> {
  const hosts = leaf === undefined ? [] : hostsOf(leaf);
  const [first] = hosts.filter((host) => host.startsWith('DNS:') && !host.includes('*'));
  const use =
    first === undefined
      ? ''
      : `, or expect another name: kubepki kubeconfig set-cluster ${shellWord(place.clusterName)} --tls-server-name ${shellWord(first.slice(4))}`;
  return {
    message: `the certificate of the server is not for ${server.name}, which is what the kubeconfig asks for`,
    expected: server.name,
    actual: hosts.length === 0 ? 'no name at all' : hosts.join(', '),
    fix: `add the name to the certificate of the API server (certSANs), set the server to one of its names${use}`,
  };
}

function caMismatch({ server, verdict: { leaf, roots } }: Judged): Omit<Part, 'code'> {
  const key = leaf && signerKeyOf(leaf);
  const signer = `${leaf === undefined ? 'nobody' : nameText(leaf.issuer)}${key === undefined ? '' : ` (key ${key.slice(0, 16)})`}`;
  if (server.rootsFrom === 'system')
    return {
      message: 'the kubeconfig has no CA, and no CA of this machine has signed the certificate of the server',
      actual: signer,
      fix: 'put the CA of the cluster into the kubeconfig: set-cluster NAME --certificate-authority ca.crt --embed-certs',
    };
  const names = roots.map((root) => {
    const own = ownKeyOf(root);
    return `${nameText(root.subject)}${own === undefined ? '' : ` (key ${own.slice(0, 16)})`}`;
  });
  const isSameName =
    leaf !== undefined && roots.some(({ subject }) => nameText(subject) === nameText(leaf.issuer));
  return {
    message: isSameName
      ? 'the certificate of the server is signed by another CA of the same name as that of the kubeconfig: the CA was made anew, or it is another cluster'
      : 'the certificate of the server is signed by another CA than that of the kubeconfig',
    expected: names.length === 0 ? 'no CA at all' : names.join(', '),
    actual: signer,
    fix: 'compare the server with the one that is meant; where it is the right one, take its CA: /etc/kubernetes/pki/ca.crt of a control-plane node',
  };
}
