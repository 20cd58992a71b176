import { quote } from '../../errors/quote.ts';
import { parseYamlDocuments, type YamlDocument } from '../../yaml/parse.ts';
import { CLUSTER_PKI_FIELDS, KUBEADM_FIELDS, KUBEADM_KINDS, type KubeadmKind } from './fields.ts';
import type { Findings } from './findings.ts';
import type { ConfigApi } from './kubernetes-version.ts';
import { Section, type Setting } from './section.ts';
import { conform, describe, isMapping, joinPath, type Report, type Shape } from './shape.ts';

/** YAML as text, or as its bytes. */
export type ConfigText = string | Uint8Array;

/** The documents of a configuration by kind; those that are not there are absent sections. */
export interface ConfigDocuments {
  readonly cluster: Section;
  readonly init: Section;
  readonly joins: readonly Section[];
  readonly ours: Section;
  /** The configuration APIs that kubeadm's documents are written in. */
  readonly apis: readonly Setting<ConfigApi>[];
}

/** The group, version and kind of our own document. */
export const CLUSTER_PKI = Object.freeze({ apiVersion: 'kubepki/v1alpha1', kind: 'ClusterPKI' });

/** The release of kubeadm that still converts an old API (initconfiguration.go, `oldKnownAPIVersions`). */
const OLD_APIS: ReadonlyMap<string, string> = new Map([
  ['v1alpha1', 'v1.11'],
  ['v1alpha2', 'v1.12'],
  ['v1alpha3', 'v1.14'],
  ['v1beta1', 'v1.15'],
  ['v1beta2', 'v1.22'],
]);
/** What may stand beside kubeadm's documents and is left alone. */
const LEFT_ALONE = Object.freeze(['kubelet.config.k8s.io', 'kubeproxy.config.k8s.io']);
const KUBEADM_KINDS_LEFT_ALONE = Object.freeze(['ResetConfiguration', 'UpgradeConfiguration']);

/** No document at all: what there is without a file. */
export const NO_DOCUMENTS: ConfigDocuments = Object.freeze({
  cluster: new Section(undefined, 'ClusterConfiguration'),
  init: new Section(undefined, 'InitConfiguration'),
  joins: [],
  ours: new Section(undefined, CLUSTER_PKI.kind),
  apis: [],
});

interface Known {
  readonly document: YamlDocument;
  readonly kind: KubeadmKind | typeof CLUSTER_PKI.kind;
  readonly shape: Shape;
  readonly api?: ConfigApi;
}

/**
 * Reads the documents of a configuration and checks their kinds, versions, fields and types.
 *
 * @throws PkiError `invalid-yaml`, `limit-exceeded`
 */
export function readDocuments(
  texts: readonly ConfigText[],
  findings: Findings,
  { source }: { source?: string | undefined },
): ConfigDocuments {
  if (texts.some((text) => typeof text !== 'string' && !(text instanceof Uint8Array)))
    throw new TypeError('a configuration must be a string, bytes, or a list of them');
  const documents = texts.flatMap((text) => parseYamlDocuments(text, { source }));
  const known = documents.flatMap((document) => classify(document, findings) ?? []);
  checkKinds(documents, findings);
  for (const { line } of documents.filter(({ commentOnly }) => commentOnly)) {
    const isKubeadms = known.some(({ api }) => api !== undefined);
    if (isKubeadms)
      findings.warning('', `the document at line ${line} has only comments: kubeadm refuses the file`);
  }
  const joins = known.filter(({ kind }) => kind === 'JoinConfiguration');
  const only = (kind: Known['kind']): Section =>
    read(
      known.findLast((one) => one.kind === kind),
      kind,
      findings,
    );
  const joinPathOf = (index: number): string =>
    joins.length === 1 ? 'JoinConfiguration' : `JoinConfiguration[${index}]`;
  return {
    cluster: only('ClusterConfiguration'),
    init: only('InitConfiguration'),
    joins: joins.map((join, index) => read(join, joinPathOf(index), findings)),
    ours: only(CLUSTER_PKI.kind),
    apis: known.flatMap(({ api, kind }) =>
      api === undefined ? [] : [{ value: api, path: `${kind}.apiVersion` }],
    ),
  };
}

