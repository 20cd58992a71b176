import { knownKubeconfig, type Duty } from './duties.ts';
import { covers, namesText, nodeName } from './endpoints.ts';
import type { CertificateFacts } from './facts.ts';
import { KNOWN_CERTIFICATES } from './known-files.ts';
import { baseName, componentsNamed, pathsOf, settingList } from './lookup.ts';
import type { Machine } from './machine.ts';
import { reissue } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { wants } from './settings.ts';
import { distinct, shellWord } from './words.ts';

const PKI_PAGE = 'kubernetes.io, "PKI certificates and requirements"';
const NODE_PAGE = 'kubernetes.io, "Using Node Authorization"';
const MASTERS = 'system:masters';
const PROXY_NAME = 'front-proxy-client';
const NODE_PREFIX = 'system:node:';
const FIX =
  'issue it again with the right name: kubepki apply --config FILE, or kubepki issue client --common-name CN --organization O';

const violation = (machine: Machine, duty: Duty, told: Omit<Violation, 'path' | 'fix'>): Violation => {
  const fix = reissue(machine, duty, 'remake');
  return { path: duty.certificate.id, ...told, ...(fix === undefined ? {} : { fix }) };
};

const over =
  (
    wanted: (duty: Duty, machine: Machine) => boolean,
    tell: (duty: Duty, machine: Machine) => Omit<Violation, 'path' | 'fix'>,
  ) =>
  (machine: Machine): Violation[] =>
    machine.duties
      .filter((duty) => wanted(duty, machine))
      .map((duty) => violation(machine, duty, tell(duty, machine)));

/** The common name that a component's user must have, where it is one that the API server knows. */
function wantedName({ kubeconfig, certificate, renew }: Duty): string | undefined {
  if (kubeconfig !== undefined) return knownKubeconfig(kubeconfig)?.commonName;
  const row = KNOWN_CERTIFICATES.find((one) => one.renew === renew);
  return certificate.organizations.length > 0 ? undefined : row?.commonName;
}

const isKubeletClient = ({ component, kind }: Duty): boolean => component === 'kubelet' && kind === 'client';
const isNode = ({ certificate }: Duty): boolean => certificate.commonName?.startsWith(NODE_PREFIX) === true;

/** A kubelet of this machine: kubepki's tree also holds the files of others, below `nodes/`. */
const isOfThisMachine = ({ certificate, kubeconfig }: Duty): boolean =>
  !(kubeconfig?.path ?? certificate.entry.path).includes('/nodes/');

/** The groups of the API server's client for kubelets up to 1.32, and of the administrator up to 1.28, are kubeadm's doing. */
const DOCUMENTED = ['admin.conf', 'super-admin.conf', 'apiserver-kubelet-client.crt'];

/** Certificates in `system:masters` that the API server takes: etcd and the front proxy make nothing of groups. */
function masters(machine: Machine): CertificateFacts[] {
  return distinct(machine).filter((one) => {
    if (one.isCa || !one.organizations.includes(MASTERS)) return false;
    const own = machine.duties.filter(
      ({ certificate }) => certificate.entry.fingerprint === one.entry.fingerprint,
    );
    const isEtcds = own.some(
      ({ by, component, anchors }) =>
        component === 'etcd' || by.includes('etcd') || anchors.some(({ place }) => place.includes('etcd')),
    );
    return !isEtcds;
  });
}

/** Whether it lies where kubeadm puts such a certificate, or is a copy of one that does. */
function isDocumented(machine: Machine, one: CertificateFacts): boolean {
  return machine.certificates.some(
    ({ entry }) => entry.fingerprint === one.entry.fingerprint && DOCUMENTED.includes(baseName(entry.path)),
  );
}

function mastersRule(documented: boolean, why: string): (machine: Machine) => Violation[] {
  return (machine) =>
    masters(machine)
      .filter((one) => isDocumented(machine, one) === documented)
      .map((one) => ({
        path: one.id,
        message: `${one.subject} is in the group ${MASTERS}, ${why}`,
        expected: documented ? 'kept off the machine, and used when all else fails' : `not in ${MASTERS}`,
        actual: one.organizations.map((name) => `O=${name}`).join(', '),
      }));
}

