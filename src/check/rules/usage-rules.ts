import { EXTENDED_KEY_USAGES } from '../../x509/usages.ts';
import type { Duty } from './duties.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';

const { any, serverAuth, clientAuth } = EXTENDED_KEY_USAGES;
const FIX =
  'issue it again with the right usages: kubepki apply --config FILE, or kubepki issue server, client or peer';

/** Whether a certificate may be used for a purpose; without the extension, for all (RFC 5280 4.2.1.12). */
function allows({ certificate: { purposes } }: Duty, purpose: string): boolean {
  return purposes === undefined || purposes.includes(purpose) || purposes.includes(any);
}

const PURPOSE_NAMES = new Map<string, string>(
  Object.entries(EXTENDED_KEY_USAGES).map(([name, oid]) => [oid, name]),
);

const purposesText = ({ certificate: { purposes = [] } }: Duty): string =>
  purposes.map((oid) => PURPOSE_NAMES.get(oid) ?? oid).join(', ') || 'none';

const duties =
  (wanted: (duty: Duty) => boolean, tell: (duty: Duty) => Omit<Violation, 'path'>) =>
  (machine: Machine): Violation[] =>
    machine.duties.filter(wanted).map((duty) => ({ path: duty.certificate.id, ...tell(duty) }));

const isEtcdServer = ({ component, kind }: Duty): boolean => component === 'etcd' && kind === 'server';

/** Rules about key usages. */
export const USAGE_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'missing-server-auth',
    severity: 'error',
    title: 'a server certificate may not be used by servers',
    source: 'RFC 5280 4.2.1.12; kubernetes.io, "PKI certificates and requirements"',
    fix: FIX,
    mending: 'remake',
    evaluate: duties(
      (duty) => duty.kind === 'server' && !allows(duty, serverAuth),
      (duty) => ({
        message: `${duty.certificate.subject} (used by ${duty.by}) lacks serverAuth, and Go says "x509: certificate specifies an incompatible key usage"`,
        expected: 'serverAuth',
        actual: purposesText(duty),
      }),
    ),
  },
  {
    code: 'missing-client-auth',
    severity: 'error',
    title: 'a client certificate may not be used by clients',
    source: 'RFC 5280 4.2.1.12; kubernetes.io, "PKI certificates and requirements"',
    fix: FIX,
    mending: 'remake',
    evaluate: duties(
      (duty) => duty.kind === 'client' && !allows(duty, clientAuth),
      (duty) => ({
        message: `${duty.certificate.subject} (used by ${duty.by}) lacks clientAuth, and is not accepted as a client`,
        expected: 'clientAuth',
        actual: purposesText(duty),
      }),
    ),
  },
  {
    code: 'etcd-peer-usage',
    severity: 'error',
    title: "etcd's peer certificate lacks one of serverAuth and clientAuth: members are both to each other",
    source: 'etcd.io, "Transport security model"; kubernetes/website#30716',
    fix: FIX,
    mending: 'remake',
    evaluate: duties(
      (duty) => duty.kind === 'peer' && !(allows(duty, serverAuth) && allows(duty, clientAuth)),
      (duty) => ({
        message: `${duty.certificate.subject} (used by ${duty.by}) must do for servers and for clients`,
        expected: 'serverAuth, clientAuth',
        actual: purposesText(duty),
      }),
    ),
  },
  {
    code: 'etcd-server-usage',
    severity: 'warning',
    title: "etcd's server certificate lacks clientAuth: its own gateway shows it as a client",
    source: 'kubeadm cmd/kubeadm/app/phases/certs/certlist.go; etcd-io/etcd#9785',
    fix: FIX,
    mending: 'remake',
    yieldsTo: ['missing-server-auth'],
    evaluate: duties(
      (duty) => isEtcdServer(duty) && !allows(duty, clientAuth),
      (duty) => ({
        message: `${duty.certificate.subject} (used by ${duty.by}) is shown by etcd's gateway as a client certificate too: etcd logs "bad certificate"`,
        expected: 'serverAuth, clientAuth',
        actual: purposesText(duty),
      }),
    ),
  },
  {
    code: 'missing-digital-signature',
    severity: 'warning',
    title:
      'a key usage does not allow signatures, without which there is no handshake: OpenSSL refuses it, Go does not look',
    source: 'RFC 8446 4.4.2.2; RFC 5280 4.2.1.3',
    fix: FIX,
    mending: 'remake',
    evaluate: duties(
      ({ certificate: { usages } }) => usages?.includes('digitalSignature') === false,
      ({ certificate, by }) => ({
        message: `${certificate.subject} (used by ${by}) has a key usage without digitalSignature`,
        expected: 'digitalSignature',
        actual: certificate.usages?.join(', ') ?? '',
      }),
    ),
  },
]);
