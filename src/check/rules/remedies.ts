/** Commands that bring another certificate: pasted as they stand, they lose nothing, not even where they fail. */
import { knownKubeconfig, type Duty } from './duties.ts';
import type { CertificateFacts } from './facts.ts';
import { nodeName } from './endpoints.ts';
import type { KubeconfigEntry } from '../inventory.ts';
import { KNOWN_CERTIFICATES, KNOWN_KUBECONFIGS } from './known-files.ts';
import { baseName, type Index } from './lookup.ts';
import type { Machine } from './machine.ts';
import { restartOf, shellWord } from './words.ts';

/**
 * What another certificate must be to mend a fault: a newer one like it (`renew`), which an expired one needs as well
 * (`expired`); one that says something else, as the configuration does (`remake`); one in place of what `kubepki apply`
 * takes for good, or does not dare to touch (`replace`); or one with another key (`rekey`).
 */
export type Mending = 'renew' | 'expired' | 'remake' | 'replace' | 'rekey';

interface Configured {
  readonly settings: { readonly config?: string | undefined };
}

/** With the configuration that the tree was made from: without it `kubepki apply` would make another tree. */
export function applyCommand({ settings: { config = 'FILE' } }: Configured): string {
  return `kubepki apply --config ${shellWord(config)}`;
}

/** The same with a file out of the way. Where that makes no other, the file comes back; an older `.bad` stays. */
export function replaceCommand(machine: Configured, path: string): string {
  const [file, bad] = [shellWord(path), shellWord(`${path}.bad`)];
  return `mv -n ${file} ${bad} && ${applyCommand(machine)} || mv -n ${bad} ${file}`;
}

/** Keeps what is in a file beside it; where something is kept there already, nothing more is done. */
export function keepCommand(path: string): string {
  const [file, bad] = [shellWord(path), shellWord(`${path}.bad`)];
  return `test ! -e ${bad} && cp -p ${file} ${bad}`;
}

/** Puts other content into a file, which keeps owner and mode. */
export function overwriteCommand(path: string, content: string): string {
  return `${keepCommand(path)} && ${content} > ${shellWord(path)}`;
}

/** Puts more content at the end of a file, whether or not it ends with a line's end. */
export function appendCommand(path: string, content: string): string {
  return `${keepCommand(path)} && (echo && ${content}) >> ${shellWord(path)}`;
}

/** How a certificate comes into a file of its own, from where it was found: nothing that holds a key is copied. */
export function certificateCommand(
  { keysByPlace }: Pick<Index, 'keysByPlace'>,
  { entry: { path, field, id } }: CertificateFacts,
  place: string,
): string {
  if (field === undefined && !keysByPlace.has(path)) return overwriteCommand(place, `cat ${shellWord(path)}`);
  if (field !== undefined && /^clusters\[\d+\]\.cluster\.certificate-authority-data$/.test(field)) {
    const data = `kubectl config view --raw --kubeconfig ${shellWord(path)} -o 'jsonpath={.${field}}'`;
    return overwriteCommand(place, `${data} | base64 -d`);
  }
  return `put the certificate of ${id} into ${place}, without any key beside it`;
}

const OF_ANOTHER = /^(.*\/nodes\/([^/]+))\/(?:etc|var)\//;

/** What there is to do when a file has been made anew: those of other machines are brought there first. */
export function afterwards(machine: Pick<Index, 'inventory'>, path: string, component: string): string {
  const [, root, name] = OF_ANOTHER.exec(path) ?? [];
  if (root === undefined || name === undefined) return restartOf(machine, component);
  return `copy what is in ${shellWord(root)} to / of ${shellWord(name)}, and restart ${component} there`;
}

