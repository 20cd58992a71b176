import type { CertificateInfo } from '../../inspect/read/certificate.ts';
import { EXTENSION, readExtension } from '../../inspect/read/extension.ts';
import type { ConnectionResult, ConnectionTarget, ServerAnswer } from '../../node/connect/connection.ts';
import type { CheckFinding } from '../report.ts';
import { timeText } from '../rules/words.ts';
import type { ConnectionPlace } from './connection-facts.ts';
import { certificatesIn, nameText } from './judge-server.ts';

const SOURCE = 'the answer of the API server';
const ANONYMOUS = 'system:anonymous';
/** Clocks that are further apart than this let certificates and tokens begin or end at another time. */
const MAX_SKEW = 60_000;
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

type Part = Pick<CheckFinding, 'code' | 'severity' | 'message'> &
  Partial<Pick<CheckFinding, 'expected' | 'actual' | 'fix'>> & { readonly of: 'cluster' | 'user' };

/** What an answer says against the kubeconfig: its credentials, its server, the clocks. */
export function answerFindings(
  answer: ServerAnswer,
  { result, target, place }: { result: ConnectionResult; target: ConnectionTarget; place: ConnectionPlace },
): CheckFinding[] {
  const parts = [...statusParts(answer, { result, target, place }), ...clockParts(answer)];
  return parts.map(({ of, ...part }) => ({ ...part, path: place[of], source: SOURCE }));
}

/** Whether the server takes the client for somebody. */
export function isKnown({ username, status }: ServerAnswer): boolean {
  return username !== undefined && username !== ANONYMOUS && [200, 201, 403].includes(status);
}

type Asked = Parameters<typeof answerFindings>[1];

function statusParts(answer: ServerAnswer, asked: Asked): Part[] {
  const { status, username, isKubernetes, location, message = '', path } = answer;
  const { result, place } = asked;
  if (status === 401) return [refused(answer, asked)];
  if (username === ANONYMOUS) return [anonymous(result, place)];
  if (isKnown(answer)) return [];
  if (location !== undefined)
    return [
      odd(
        `it answers ${status} and leads to ${location === '' ? 'nowhere' : location}, which was not followed`,
      ),
    ];
  if (status >= 500 || status === 429) {
    const said = message === '' ? '' : `: ${message}`;
    const fix = 'ask again later; see the log of kube-apiserver';
    return [
      {
        of: 'cluster',
        code: 'server-trouble',
        severity: 'warning',
        message: `it answers ${status}${said}`,
        fix,
      },
    ];
  }
  if (isKubernetes) return [];
  return [odd(`it answers ${status} to ${path}, in no form that an API server has`)];
}

function odd(message: string): Part {
  const fix =
    'something else than an API server answers there: compare host, port and path with those of the cluster';
  return { of: 'cluster', code: 'not-an-api-server', severity: 'error', message, fix };
}

function anonymous({ sent }: ConnectionResult, { untried }: ConnectionPlace): Part {
  const base = { of: 'user', actual: ANONYMOUS } as const;
  if (sent.length > 0)
    return {
      ...base,
      code: 'credentials-ignored',
      severity: 'error',
      message: `the server takes the client for ${ANONYMOUS}: it has not seen the ${sent.map(words).join(' and the ')}`,
      fix: 'connect to the API server itself: a proxy or load balancer that ends TLS in between drops client certificates',
    };
  if (untried !== undefined)
    return {
      ...base,
      code: 'credentials-not-tried',
      severity: 'info',
      message: `credentials come from ${untried}, which was not started: whether they are accepted is not known`,
      fix: 'kubectl auth whoami starts it',
    };
  return {
    ...base,
    code: 'no-credentials',
    severity: 'warning',
    message: `the user has no credentials: the server takes the client for ${ANONYMOUS}`,
  };
}

const words = (sent: string): string => sent.replace('-', ' ');

function refused(answer: ServerAnswer, { result: { sent }, target, place }: Asked): Part {
  const base = { of: 'user', code: 'credentials-refused', severity: 'error' } as const;
  const now = answer.date ?? answer.receivedAt;
  if (sent.length === 0) {
    if (place.untried !== undefined) return { ...base, ...anonymous({ sent } as ConnectionResult, place) };
    return { ...base, message: 'the server demands credentials, and the user has none', fix: LOG_IN };
  }
  const what = `the server does not accept the ${sent.map(words).join(' and the ')}`;
  const why = sent.includes('token')
    ? tokenReason(place, now)
    : sent.includes('client-certificate')
      ? certificateReason(target, now)
      : ['', 'API servers from Kubernetes 1.19 on know no passwords: use a client certificate or a token'];
  return { ...base, message: `${what}${why[0]} (401)`, fix: why[1] };
}

type Reason = readonly [why: string, fix: string];

const LOG_IN = 'put a client certificate or a token into the kubeconfig';
const ANEW = 'have a new client certificate issued by the CA of the cluster';

function tokenReason({ tokenEnd }: ConnectionPlace, now: Date): Reason {
  const fix = 'get a new one: kubectl create token NAME';
  if (tokenEnd !== undefined && tokenEnd <= now.getTime())
    return [`: it ended at ${timeText(tokenEnd)}`, fix];
  return [': its service account or Secret may be gone, or it is of another cluster', fix];
}

/** Why a client certificate is not accepted, the surest reason first. */
function certificateReason(
  { clientCertificate = '', certificateAuthority = '' }: ConnectionTarget,
  now: Date,
): Reason {
  const [leaf] = certificatesIn(clientCertificate);
  if (leaf === undefined) return ['', ANEW];
  const [from, to] = [leaf.notBefore.date, leaf.notAfter.date];
  if (to !== undefined && to < now)
    return [`: by the server's clock, it ended at ${timeText(to.getTime())}`, ANEW];
  if (from !== undefined && from > now)
    return [
      `: by the server's clock, it begins only at ${timeText(from.getTime())}`,
      'set the clocks, or wait',
    ];
  if (!isForClients(leaf)) return [': it is not for clients (extended key usage clientAuth)', ANEW];
  const issuer = nameText(leaf.issuer);
  const isOwn = certificatesIn(certificateAuthority).some(({ subject }) => nameText(subject) === issuer);
  return isOwn
    ? [
        `: it is signed by ${issuer}, and that may be another CA of this name than the server's --client-ca-file`,
        ANEW,
      ]
    : [`: it is signed by ${issuer}, which is not the CA of the cluster in this kubeconfig`, ANEW];
}

function isForClients({ extensions = [] }: CertificateInfo): boolean {
  const usages = readExtension(extensions, EXTENSION.extendedKeyUsage)?.value;
  return usages === undefined || usages.includes(CLIENT_AUTH) || usages.includes('2.5.29.37.0');
}

function clockParts({ date, receivedAt }: ServerAnswer): Part[] {
  const skew = date === undefined ? 0 : date.getTime() - receivedAt.getTime();
  if (Math.abs(skew) <= MAX_SKEW) return [];
  const seconds = Math.round(Math.abs(skew) / 1000);
  return [
    {
      of: 'cluster',
      code: 'clock-skew',
      severity: 'warning',
      message: `the clock of the server is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} that of this machine`,
      expected: timeText(receivedAt.getTime()),
      actual: timeText(receivedAt.getTime() + skew),
      fix: 'set both by NTP: certificates and tokens begin and end by them',
    },
  ];
}
