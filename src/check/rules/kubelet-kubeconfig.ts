import type { KubeconfigEntry } from '../inventory.ts';
import { contentPlace, knownKubeconfig } from './duties.ts';
import { placeOf } from './facts.ts';
import { has, users, type NamedUser } from './kubeconfig-users.ts';
import { baseName, folderOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import { keepCommand } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { shellWord } from './words.ts';

/** Rules about the kubelet's kubeconfig and the certificate that it rotates. */
export const KUBELET_KUBECONFIG_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'kubelet-embeds-certificate',
    severity: 'warning',
    title:
      'kubelet.conf still holds the first certificate, though the kubelet rotates its own: once that is expired, the kubelet does not start',
    source: 'kubernetes/kubeadm#1753; kubernetes.io, "Troubleshooting kubeadm"',
    fix: 'name /var/lib/kubelet/pki/kubelet-client-current.pem as client-certificate and client-key in kubelet.conf, then systemctl restart kubelet',
    evaluate: (machine) => users(machine).flatMap((one) => embedded(machine, one)),
  },
  {
    code: 'kubelet-link-dead',
    severity: 'error',
    title: 'kubelet-client-current.pem, which kubelet.conf names, leads to nothing',
    source: 'client-go util/certificate/certificate_store.go',
    fix: 'ln -sf kubelet-client-DATE.pem /var/lib/kubelet/pki/kubelet-client-current.pem with the newest file, then systemctl restart kubelet',
    evaluate: (machine) => users(machine).flatMap((one) => deadLink(machine, one)),
  },
]);

/** The rotated PEM of a kubelet whose kubeconfig is at a path: below the same root. */
function rotatedPlace({ path }: KubeconfigEntry): string {
  return `${path.replace(/\/etc\/kubernetes\/[^/]*$/, '')}/var/lib/kubelet/pki/kubelet-client-current.pem`;
}

function embedded(machine: Machine, { entry, user, field }: NamedUser): Violation[] {
  if (knownKubeconfig(entry)?.component !== 'kubelet' || !has(user.clientCertificateData)) return [];
  const place = rotatedPlace(entry);
  const current = machine.byPlace.get(place)?.[0];
  const own = machine.byPlace.get(placeOf(entry.path, `${field}.client-certificate-data`))?.[0];
  if (current === undefined || own === undefined || current.entry.fingerprint === own.entry.fingerprint)
    return [];
  return [
    {
      path: placeOf(entry.path, `${field}.client-certificate-data`),
      message: `holds ${own.subject}, while the kubelet has rotated it to ${place}: it starts with the old one`,
      expected: `client-certificate: ${place}`,
      actual: 'client-certificate-data',
      fix: `${keepCommand(entry.path)} && sed -i -e 's#client-certificate-data: .*#client-certificate: ${place}#' -e 's#client-key-data: .*#client-key: ${place}#' ${entry.path}, then systemctl restart kubelet`,
    },
  ];
}

function deadLink(machine: Machine, { entry, user, field }: NamedUser): Violation[] {
  const named = user.clientCertificate;
  if (
    named === undefined ||
    has(user.clientCertificateData) ||
    baseName(named) !== 'kubelet-client-current.pem'
  )
    return [];
  const place = contentPlace(machine, entry, { field: `${field}.client-certificate`, file: named });
  if (place === undefined || machine.byPlace.has(place) || machine.files.has(place)) return [];
  // Without the kubelet's directory the files are those of a control plane alone, as a copy or in a tree for others.
  const isKubeletHere = machine.inventory.files.some(({ path }) => folderOf(path) === folderOf(place));
  if (!isKubeletHere) return [];
  const rotated = [...machine.files.keys()].filter(
    (path) => folderOf(path) === folderOf(place) && /\/kubelet-client-\d[^/]*\.pem$/.test(path),
  );
  const newest = rotated.sort().at(-1);
  return [
    {
      path: place,
      message: `is named by ${entry.path} and leads to nothing: the kubelet cannot log in`,
      expected: 'a link to the newest kubelet-client-DATE.pem',
      actual: 'nothing',
      ...(newest === undefined
        ? {}
        : {
            fix: `ln -sfn ${shellWord(baseName(newest))} ${shellWord(place)}, then systemctl restart kubelet`,
          }),
    },
  ];
}