/** What is made by `kubepki apply`, and not kept for good: certificates, their keys, kubeconfigs. */
export function isMadeByApply(path: string): boolean {
  const base = /\/pki\/(.+)\.(?:crt|key)$/.exec(path)?.[1];
  if (KNOWN_CERTIFICATES.some((row) => row.base === base)) return true;
  if (/\/users\/[^/]+\.(?:conf|crt|key)$/.test(path) || /\/nodes\/[^/]+\/var\/lib\/kubelet\/pki\//.test(path))
    return true;
  return KNOWN_KUBECONFIGS.some(({ fileNames }) => path.endsWith(`/kubernetes/${fileNames[0] ?? ''}`));
}

/** How to get another certificate for the same duty, and what to restart then. `hosts`: names that it is to have as well. */
export function reissue(
  machine: Machine,
  duty: Duty | undefined,
  how: Mending,
  hosts: readonly string[] = [],
): string | undefined {
  if (duty === undefined) return undefined;
  const { component, certificate } = duty;
  return `${issueCommand(machine, duty, { how, hosts })}, then ${afterwards(machine, certificate.entry.path, component)}`;
}

function issueCommand(
  machine: Machine,
  duty: Duty,
  { how, hosts }: { readonly how: Mending; readonly hosts: readonly string[] },
): string {
  const { renew, certificate, kubeconfig } = duty;
  const { path } = certificate.entry;
  // kubelet.conf is apply's on a control plane alone; a joined node's is the kubelet's.
  const isApplys = isMadeByApply(path) && (baseName(path) !== 'kubelet.conf' || isSignedHere(machine, duty));
  if (!isApplys)
    return kubeconfig === undefined || certificate.entry.field === undefined
      ? pairCommand(machine, duty, hosts)
      : userCommand(machine, duty, kubeconfig);
  const own = applying(machine, duty, how);
  if (renew === undefined || OF_ANOTHER.test(path)) return own;
  if (how === 'renew' || how === 'rekey') return `kubeadm certs renew ${renew}, or ${own}`;
  return how === 'expired' ? `${own}, or kubeadm certs renew ${renew}` : own;
}

/** A certificate that is moved away is made anew for its key, and for another where its key is moved away. */
function applying(machine: Machine, { certificate, keyPlace = '' }: Duty, how: Mending): string {
  if (how === 'remake' || how === 'expired') return applyCommand(machine);
  const [path = ''] = keyPlace.split('#');
  return replaceCommand(machine, how === 'rekey' && machine.files.has(path) ? path : certificate.entry.path);
}

/** The CA by which it is checked, or which signed the one that is there, as `--ca` takes it. */
function caOf({ byId, keysByPlace }: Machine, { anchors, certificate }: Duty): string {
  const signer = certificate.entry.signedBy
    .flatMap((id) => byId.get(id) ?? [])
    .find(({ entry: { path } }) => keysByPlace.has(path.replace(/crt$/, 'key')));
  const place = anchors[0]?.place ?? signer?.entry.path ?? '/etc/kubernetes/pki/ca.crt';
  return place.replace(/\.(crt|pem)(#.*)?$/, '');
}

const isSignedHere = (machine: Machine, duty: Duty): boolean =>
  machine.files.has(`${caOf(machine, duty)}.key`);

/** Has a certificate issued where its CA's key is, and does the rest with both files of it here. */
function issueThen(
  machine: Machine,
  duty: Duty,
  { words, base, rest }: { readonly words: string; readonly base: string; readonly rest: readonly string[] },
): string {
  const ca = caOf(machine, duty);
  const issue = (out: string): string =>
    `kubepki issue ${words} --ca ${shellWord(ca)} --out ${shellWord(out)} --force`;
  if (isSignedHere(machine, duty)) return [issue(base), ...rest].join(' && ');
  const brought = `bring both files here as ${shellWord(`${base}.crt`)} and ${shellWord(`${base}.key`)}`;
  const here = rest.length === 0 ? '' : `, then here: ${rest.join(' && ')}`;
  return `on the machine that has ${ca}.key: ${issue(baseName(base))}, then ${brought}${here}`;
}

/** What is issued: the subject that is there, with the name that its component must have. */
function subjectWords(machine: Machine, duty: Duty, hosts: readonly string[]): string {
  const { kind, kubeconfig, component, certificate } = duty;
  if (component === 'kubelet') return kubeletWords(machine, duty, hosts);
  const wanted = kubeconfig === undefined ? undefined : knownKubeconfig(kubeconfig)?.commonName;
  const name = shellWord(wanted ?? certificate.commonName ?? 'NAME');
  const groups = certificate.organizations.map((group) => ` --organization ${shellWord(group)}`).join('');
  // etcd shows its server's certificate as a client as well.
  const profile = component === 'etcd' && kind === 'server' ? 'peer' : kind;
  return `${profile} --common-name ${name}${groups}${sanWords(duty, hosts)}`;
}

/** A certificate and key in files that `kubepki apply` does not know. */
function pairCommand(machine: Machine, duty: Duty, hosts: readonly string[]): string {
  const { certificate, keyPlace = '' } = duty;
  const { path } = certificate.entry;
  const words = subjectWords(machine, duty, hosts);
  const base = path.replace(/\.crt$/, '');
  if (path !== base && keyPlace === `${base}.key`) return issueThen(machine, duty, { words, base, rest: [] });
  const made = `${path}.new`;
  const [crt, key] = [`${made}.crt`, `${made}.key`].map(shellWord);
  const rest =
    keyPlace === path
      ? [overwriteCommand(path, `cat ${crt} ${key}`)]
      : [
          overwriteCommand(path, `cat ${crt}`),
          machine.files.has(keyPlace)
            ? overwriteCommand(keyPlace, `cat ${key}`)
            : `cp -p ${key} ${shellWord(keyPlace)}`,
        ];
  return issueThen(machine, duty, { words, base: made, rest: [...rest, `rm ${crt} ${key}`] });
}

function sanWords({ kind, certificate: { names = [] } }: Duty, hosts: readonly string[]): string {
  if (kind === 'client') return '';
  const own = names.flatMap((name) => (name.kind === 'dns' || name.kind === 'ip' ? [name.value] : []));
  const all = [...new Set([...own, ...hosts])].filter((name) => /^[\w.:*-]+$/.test(name));
  return ` --san ${all.length === 0 ? 'NAME' : shellWord(all.join(','))}`;
}

function kubeletWords(machine: Machine, duty: Duty, hosts: readonly string[]): string {
  const own = duty.certificate.commonName?.replace(/^system:node:|@.*$/g, '');
  const node = nodeName(machine) ?? own ?? 'NAME';
  const san = sanWords(duty, [node, ...hosts]);
  return `kubelet-${duty.kind === 'server' ? 'server' : 'client'} --common-name ${shellWord(`system:node:${node}`)}${san}`;
}

/** A user's certificate in a kubeconfig that `kubepki apply` does not know: it is issued beside it, and embedded. */
function userCommand(machine: Machine, duty: Duty, { path, kubeconfig: { users } }: KubeconfigEntry): string {
  const { certificate } = duty;
  const original = machine.duties.find((one) => isOriginalOf(one, certificate, machine.now));
  if (original?.kubeconfig !== undefined)
    return overwriteCommand(path, `cat ${shellWord(original.kubeconfig.path)}`);
  const at = Number(/^users\[(\d+)\]/.exec(certificate.entry.field ?? '')?.[1]);
  const embed = (crt: string, key: string): string =>
    `kubectl config set-credentials ${shellWord(users[at]?.name ?? 'NAME')} --client-certificate=${crt} --client-key=${key} --embed-certs --kubeconfig=${shellWord(path)}`;
  if (!isSignedHere(machine, duty) && duty.anchors.length === 0)
    return `have ${shellWord(certificate.subject)} issued again by ${shellWord(certificate.issuer)}, and put it in: ${embed('NEW.crt', 'NEW.key')}`;
  const base = `${path}.new`;
  const [crt = '', key = ''] = [`${base}.crt`, `${base}.key`].map(shellWord);
  const words = subjectWords(machine, duty, []);
  return issueThen(machine, duty, { words, base, rest: [embed(crt, key), `rm ${crt} ${key}`] });
}

/** Whether it is a good certificate of the same user in the cluster's own directory, of which the other is a copy. */
function isOriginalOf({ kubeconfig, certificate }: Duty, copy: CertificateFacts, now: number): boolean {
  return (
    kubeconfig !== undefined &&
    isMadeByApply(kubeconfig.path) &&
    certificate.id !== copy.id &&
    certificate.subjectKey === copy.subjectKey &&
    certificate.issuerKey === copy.issuerKey &&
    (certificate.notAfter ?? 0) > now
  );
}