function read(known: Known | undefined, path: string, findings: Findings): Section {
  if (known === undefined) return new Section(undefined, path);
  const { document, shape, api } = known;
  // kubeadm warns of unknown and doubled fields; ours is read by nobody else, so there they are mistakes.
  const report: Report = api === undefined ? findings.problem : findings.warning;
  const below: Report = (field, message) => {
    report(join(path, field), message);
  };
  const wrongType: Report = (field, message) => {
    findings.problem(join(path, field), message);
  };
  for (const key of document.duplicateKeys) below(key, 'is given twice, the last one counts');
  return new Section(
    conform(document.value, shape, { path: '', reports: { wrongType, unknownField: below } }),
    path,
  );
}

function join(path: string, field: string): string {
  return field === '' ? path : `${path}.${field}`;
}

function classify(document: YamlDocument, findings: Findings): Known | undefined {
  const { value, line, empty } = document;
  if (empty) return undefined;
  const where = `the document at line ${line}`;
  if (!isMapping(value)) {
    findings.problem('', `${where} is ${describe(value)}, expected a mapping with apiVersion and kind`);
    return undefined;
  }
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') {
    findings.problem('', `${where} has no apiVersion and kind, which must be strings`);
    return undefined;
  }
  const [group = '', version] = apiVersion.split('/', 2);
  if (group === 'kubepki') return classifyOurs(document, { apiVersion, kind }, findings);
  if (group === 'kubeadm.k8s.io')
    return classifyKubeadms(document, { version: version ?? '', kind }, findings);
  if (version === undefined || version === '') {
    findings.problem(
      kind,
      `has the apiVersion ${quote(apiVersion)}, which is no configuration: expected a group and a version`,
    );
  } else if (!LEFT_ALONE.includes(group)) {
    findings.warning(kind, `is left alone: ${quote(apiVersion)} is neither kubeadm's nor ours`);
  }
  return undefined;
}

function classifyOurs(
  document: YamlDocument,
  { apiVersion, kind }: { apiVersion: string; kind: string },
  findings: Findings,
): Known | undefined {
  if (apiVersion === CLUSTER_PKI.apiVersion && kind === CLUSTER_PKI.kind) {
    return { document, kind, shape: CLUSTER_PKI_FIELDS };
  }
  const expected = `expected kind ${CLUSTER_PKI.kind} of ${CLUSTER_PKI.apiVersion}`;
  findings.problem(
    '',
    `the document at line ${document.line} is ${quote(kind)} of ${quote(apiVersion)}, ${expected}`,
  );
  return undefined;
}

function classifyKubeadms(
  document: YamlDocument,
  { version, kind }: { version: string; kind: string },
  findings: Findings,
): Known | undefined {
  const path = joinPath(kind, 'apiVersion');
  const old = OLD_APIS.get(version);
  if (old !== undefined) {
    const advice = `run "kubeadm config migrate" of kubeadm ${old}, then of a newer one`;
    findings.problem(path, `kubeadm.k8s.io/${version} is too old, expected v1beta3 or v1beta4: ${advice}`);
  } else if (version !== 'v1beta3' && version !== 'v1beta4') {
    findings.problem(
      path,
      `kubeadm.k8s.io/${quote(version).slice(1, -1)} is not known, expected v1beta3 or v1beta4`,
    );
  } else {
    const known = KUBEADM_KINDS.find((name) => name === kind);
    if (known !== undefined)
      return { document, kind: known, shape: KUBEADM_FIELDS[version][known], api: version };
    if (KUBEADM_KINDS_LEFT_ALONE.includes(kind)) return undefined;
    const near = KUBEADM_KINDS.find((name) => name.toLowerCase().startsWith(kind.toLowerCase().slice(0, 4)));
    findings.warning(
      joinPath('', kind),
      `is left alone: it is no kind of kubeadm's${near === undefined ? '' : `, did you mean ${near}`}`,
    );
  }
  return undefined;
}

// kubeadm refuses any kind that is there twice; several machines may join, so JoinConfiguration may be.
function checkKinds(documents: readonly YamlDocument[], findings: Findings): void {
  const lines = new Map<string, number>();
  for (const { value, line } of documents) {
    const kind = isMapping(value) ? value['kind'] : undefined;
    if (typeof kind !== 'string' || kind === '' || kind === 'JoinConfiguration') continue;
    const first = lines.get(kind);
    if (first !== undefined)
      findings.problem(joinPath('', kind), `is specified twice, at lines ${first} and ${line}`);
    else lines.set(kind, line);
  }
  const expected = ['ClusterConfiguration', 'InitConfiguration', CLUSTER_PKI.kind];
  if (findings.problems.length === 0 && !expected.some((kind) => lines.has(kind))) {
    findings.problem('', `no ${expected.join(', ')} was found in the configuration`);
  }
}
