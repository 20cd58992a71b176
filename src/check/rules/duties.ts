import { toHex } from '../../asn1/bytes.ts';
import type { Component, KubeconfigEntry } from '../inventory.ts';
import { placeOf, type CertificateFacts } from './facts.ts';
import { isInKeptFolder } from './kept.ts';
import {
  FLAG_PAIRS,
  KNOWN_CERTIFICATES,
  KNOWN_KUBECONFIGS,
  type DutyKind,
  type FlagPair,
  type KnownKubeconfig,
} from './known-files.ts';
import { baseName, componentsNamed, folderOf, pathsOf, type Index } from './lookup.ts';

/** CA certificates by which a certificate is checked, and by whom. */
export interface Anchor {
  /** File or field, see `CertificateFacts.place`. */
  readonly place: string;
  readonly by: string;
}

/** A certificate that is shown to someone: what it must be good for, and by which CAs it is checked. */
export interface Duty {
  readonly certificate: CertificateFacts;
  readonly kind: DutyKind;
  readonly component: string;
  /** Component and flag: `kube-apiserver --tls-cert-file`. */
  readonly by: string;
  /** Where its key lies: file or field. */
  readonly keyPlace: string | undefined;
  readonly anchors: readonly Anchor[];
  /** Its name in `kubeadm certs renew`, where it has one. */
  readonly renew: string | undefined;
  /** The kubeconfig that names or holds it. */
  readonly kubeconfig: KubeconfigEntry | undefined;
}

/** All duties: by the flags of components, by kubeconfigs, and, for files that neither names, by kubeadm's places. */
export function dutiesOf(index: Index): Duty[] {
  const flagged = FLAG_PAIRS.flatMap((pair) =>
    componentsNamed(index, pair.component).flatMap((component) => flagDuty(index, pair, component)),
  );
  const conf = index.inventory.kubeconfigs.flatMap((entry) => kubeconfigDuties(index, entry));
  const known = new Set([...flagged, ...conf].map(({ certificate }) => certificate.place));
  const placed = index.certificates.filter(({ place, entry }) => entry.index === 0 && !known.has(place));
  return [...flagged, ...conf, ...placed.flatMap((certificate) => placedDuty(index, certificate))];
}

function flagDuty(index: Index, pair: FlagPair, component: Component): Duty[] {
  const [path] = pathsOf(component, ...pair.certificate);
  const [keyPlace] = pathsOf(component, ...pair.key);
  const certificate = shownAt(index, path, keyPlace);
  if (path === undefined || certificate === undefined) return [];
  const anchors = pair.checkedBy.flatMap((checker) =>
    componentsNamed(index, checker.component).flatMap((other) =>
      pathsOf(other, ...checker.flags).map((place) => ({ place, by: other.name })),
    ),
  );
  const place = placeIn(path);
  const use = component.uses.find((one) => one.path === path);
  return [
    {
      certificate,
      kind: pair.kind,
      component: component.name,
      by: `${component.name} ${use?.flag ?? pair.certificate[0] ?? ''}`,
      keyPlace: keyPlace ?? path,
      anchors: anchors.length > 0 ? anchors : (place?.anchors ?? []),
      renew: place?.row.renew,
      kubeconfig: undefined,
    },
  ];
}

/** The certificate of a file that is meant to be shown: that of the key where it is there, else the first, which Go takes. */
function shownAt(
  { byPlace, keysByPlace }: Index,
  place: string | undefined,
  keyPlace: string | undefined,
): CertificateFacts | undefined {
  const bundle = place === undefined ? undefined : byPlace.get(place);
  if (bundle === undefined || bundle.length < 2) return bundle?.[0];
  const key =
    keyPlace === undefined ? undefined : keysByPlace.get(keyPlace)?.find(({ isPrivate }) => isPrivate);
  const own = key?.facts.publicKey === undefined ? undefined : toHex(key.facts.publicKey);
  return bundle.find(({ publicKey }) => publicKey === own) ?? bundle[0];
}

/** The row of kubeadm's layout that a path ends like, and the CA that lies beside it. */
export function placeIn(
  path: string,
): { readonly row: (typeof KNOWN_CERTIFICATES)[number]; readonly anchors: readonly Anchor[] } | undefined {
  const row = KNOWN_CERTIFICATES.find(({ base }) => path.endsWith(`/${base}.crt`));
  if (row === undefined) return undefined;
  const folder = path.slice(0, -`/${row.base}.crt`.length);
  return { row, anchors: [{ place: `${folder}/${row.authority}.crt`, by: 'its place' }] };
}

/** Whether a component's flags are known, and name other files: then a name alone, in a folder of old copies, says nothing. */
function isOtherwiseKnown(index: Index, component: string, path: string): boolean {
  const root = nodeRoot(path);
  const own = componentsNamed(index, component).filter(({ source }) => nodeRoot(source) === root);
  return own.length > 0 && !own.some(({ uses }) => uses.some((use) => use.path === path));
}

/** Whether it lies in a folder of old copies, and another of its name does not. */
function isOldCopy({ byPlace }: Index, path: string, base: string): boolean {
  if (!isInKeptFolder(path)) return false;
  return [...byPlace.keys()].some((place) => place.endsWith(`/${base}.crt`) && !isInKeptFolder(place));
}

