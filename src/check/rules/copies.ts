import type { Duty } from './duties.ts';
import { componentsNamed, folderOf, pathsOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import { appendCommand, overwriteCommand } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { SHARED_FILE_RULE } from './shared-files.ts';
import { isTrusted } from './trust.ts';
import { restartOf, shellWord, timeText } from './words.ts';

const COPIES = 'kubernetes.io, "Certificate management with kubeadm"; kubernetes/kubeadm#1361';

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
  SHARED_FILE_RULE,
  {
    code: 'stale-copy',
    severity: 'warning',
    title: "a copy of an administrator's kubeconfig holds an older certificate than the original",
    source: COPIES,
    fix: 'cat /etc/kubernetes/admin.conf > ~/.kube/config',
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
        fix: overwriteCommand(kubeconfig.path, `cat ${shellWord(original)}`),
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
          fix: `${appendCommand(trusting, `cat ${shellWord(path)}`)}, then ${restartOf(machine, 'kube-apiserver')}`,
        },
      ];
    }),
  );
}