/** Rules about who a certificate says that its holder is. */
export const IDENTITY_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'wrong-common-name',
    severity: 'error',
    title: "a component's client certificate has another common name than the API server knows it by",
    source: `${PKI_PAGE}; kubernetes.io, "Using RBAC Authorization": core component roles`,
    fix: FIX,
    evaluate: over(
      (duty) => wantedName(duty) !== undefined && duty.certificate.commonName !== wantedName(duty),
      (duty) => ({
        message: `${duty.certificate.subject} (used by ${duty.by}) is not who it should be, and has no permissions`,
        expected: `CN=${wantedName(duty) ?? ''}`,
        actual: duty.certificate.subject,
      }),
    ),
  },
  {
    code: 'wrong-node-prefix',
    severity: 'error',
    title: "a kubelet's client certificate has a common name that does not begin with system:node:",
    source: NODE_PAGE,
    fix: FIX,
    evaluate: over(
      (duty) => isKubeletClient(duty) && !isNode(duty),
      (duty) => ({
        message: `${duty.certificate.subject} (used by ${duty.by}) is no node to the API server`,
        expected: `CN=${NODE_PREFIX}NAME`,
        actual: duty.certificate.subject,
      }),
    ),
  },
  {
    code: 'missing-node-group',
    severity: 'error',
    title: "a kubelet's client certificate is not in the group system:nodes",
    source: NODE_PAGE,
    fix: FIX,
    yieldsTo: ['wrong-node-prefix'],
    evaluate: over(
      (duty) => isKubeletClient(duty) && !duty.certificate.organizations.includes('system:nodes'),
      (duty) => ({
        message: `${duty.certificate.subject} (used by ${duty.by}) is in another group: the node authorizer allows it nothing`,
        expected: 'O=system:nodes',
        actual: duty.certificate.subject,
      }),
    ),
  },
  {
    code: 'wrong-node-name',
    severity: 'error',
    title: "a kubelet's client certificate is another node's",
    source: `${NODE_PAGE}; kubernetes/kubernetes#47695`,
    fix: FIX,
    evaluate: over(
      (duty, machine) => {
        if (!isKubeletClient(duty) || !isNode(duty) || !isOfThisMachine(duty)) return false;
        const name = nodeName(machine);
        return name !== undefined && duty.certificate.commonName !== NODE_PREFIX + name;
      },
      (duty, machine) => ({
        message: `${duty.certificate.subject} (used by ${duty.by}) is another node's: the kubelet registers as ${nodeName(machine) ?? ''}, and is forbidden to`,
        expected: `CN=${NODE_PREFIX}${nodeName(machine) ?? ''}`,
        actual: `CN=${duty.certificate.commonName ?? ''}`,
      }),
    ),
  },
  {
    code: 'kubelet-missing-node-name',
    severity: 'warning',
    title: "a kubelet's serving certificate lacks the node's name",
    source: 'kubernetes.io, "Kubelet TLS bootstrapping": serving certificates; kubernetes/kubeadm#1602',
    fix: 'where ca.key is: kubepki issue kubelet-server --ca /etc/kubernetes/pki/ca --common-name system:node:NAME --san NAME --out BASE, then bring both files to the node, and there: systemctl restart kubelet',
    yieldsTo: ['no-san'],
    evaluate: over(
      (duty, machine) => {
        if (duty.component !== 'kubelet' || duty.kind !== 'server' || !isOfThisMachine(duty)) return false;
        const name = nodeName(machine);
        return name !== undefined && !covers(duty.certificate, name);
      },
      (duty, machine) => ({
        message: `${duty.certificate.subject} (used by ${duty.by}) is not good for the node's own name`,
        expected: nodeName(machine) ?? '',
        actual: namesText(duty.certificate),
      }),
    ),
  },
  {
    code: 'requestheader-name-mismatch',
    severity: 'error',
    title: "the front proxy's client certificate is not one of the names that the API server allows",
    source: 'kubernetes.io, "Configure the aggregation layer"',
    fix: 'issue front-proxy-client again with an allowed name, or add its name to --requestheader-allowed-names',
    evaluate: (machine) =>
      componentsNamed(machine, 'kube-apiserver').flatMap((component) => {
        const allowed = settingList(component, 'requestheader-allowed-names');
        const [path] = pathsOf(component, 'proxy-client-cert-file');
        const duty = machine.duties.find(({ certificate }) => certificate.place === path);
        if (duty === undefined || allowed.length === 0) return [];
        const { commonName = '', subject } = duty.certificate;
        if (allowed.includes(commonName)) return [];
        const message = `${subject} (used by ${duty.by}) is not allowed by --requestheader-allowed-names: aggregated APIs refuse it`;
        const told = { message, expected: `CN=${allowed.join(' or CN=')}`, actual: `CN=${commonName}` };
        // Issued again, it would be of the same name where that is the one that kubeadm and `kubepki apply` give it.
        const isUsual = commonName === PROXY_NAME && !allowed.includes(PROXY_NAME);
        const names = [...allowed, PROXY_NAME].join(',');
        return isUsual
          ? [
              {
                path: duty.certificate.id,
                ...told,
                fix: wants(machine, component, `--requestheader-allowed-names=${shellWord(names)}`),
              },
            ]
          : [violation(machine, duty, told)];
      }),
  },
  {
    code: 'system-masters',
    severity: 'warning',
    title:
      'a certificate is in system:masters outside the places where kubeadm puts one: it can do all, and cannot be revoked',
    source: 'kubernetes.io, "RBAC good practices"; kubernetes/kubeadm#2414',
    fix: 'issue it again with a group of its own (O=kubeadm:cluster-admins since 1.29) and bind that by RBAC; all that is in it ends with the CA alone',
    mending: 'remake',
    evaluate: mastersRule(false, 'which RBAC cannot limit and nothing can revoke'),
  },
  {
    code: 'system-masters-of-kubeadm',
    severity: 'info',
    title:
      'a certificate is in system:masters, where kubeadm puts one: super-admin.conf, and of older releases admin.conf and apiserver-kubelet-client',
    source: 'kubernetes.io, "Certificate management with kubeadm"; kubernetes/kubernetes#121305',
    fix: 'keep super-admin.conf off the machine, in a safe place',
    evaluate: mastersRule(true, 'as kubeadm made it'),
  },
]);
