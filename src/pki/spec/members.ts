import { isPkiError } from '../../errors/pki-error.ts';
import { quote } from '../../errors/quote.ts';
import { parseValidity, type Validity } from '../../x509/duration.ts';
import type { ConfigDocuments } from './documents.ts';
import type { Findings } from './findings.ts';
import type { Section, Setting } from './section.ts';
import type { ControlPlaneSpec, NodeSpec, UserSpec } from './spec.ts';
import {
  checkUnique,
  groupNames,
  namespaceName,
  nodeName,
  ourSans,
  userName,
  type NamedThing,
} from './validate-names.ts';
import { port, remoteAdvertise } from './validate-network.ts';

/** kubeadm's default of `bindPort` (constants.go `KubeAPIServerPort`). */
export const DEFAULT_BIND_PORT = 6443;

/** The machines and users beside the first control plane. */
export interface Members {
  readonly controlPlanes: readonly ControlPlaneSpec[];
  readonly nodes: readonly NodeSpec[];
  readonly users: readonly UserSpec[];
  /** The names of the machines, to compare with the first control plane's. */
  readonly machines: readonly NamedThing[];
}

/** What the members take from the rest of the configuration. */
export interface MemberContext {
  /** Port of the first control plane. */
  readonly bindPort: number;
  readonly now: Date | undefined;
}

/** A machine or user, or nothing where a problem was reported. */
type Read<T> = { readonly spec: T; readonly path: string } | undefined;

/** Reads the further control planes, nodes and users, of our document and of JoinConfigurations. */
export function membersOf(documents: ConfigDocuments, context: MemberContext, findings: Findings): Members {
  const { joins, ours } = documents;
  const joining = joins.filter((join) => join.section('controlPlane').isPresent);
  const workers = joins.filter((join) => !join.section('controlPlane').isPresent);
  const controlPlanes = [
    ...joining.map((join) => joinedControlPlane(join, findings)),
    ...ours.sections('controlPlanes').map((section) => controlPlane(section, context, findings)),
  ].filter((read) => read !== undefined);
  const nodes = [
    ...workers.map((join) => joinedNode(join, findings)),
    ...ours.sections('nodes').map((section) => node(section, findings)),
  ].filter((read) => read !== undefined);
  const users = ours
    .sections('users')
    .map((section) => user(section, context, findings))
    .filter((read) => read !== undefined);
  checkUnique(nodes.map(named), 'node name', findings);
  checkUnique(users.map(named), 'user name', findings);
  checkFileNames(users.map(named), findings);
  return {
    controlPlanes: controlPlanes.map(({ spec }) => spec),
    nodes: nodes.map(({ spec }) => spec),
    users: users.map(({ spec }) => spec),
    machines: controlPlanes.map(named),
  };
}

function named({
  spec,
  path,
}: {
  readonly spec: { readonly name: string };
  readonly path: string;
}): NamedThing {
  return { name: spec.name, path };
}

function requiredText(section: Section, name: string, findings: Findings): Setting<string> | undefined {
  const setting = section.text(name);
  const path = `${section.path}.${name}`;
  if (setting === undefined && !findings.isReported(path)) findings.problem(path, 'is missing');
  return setting;
}

function requiredName(section: Section, findings: Findings): string | undefined {
  const setting = requiredText(section, 'name', findings);
  return setting && nodeName(setting, findings);
}

function joinedNode(join: Section, findings: Findings): Read<NodeSpec> {
  const registration = join.section('nodeRegistration');
  const name = requiredName(registration, findings);
  return name === undefined
    ? undefined
    : { spec: { name, addresses: [] }, path: `${registration.path}.name` };
}

function joinedControlPlane(join: Section, findings: Findings): Read<ControlPlaneSpec> {
  const registration = join.section('nodeRegistration');
  const endpoint = join.section('controlPlane').section('localAPIEndpoint');
  const name = requiredName(registration, findings);
  const advertiseAddress = requiredAddress(endpoint, findings);
  const given = endpoint.number('bindPort');
  const bindPort = given === undefined ? DEFAULT_BIND_PORT : port(given, findings);
  if (name === undefined || advertiseAddress === undefined || bindPort === undefined) return undefined;
  const sans = { certSANs: [], etcdServerCertSANs: [], etcdPeerCertSANs: [] };
  return { spec: { name, advertiseAddress, bindPort, ...sans }, path: `${registration.path}.name` };
}

function controlPlane(section: Section, context: MemberContext, findings: Findings): Read<ControlPlaneSpec> {
  const name = requiredName(section, findings);
  const advertiseAddress = requiredAddress(section, findings);
  const given = section.number('bindPort');
  const bindPort = given === undefined ? context.bindPort : port(given, findings);
  const sans = {
    certSANs: ourSans(section.texts('certSANs'), findings, 'allowed'),
    etcdServerCertSANs: ourSans(section.texts('etcdServerCertSANs'), findings, 'allowed'),
    etcdPeerCertSANs: ourSans(section.texts('etcdPeerCertSANs'), findings, 'allowed'),
  };
  if (name === undefined || advertiseAddress === undefined || bindPort === undefined) return undefined;
  return { spec: { name, advertiseAddress, bindPort, ...sans }, path: `${section.path}.name` };
}

function requiredAddress(section: Section, findings: Findings): string | undefined {
  const setting = requiredText(section, 'advertiseAddress', findings);
  return setting && remoteAdvertise(setting, findings);
}

function node(section: Section, findings: Findings): Read<NodeSpec> {
  const name = requiredName(section, findings);
  const addresses = ourSans(section.texts('addresses'), findings, 'refused');
  return name === undefined ? undefined : { spec: { name, addresses }, path: `${section.path}.name` };
}

function user(section: Section, { now }: MemberContext, findings: Findings): Read<UserSpec> {
  const given = requiredText(section, 'name', findings);
  const name = given && userName(given, findings);
  const groups = groupNames(section.texts('groups'), findings);
  const validitySetting = section.anyText('validity');
  const validity = validitySetting && userValidity(validitySetting, now, findings);
  const namespaceSetting = section.text('namespace');
  const namespace = namespaceSetting && namespaceName(namespaceSetting, findings);
  if (name === undefined) return undefined;
  const optional = {
    ...(validity === undefined ? {} : { validity }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  return { spec: { name, groups, ...optional }, path: `${section.path}.name` };
}

function userValidity(
  { value, path }: Setting<string>,
  now: Date | undefined,
  findings: Findings,
): Validity | undefined {
  try {
    const validity = parseValidity(value);
    const isPast = validity.kind === 'until' && now !== undefined && validity.date <= now;
    if (!isPast) return validity;
    findings.problem(path, `the validity ends at ${quote(value)}, which is not after ${now.toISOString()}`);
  } catch (error) {
    if (!isPkiError(error, 'invalid-value')) throw error;
    findings.problem(path, error.message);
  }
  return undefined;
}

// Kubernetes tells Jane from jane; the file systems of Windows and macOS do not.
function checkFileNames(users: readonly NamedThing[], findings: Findings): void {
  const first = new Map<string, NamedThing>();
  for (const { name, path } of users) {
    const folded = name.normalize('NFC').toLowerCase();
    const before = first.get(folded);
    if (before === undefined) first.set(folded, { name, path });
    else if (before.name !== name) {
      findings.warning(
        path,
        `the file of ${quote(name)} is that of ${quote(before.name)} where file names ignore case`,
      );
    }
  }
}
