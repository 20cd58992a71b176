import type { Duty } from './duties.ts';
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

/** A word that a shell takes as it is: names in certificates are not to be believed. */
export function shellWord(text: string): string {
  return /^[\w.:@%+,/=-]+$/.test(text)
    ? text
    : `'${text.replace(/'/g, "'\\''").replace(/[\u0000-\u001f\u007f]/g, '?')}'`;
}

/** The duty of a certificate: where it lies, else the first of one that is the same. */
export function dutyOf(
  { duties }: Machine,
  { id, entry: { fingerprint } }: CertificateFacts,
): Duty | undefined {
  return (
    duties.find(({ certificate }) => certificate.id === id) ??
    duties.find(({ certificate }) => certificate.entry.fingerprint === fingerprint)
  );
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
