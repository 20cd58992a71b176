import type { ResolvedEnvironment } from '../../crypto/environment.ts';
import type { Finding } from '../../errors/finding.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import type { FileSource } from '../files.ts';
import type { Component, FileEntry, FileUse, Inventory } from '../inventory.ts';
import { mayHoldPki, noContents, readContents, unreadable, type Contents } from './contents.ts';
import { emptyReferences, kubeconfigProblems } from './kubeconfig-problems.ts';
import { isKubeconfigName, kubeconfigUses } from './kubeconfig-uses.ts';
import { readKubelet } from './kubelet.ts';
import { folderOf } from './paths.ts';
import {
  manifestsIn,
  nodeRoots,
  PKI_FOLDERS,
  staticPodFiles,
  userKubeconfigs,
  type Target,
} from './places.ts';
import { linkSigners } from './signers.ts';
import { readStaticPods } from './static-pods.ts';
import { readServices } from './systemd.ts';
import { walk } from './walk.ts';
import { walkProblems } from './walk-problems.ts';

/** Where static pods lie unless the kubelet's configuration says otherwise. */
const MANIFESTS = '/etc/kubernetes/manifests';

/** What discovery has found so far. */
interface Findings {
  readonly components: Component[];
  readonly paths: Set<string>;
  /** Files that were given by themselves: read whatever their name. */
  readonly given: Set<string>;
  readonly kubeconfigs: Set<string>;
  readonly folders: Set<string>;
  readonly problems: Finding[];
}

/**
 * Takes stock of a machine, or of files, as an administrator would: from the manifests and services to the files that
 * they name, and to all else that lies where a cluster keeps its PKI.
 */
export async function discover(
  files: FileSource,
  targets: readonly Target[],
  environment: ResolvedEnvironment,
): Promise<Inventory> {
  const found: Findings = {
    components: [],
    paths: new Set(),
    given: new Set(),
    kubeconfigs: new Set(),
    folders: new Set(),
    problems: [],
  };
  for (const target of targets) {
    if (target.kind === 'root') lookAtRoot(files, found);
    else if (target.kind === 'kubeconfig') {
      found.kubeconfigs.add(target.path);
      found.paths.add(target.path);
      found.given.add(target.path);
    } else lookAtPath(files, target.path, found);
  }
  const uses = found.components.flatMap((component) => component.uses);
  const contents = noContents();
  const used = new Set(uses.map(({ path }) => path));
  const { given, kubeconfigs, paths } = found;
  await readAll(
    [...new Set([...paths, ...used, ...given])],
    { files, environment, used, given, kubeconfigs },
    contents,
  );
  const references = kubeconfigUses(contents.kubeconfigs, uses);
  const referred = new Set(
    references.map(({ path }) => path).filter((path) => !paths.has(path) && !used.has(path)),
  );
  await readAll([...referred], { files, environment, used: referred, given, kubeconfigs }, contents);
  contents.problems.push(...emptyReferences(files, references, contents));
  return inventoryOf(files, { found, contents, uses: [...uses, ...references], environment });
}

async function readAll(
  paths: readonly string[],
  {
    files,
    environment,
    used,
    given,
    kubeconfigs,
  }: {
    readonly files: FileSource;
    readonly environment: ResolvedEnvironment;
    readonly used: ReadonlySet<string>;
    readonly given: ReadonlySet<string>;
    readonly kubeconfigs: ReadonlySet<string>;
  },
  into: Contents,
): Promise<void> {
  for (const path of paths) {
    const asked = used.has(path) ? 'used' : given.has(path) ? 'given' : undefined;
    if (asked !== undefined || mayHoldPki(path))
      await readContents(
        path,
        { files, environment, asked, isKubeconfig: kubeconfigs.has(path) || isKubeconfigName(path) },
        into,
      );
  }
}

function lookAtRoot(files: FileSource, found: Findings): void {
  const services = readServices(files, found.problems);
  const kubelet = readKubelet(
    files,
    services.find(({ name }) => name === 'kubelet'),
  );
  found.problems.push(...kubelet.problems);
  found.components.push(...services.filter(({ name }) => name !== 'kubelet'));
  if (kubelet.component !== undefined) found.components.push(kubelet.component);
  const folder =
    kubelet.component?.flags.get('staticPodPath')?.at(-1) ??
    kubelet.component?.flags.get('pod-manifest-path')?.at(-1) ??
    MANIFESTS;
  for (const manifest of staticPodFiles(files, folder)) addManifest(files, manifest, found);
  for (const root of nodeRoots(files)) lookAtNode(files, root, found);
  for (const place of PKI_FOLDERS) addFolder(files, place, found);
  for (const path of userKubeconfigs(files)) found.paths.add(path);
  for (const component of found.components) found.paths.add(component.source);
}

