import { toHex } from '../../asn1/bytes.ts';
import type { Duty } from './duties.ts';
import { componentsNamed, folderOf, pathsOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { isTrusted } from './trust.ts';
import { restartOf, shellWord, timeText } from './words.ts';

const HA_PAGE =
  'kubernetes.io, "Creating Highly Available Clusters with kubeadm": manual certificate distribution';
const COPIES = 'kubernetes.io, "Certificate management with kubeadm"; kubernetes/kubeadm#1361';

/** What all control planes have in common (kubeadm: app/phases/copycerts), and of CAs what nodes have as well. */
const SHARED = [
  'ca.crt',
  'front-proxy-ca.crt',
  'etcd/ca.crt',
  'ca.key',
  'front-proxy-ca.key',
  'etcd/ca.key',
  'sa.key',
  'sa.pub',
];
const OF_ANOTHER = /^(.*)\/nodes\/[^/]+\/etc\/kubernetes\/pki\/(.+)$/;

/** The content of a file as far as it counts: its certificates and its keys' public halves. */
function contentAt(machine: Machine, place: string): string | undefined {
  const certificates = (machine.byPlace.get(place) ?? []).map(({ entry }) => entry.fingerprint);
  const keys = (machine.keysByPlace.get(place) ?? []).map(({ facts }) =>
    facts.publicKey === undefined ? 'unknown' : toHex(facts.publicKey),
  );
  const all = [...certificates, ...keys];
  return all.length === 0 ? undefined : all.sort().join(' ');
}

/** Users of kubeconfigs in the directory of the cluster, whose copies others hold. */
function originals({ duties }: Machine): Duty[] {
  return duties.filter(
    ({ kubeconfig, component }) =>
      kubeconfig !== undefined && component === 'kubectl' && isOriginal(kubeconfig.path),
  );
}

const isOriginal = (path: string): boolean => /\/(super-)?admin\.conf$/.test(path);

/** Rules about copies of one thing that went out of step. */
export const COPY_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'shared-file-differs',
    severity: 'error',
    title:
      "a file that all control planes or nodes have in common is another one in a further machine's files",
    source: HA_PAGE,
    fix: 'copy it from the first control plane, then restart what uses it there',
    evaluate: (machine) =>
      [...new Set([...machine.byPlace.keys(), ...machine.keysByPlace.keys()])].flatMap((place) =>
        unlikeFirst(machine, place),
      ),
  },
  {
    code: 'stale-copy',
    severity: 'warning',
    title: "a copy of an administrator's kubeconfig holds an older certificate than the original",
    source: COPIES,
    fix: 'cp /etc/kubernetes/admin.conf ~/.kube/config, and chown it to the user',
    evaluate: staleCopies,
  },
  {
    code: 'signing-ca-untrusted',
    severity: 'error',
    title: 'the CA that signs for kubelets is not one that the API server trusts: what it signs is refused',
    source: 'kubernetes.io, "Kubelet TLS bootstrapping"',
    fix: 'add the signing CA to the file of --client-ca-file, then restart kube-apiserver',
    evaluate: untrustedSigner,
  },
]);

function unlikeFirst(machine: Machine, place: string): Violation[] {
  const [, root, base] = OF_ANOTHER.exec(place) ?? [];
  if (root === undefined || base === undefined || !SHARED.includes(base)) return [];
  const first = [`${root}/pki/${base}`, `${root}/etc/kubernetes/pki/${base}`].find(
    (one) => contentAt(machine, one) !== undefined,
  );
  if (first === undefined || contentAt(machine, first) === contentAt(machine, place)) return [];
  return [
    {
      path: place,
      message: `is not the same as ${first}, which all machines have in common`,
      expected: `the content of ${first}`,
      actual: 'another certificate or key',
      fix: `cp ${shellWord(first)} ${shellWord(place)}`,
    },
  ];
}

function staleCopies(machine: Machine): Violation[] {
  const sources = originals(machine);
  return machine.duties.flatMap(({ certificate, kubeconfig }): Violation[] => {
    if (kubeconfig === undefined || isOriginal(kubeconfig.path)) return [];
    const newer = sources.find(
      (one) =>
        one.certificate.subjectKey === certificate.subjectKey &&
        one.certificate.issuerKey === certificate.issuerKey &&
        one.certificate.entry.fingerprint !== certificate.entry.fingerprint &&
        (one.certificate.notBefore ?? 0) > (certificate.notBefore ?? 0) &&
        folderOf(one.kubeconfig?.path ?? '') !== folderOf(kubeconfig.path),
    );
    if (newer === undefined) return [];
    const original = newer.kubeconfig?.path ?? '';
    return [
      {
        path: certificate.id,
        message: `holds an older certificate of ${certificate.subject} than ${original}`,
        expected: `the one of ${original}, until ${timeText(newer.certificate.notAfter ?? 0)}`,
        actual: `one until ${timeText(certificate.notAfter ?? 0)}`,
        fix: `cp ${shellWord(original)} ${shellWord(kubeconfig.path)}, and chown it to its user`,
      },
    ];
  });
}

function untrustedSigner(machine: Machine): Violation[] {
  const servers = componentsNamed(machine, 'kube-apiserver');
  return componentsNamed(machine, 'kube-controller-manager').flatMap((manager) =>
    pathsOf(manager, 'cluster-signing-cert-file').flatMap((path): Violation[] => {
      const signer = machine.byPlace.get(path)?.[0];
      const [trusting] = servers.flatMap((server) => pathsOf(server, 'client-ca-file'));
      const cas = trusting === undefined ? undefined : machine.byPlace.get(trusting);
      if (signer === undefined || trusting === undefined || cas === undefined) return [];
      if (
        isTrusted(machine, signer, cas) ||
        cas.some(
          ({ publicKey, subjectKey }) => publicKey === signer.publicKey && subjectKey === signer.subjectKey,
        )
      )
        return [];
      return [
        {
          path: signer.id,
          message: `${signer.subject} signs for kubelets (kube-controller-manager --cluster-signing-cert-file), and ${trusting} does not hold it`,
          expected: `in ${trusting}`,
          actual: 'not there',
          fix: `cat ${shellWord(path)} >> ${shellWord(trusting)}, then ${restartOf(machine, 'kube-apiserver')}`,
        },
      ];
    }),
  );
}
