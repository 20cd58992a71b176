import type { Duty } from './duties.ts';
import { nodeName } from './endpoints.ts';
import type { CertificateFacts } from './facts.ts';
import { hasKeptName } from './kept.ts';
import { componentsNamed, type Index } from './lookup.ts';
import type { Machine } from './machine.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** A time for messages: `2026-03-01T12:00:00Z`. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A span for messages: `3 days`, `1 day`, `5 hours`; parts of an hour are dropped. */
export function spanText(milliseconds: number): string {
  const span = Math.abs(milliseconds);
  const [count, unit] = span >= DAY ? [span / DAY, 'day'] : [span / HOUR, 'hour'];
  const whole = Math.floor(count);
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}

/** Who uses a certificate, for messages: `kube-apiserver --tls-cert-file`, or nothing. */
export function usersOf({ duties }: Machine, { entry: { fingerprint, uses } }: CertificateFacts): string {
  const duty = duties.find(({ certificate }) => certificate.entry.fingerprint === fingerprint);
  if (duty !== undefined) return ` (used by ${duty.by})`;
  const [use] = uses;
  return use === undefined ? '' : ` (used by ${use.component} ${use.flag})`;
}

/** How to restart a component: by its manifest, by its unit, or by name alone. */
export function restartOf(index: Pick<Index, 'inventory'>, name: string): string {
  const [component] = componentsNamed(index, name);
  if (component?.runs === 'static-pod') {
    return `restart ${name}: mv ${component.source} /tmp/ && sleep 20 && mv /tmp/${component.source.split('/').at(-1) ?? ''} ${component.source}`;
  }
  if (component?.runs === 'systemd' || name === 'kubelet')
    return `restart ${name}: systemctl restart ${name}`;
  return name === 'kubectl' ? 'copy the kubeconfig to those who use it' : `restart ${name}`;
}

/**
 * What another certificate must be to mend a fault: a newer one like it (`renew`), or one that is made anew, for
 * `kubeadm certs renew` keeps subject, names and usages (`remake`). `kubepki apply` does the latter, and renews what
 * is expired (`expired`).
 */
export type Mending = 'renew' | 'expired' | 'remake';

/** How to get another certificate for the same duty, and what to restart then. */
export function reissue(machine: Machine, duty: Duty | undefined, how: Mending): string | undefined {
  if (duty === undefined) return undefined;
  return `${issueCommand(machine, duty, how)}, then ${restartOf(machine, duty.component)}`;
}

function issueCommand(machine: Machine, duty: Duty, how: Mending): string {
  const { renew, kubeconfig, certificate, keyPlace = '' } = duty;
  if (renew === undefined)
    return duty.component === 'kubelet' ? kubeletCommand(machine, duty) : plainCommand(duty);
  if (how === 'renew') return `kubeadm certs renew ${renew}`;
  if (how === 'expired') return `kubepki apply, or kubeadm certs renew ${renew}`;
  if (kubeconfig !== undefined) {
    return `kubepki apply, or rm ${shellWord(kubeconfig.path)} and kubeadm init phase kubeconfig ${renew.replace(/\.conf$/, '')}`;
  }
  const files = [certificate.entry.path, keyPlace].map(shellWord).join(' ');
  return `kubepki apply, or rm ${files} and kubeadm init phase certs ${renew}`;
}

/** The CA by which it is checked, as `--ca` takes it. */
const caOf = ({ anchors }: Duty): string =>
  shellWord((anchors[0]?.place ?? '/etc/kubernetes/pki/ca.crt').replace(/\.(crt|pem)(#.*)?$/, ''));

function plainCommand(duty: Duty): string {
  const { kind, certificate } = duty;
  const out = shellWord(certificate.entry.path.replace(/\.(crt|pem|conf)$/, ''));
  const groups = certificate.organizations.map((name) => ` --organization ${shellWord(name)}`).join('');
  const name = shellWord(certificate.commonName ?? 'NAME');
  return `kubepki issue ${kind} --ca ${caOf(duty)} --common-name ${name}${groups} --out ${out} --force`;
}

function kubeletCommand(machine: Machine, duty: Duty): string {
  const { kind, certificate } = duty;
  // A node's files in a tree for others say its name; on the machine itself, the machine does.
  const isOthers = certificate.entry.path.includes('/nodes/');
  const own = certificate.commonName?.replace(/^system:node:|@.*$/g, '');
  const node = shellWord((isOthers ? undefined : nodeName(machine)) ?? own ?? 'NAME');
  const base = '/var/lib/kubelet/pki/kubelet';
  return kind === 'server'
    ? `kubepki issue kubelet-server --ca ${caOf(duty)} --common-name system:node:${node} --san ${node} --out ${base} --force`
    : `kubepki issue kubelet-client --ca ${caOf(duty)} --common-name system:node:${node} --out ${base}-client && (umask 077 && cat ${base}-client.crt ${base}-client.key > ${base}-client-current.pem)`;
}

/** A word that a shell takes as it is: names in certificates are not to be believed. */
export function shellWord(text: string): string {
  return /^[\w.:@%+,/=-]+$/.test(text)
    ? text
    : `'${text.replace(/'/g, "'\\''").replace(/[\u0000-\u001f\u007f]/g, '?')}'`;
}

/** The first duty of a certificate, wherever it lies. */
export function dutyOf({ duties }: Machine, { entry: { fingerprint } }: CertificateFacts): Duty | undefined {
  return duties.find(({ certificate }) => certificate.entry.fingerprint === fingerprint);
}

/** Whether it is a certificate that nobody is known to use: rotated out and left lying, or an old copy. */
export function isLeftover(machine: Machine, one: CertificateFacts): boolean {
  const { path, uses } = one.entry;
  return hasKeptName(path) && uses.length === 0 && dutyOf(machine, one) === undefined;
}

/** Every certificate that may be in use once: as {@link everyOne}, without old copies. */
export function distinct(machine: Machine): CertificateFacts[] {
  return everyOne(machine).filter((one) => !isLeftover(machine, one));
}

/** Every certificate once, however many copies there are: the one with a duty first, then whole files before fields. */
export function everyOne({ certificates, duties }: Machine): CertificateFacts[] {
  const found = new Map<string, CertificateFacts>();
  for (const { certificate } of duties) keep(found, certificate);
  for (const one of certificates) if (one.entry.field === undefined) keep(found, one);
  for (const one of certificates) keep(found, one);
  return [...found.values()];
}

function keep(found: Map<string, CertificateFacts>, one: CertificateFacts): void {
  if (!found.has(one.entry.fingerprint)) found.set(one.entry.fingerprint, one);
}
