import { placeIn, type Duty } from './duties.ts';
import type { CertificateFacts } from './facts.ts';
import { groupBy } from './lookup.ts';
import type { Machine } from './machine.ts';
import { certificateCommand } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { trustFaults, type TrustFault } from './trust.ts';
import { restartOf } from './words.ts';

/** The CAs of kubeadm's layout. */
const KNOWN_CA = /\/pki\/(?:ca|front-proxy-ca|etcd\/ca)\.crt$/;

/** A file of CA certificates that is the wrong one: what is checked by it is as it should be. */
export interface WrongCaFile {
  readonly place: string;
  readonly by: string;
  /** The CA that belongs there. */
  readonly signer: CertificateFacts;
  readonly faults: readonly TrustFault[];
  /** Whether another file is named, rather than that its content is another. */
  readonly isNamed: boolean;
}

/** The CA by which a certificate is to be checked in kubeadm's layout: of clients with a kubeconfig, that of the cluster. */
function authorityOf({ certificate, kubeconfig, component }: Duty): string | undefined {
  const base = kubeconfig === undefined ? placeIn(certificate.entry.path)?.row.authority : 'ca';
  return base ?? (component === 'kubelet' ? 'ca' : undefined);
}

/** Of faults, those files whose fault it is, not that of each certificate that is checked by them. */
export function wrongCaFiles(machine: Machine, faults: readonly TrustFault[]): WrongCaFile[] {
  const others = faults.filter(({ kind }) => kind === 'other-ca');
  // One file may be named by several: for one of them it may be the right one.
  const groups = groupBy(others, ({ anchor: { place, by } }) => `${place} ${by}`);
  return [...groups.values()].flatMap((group) => wrongCaFile(machine, group) ?? []);
}

function wrongCaFile(machine: Machine, group: readonly TrustFault[]): WrongCaFile | undefined {
  const [first] = group;
  if (first?.signer === undefined) return undefined;
  const { signer, anchor } = first;
  const { place, by } = anchor;
  const isOne = group.every((fault) => fault.signer?.entry.fingerprint === signer.entry.fingerprint);
  const checked = machine.duties.filter(({ anchors }) =>
    anchors.some((one) => one.place === place && one.by === by),
  );
  const all = new Set(checked.map(({ certificate }) => certificate.entry.fingerprint));
  const bad = new Set(group.map(({ duty }) => duty.certificate.entry.fingerprint));
  if (!isOne || all.size !== bad.size) return undefined;
  const authorities = group.map(({ duty }) => authorityOf(duty));
  const copies = machine.certificates.filter(({ entry }) => entry.fingerprint === signer.entry.fingerprint);
  const isAt = (base: string | undefined): boolean =>
    base !== undefined && copies.some((copy) => copy.entry.path.endsWith(`/pki/${base}.crt`));
  const isElsewhere = authorities.every((base) => !place.endsWith(`/pki/${base ?? ''}.crt`) && isAt(base));
  if (isElsewhere) return { place, by, signer, faults: group, isNamed: true };
  // One certificate may be wrong by itself, and several may have been issued under a CA that is there for others.
  const isReplaced = bad.size > 1 && !copies.some((copy) => KNOWN_CA.test(copy.entry.path));
  return isReplaced ? { place, by, signer, faults: group, isNamed: false } : undefined;
}

/** The rule about files of CA certificates that are the wrong ones. */
export const CA_FILE_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'wrong-ca-file',
    severity: 'error',
    title: 'a file of CA certificates is the wrong one: all that is checked by it is signed by another CA',
    source: 'kubernetes.io, "PKI certificates and requirements"',
    fix: 'name the file of the CA that signed them, then restart the component',
    evaluate: (machine) =>
      wrongCaFiles(machine, trustFaults(machine)).map((file) => violationOf(machine, file)),
  },
]);

function violationOf(machine: Machine, { place, by, signer, faults, isNamed }: WrongCaFile): Violation {
  const own = faults[0]?.cas[0]?.subject ?? 'another CA';
  const shown = new Set(faults.map(({ duty }) => duty.certificate.subject));
  const component = by.split(' ')[0] ?? by;
  const restart = restartOf(machine, component);
  return {
    path: place,
    message: `holds ${own}, and what ${by} checks by it is signed by ${signer.subject} of ${signer.id}: ${[...shown].join('; ')}`,
    expected: signer.subject,
    actual: own,
    fix: isNamed
      ? `name ${signer.entry.path} in place of ${place}, then ${restart}`
      : `${certificateCommand(machine, signer, place)}, then ${restart}`,
  };
}