/** The root of a node's own files in a tree of kubepki. */
function nodeRoot(path: string): string {
  return /^.*\/nodes\/[^/]+(?=\/(?:etc|var)\/)/.exec(path)?.[0] ?? '';
}

const KUBELET_FOLDER = /^(.*)\/var\/lib\/kubelet\/pki$/;

function placedDuty(index: Index, first: CertificateFacts): Duty[] {
  const { path, field } = first.entry;
  if (field !== undefined) return [];
  const place = placeIn(path);
  const certificate =
    shownAt(index, path, path.endsWith('.crt') ? path.replace(/crt$/, 'key') : path) ?? first;
  const common = { certificate, kubeconfig: undefined };
  if (place !== undefined) {
    const { kind, component, flag, renew } = place.row;
    if (flag.startsWith('--') && isOtherwiseKnown(index, component, path)) return [];
    if (isOldCopy(index, path, place.row.base)) return [];
    const keyPlace = path.replace(/\.crt$/, '.key');
    return [
      { ...common, kind, component, by: `${component} ${flag}`, keyPlace, anchors: place.anchors, renew },
    ];
  }
  const root = KUBELET_FOLDER.exec(folderOf(path))?.[1];
  const kubelet = { component: 'kubelet', renew: undefined };
  const anchors = [{ place: `${root ?? ''}/etc/kubernetes/pki/ca.crt`, by: 'kube-apiserver' }];
  if (baseName(path) === 'kubelet-client-current.pem')
    return [{ ...common, ...kubelet, kind: 'client', by: 'kubelet', keyPlace: path, anchors }];
  if (baseName(path) === 'kubelet.crt' && index.keysByPlace.has(path.replace(/crt$/, 'key'))) {
    const keyPlace = path.replace(/crt$/, 'key');
    return [{ ...common, ...kubelet, kind: 'server', by: 'kubelet', keyPlace, anchors: [] }];
  }
  return [];
}

/** The row that says who must stand in a kubeconfig: by the component that uses it, or by its name. */
export function knownKubeconfig({ path, uses }: KubeconfigEntry): KnownKubeconfig | undefined {
  const users = uses.map(({ component }) => component).filter((name) => name !== 'kubectl');
  return (
    KNOWN_KUBECONFIGS.find(({ component }) => users.includes(component)) ??
    KNOWN_KUBECONFIGS.find(({ fileNames }) => fileNames.includes(baseName(path)))
  );
}

/** Where a field of a kubeconfig has its content: the field itself, or the file that it names. */
export function contentPlace(
  index: Index,
  { path }: KubeconfigEntry,
  {
    field,
    data,
    file,
  }: { readonly field: string; readonly data?: string | undefined; readonly file?: string | undefined },
): string | undefined {
  if (data !== undefined && data !== '') return placeOf(path, `${field}-data`);
  if (file === undefined || file === '') return undefined;
  const isUse = (use: { readonly source: string; readonly flag: string }): boolean =>
    use.source === path && use.flag === field;
  const { certificates, keys, components } = index.inventory;
  const found =
    certificates.find(({ uses }) => uses.some(isUse)) ?? keys.find(({ uses }) => uses.some(isUse));
  const used = components.flatMap(({ uses }) => uses).find(isUse);
  return found?.path ?? used?.path ?? resolvePath(folderOf(path), file);
}

/** A path as it is meant from a folder; `.` and `..` are resolved. */
export function resolvePath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function kubeconfigDuties(index: Index, entry: KubeconfigEntry): Duty[] {
  const row = knownKubeconfig(entry);
  const anchors = clientAnchors(index, entry, row);
  return entry.kubeconfig.users.flatMap(({ user }, at): Duty[] => {
    const place = contentPlace(index, entry, {
      field: `users[${at}].user.client-certificate`,
      data: user.clientCertificateData,
      file: user.clientCertificate,
    });
    const keyPlace = contentPlace(index, entry, {
      field: `users[${at}].user.client-key`,
      data: user.clientKeyData,
      file: user.clientKey,
    });
    const certificate = shownAt(index, place, keyPlace);
    if (certificate === undefined) return [];
    const component = row?.component ?? 'kubectl';
    const by = `${component} with ${entry.path}`;
    return [
      { certificate, kind: 'client', component, by, keyPlace, anchors, renew: row?.renew, kubeconfig: entry },
    ];
  });
}

/** The CA by which the API server of a kubeconfig checks its users; none where the kubeconfig may be another cluster's. */
function clientAnchors(index: Index, entry: KubeconfigEntry, row: KnownKubeconfig | undefined): Anchor[] {
  const folder = folderOf(entry.path);
  const beside = [`${folder}/pki/ca.crt`, `${folderOf(folder)}/pki/ca.crt`].find((place) =>
    index.byPlace.has(place),
  );
  const besides = beside === undefined ? [] : [{ place: beside, by: 'kube-apiserver' }];
  if (row === undefined && beside === undefined) return [];
  const flagged = componentsNamed(index, 'kube-apiserver').flatMap((component) =>
    pathsOf(component, 'client-ca-file').map((place) => ({ place, by: 'kube-apiserver --client-ca-file' })),
  );
  // Several API servers are several machines: then the CA beside the kubeconfig is its own.
  return flagged.length === 1 || beside === undefined ? flagged : besides;
}