/** A node's own root in a tree of kubepki. */
function lookAtNode(files: FileSource, root: string, found: Findings): void {
  for (const manifest of manifestsIn(files, root + MANIFESTS)) addManifest(files, manifest, found);
  const { component, problems } = readKubelet(files, undefined, root);
  if (component !== undefined) found.components.push(component);
  found.problems.push(...problems);
}

function lookAtPath(files: FileSource, path: string, found: Findings): void {
  if (files.stat(path)?.kind !== 'directory') {
    found.paths.add(path);
    if (/\.(?:ya?ml|json|manifest)$/.test(path)) addManifest(files, path, found);
    // The manifest of a static pod names what it uses, and need hold nothing itself.
    if (!found.components.some(({ source }) => source === path)) found.given.add(path);
    return;
  }
  for (const manifest of manifestsIn(files, path)) addManifest(files, manifest, found);
  for (const manifest of manifestsIn(files, `${path}/manifests`)) addManifest(files, manifest, found);
  addFolder(files, path, found);
}

function addFolder(files: FileSource, folder: string, found: Findings): void {
  const below = walk(files, folder);
  for (const path of below.files) found.paths.add(path);
  for (const path of below.folders) found.folders.add(path);
  found.problems.push(...walkProblems(files, below));
}

function addManifest(files: FileSource, path: string, found: Findings): void {
  try {
    const content = files.read(path);
    const pods = content === undefined ? undefined : readStaticPods(content, path, files);
    if (pods === undefined) return;
    if (typeof pods === 'string')
      found.problems.push({ code: 'malformed-manifest', severity: 'error', path, message: pods });
    else {
      found.components.push(...pods.components);
      found.problems.push(...pods.problems);
    }
  } catch (error) {
    if (!isPkiError(error)) throw error;
    found.problems.push(unreadable(path, error));
  }
}

async function inventoryOf(
  files: FileSource,
  {
    found,
    contents,
    uses,
    environment,
  }: {
    readonly found: Findings;
    readonly contents: Contents;
    readonly uses: readonly FileUse[];
    readonly environment: ResolvedEnvironment;
  },
): Promise<Inventory> {
  const usesOf = lookUp(uses);
  const certificates = contents.certificates.map((entry) => ({
    ...entry,
    uses: usesOf(entry.path, entry.field),
  }));
  return {
    components: found.components,
    certificates: await linkSigners(certificates, environment.crypto),
    keys: contents.keys.map((entry) => ({ ...entry, uses: usesOf(entry.path, entry.field) })),
    kubeconfigs: contents.kubeconfigs.map(({ references: _references, ...entry }) => ({
      ...entry,
      uses: usesOf(entry.path, undefined),
    })),
    crls: contents.crls,
    encodings: contents.encodings,
    files: fileEntries(files, [...found.paths, ...found.folders, ...uses.map(({ path }) => path)], found),
    folders: [...found.folders],
    problems: [
      ...found.problems,
      ...missing(files, uses),
      ...kubeconfigProblems(files, uses, contents),
      ...contents.problems,
    ],
  };
}

/** Uses by the file, or by the field of a document, that they are of. */
function lookUp(uses: readonly FileUse[]): (path: string, field: string | undefined) => FileUse[] {
  const byPath = new Map<string, FileUse[]>();
  for (const use of uses) {
    const known = byPath.get(use.path);
    if (known === undefined) byPath.set(use.path, [use]);
    else known.push(use);
  }
  return (path: string, field: string | undefined) =>
    (byPath.get(path) ?? []).filter(
      (use) => field === undefined || use.source !== path || use.flag === field,
    );
}

function fileEntries(files: FileSource, paths: readonly string[], { components }: Findings): FileEntry[] {
  const dataFolders = components
    .filter(({ name }) => name === 'etcd')
    .flatMap(({ flags }) => flags.get('data-dir') ?? []);
  const all = new Set([...paths, ...paths.map(folderOf), ...dataFolders]);
  return [...all].sort().flatMap((path) => {
    const facts = files.stat(path);
    return facts === undefined ? [] : [{ path, facts }];
  });
}

/** Files that somebody names, and that are not there. */
function missing(files: FileSource, uses: readonly FileUse[]): Finding[] {
  const told = new Set<string>();
  return uses.flatMap(({ path, component, flag, source }): Finding[] => {
    if (told.has(path) || files.stat(path) !== undefined) return [];
    told.add(path);
    const message = `${component} is told to use it by ${flag} in ${source}, and it is not there`;
    return [{ code: 'file-missing', severity: 'error', path, message }];
  });
}
