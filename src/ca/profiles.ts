import type { KeyKind } from '../crypto/algorithms.ts';
import { PkiError, type Problem } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';
import { isDnsSubdomain } from '../net/dns-name.ts';
import { parseIp } from '../net/ip.ts';
import type { SubjectAltName } from '../x509/general-name.ts';
import type { Subject } from '../x509/name.ts';
import type { ExtendedKeyUsage, KeyUsage } from '../x509/usages.ts';

/** What a profile completes and checks: the subject and names of a request, in canonical form. */
export interface ProfileInput {
  readonly subject: Subject;
  readonly subjectAltNames: readonly SubjectAltName[];
}

/** How certificates of one kind look. A profile is data; own ones can be given to `issue`. */
export interface Profile {
  readonly name: string;
  /** Whether it makes CAs. */
  readonly ca: boolean;
  /** Key usages by the kind of the subject's key. */
  readonly keyUsage: Readonly<Record<KeyKind, readonly KeyUsage[]>>;
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[];
  /** Whether the certificate has a subject key identifier. */
  readonly subjectKeyIdentifier: boolean;
  /** Whether DNS names may read as addresses: kubeadm puts a node's name among them whatever it is. Default: no. */
  readonly addressLikeNames?: boolean;
  /** Validity where the request names none, in the duration grammar. */
  readonly validity: string;
  /** Fills in what follows from the request. */
  readonly complete?: (input: ProfileInput) => ProfileInput;
  /** What the completed request lacks; each problem is named by the field of the request. */
  readonly check?: (input: ProfileInput) => readonly Problem[];
}

/** The names of the profiles in {@link PROFILES}. */
export type ProfileName =
  'ca' | 'server' | 'client' | 'peer' | 'kubelet-client' | 'kubelet-server' | 'webhook';

// Only RSA can encrypt keys: RFC 8813 3 forbids keyEncipherment for EC keys.
const SERVING = {
  rsa: ['digitalSignature', 'keyEncipherment'],
  ec: ['digitalSignature'],
  ed25519: ['digitalSignature'],
} as const;
const SIGNING = {
  rsa: ['digitalSignature'],
  ec: ['digitalSignature'],
  ed25519: ['digitalSignature'],
} as const;
const CERTIFYING: readonly KeyUsage[] = ['digitalSignature', 'keyCertSign', 'cRLSign'];

const LEAF = { ca: false, subjectKeyIdentifier: true, validity: '1y' } as const;

/** The user name prefix and the group of kubelets (Kubernetes: Node authorization). */
const NODE_PREFIX = 'system:node:';
const NODE_GROUP = 'system:nodes';

/** The profiles, one row each. */
export const PROFILES: readonly Profile[] = Object.freeze([
  {
    name: 'ca',
    ca: true,
    keyUsage: { rsa: CERTIFYING, ec: CERTIFYING, ed25519: CERTIFYING },
    extendedKeyUsage: [],
    subjectKeyIdentifier: true,
    validity: '10y',
    check: needsCommonName,
  },
  {
    ...LEAF,
    name: 'server',
    keyUsage: SERVING,
    extendedKeyUsage: ['serverAuth'],
    complete: nameFromCommonName,
    check: needsNames,
  },
  { ...LEAF, name: 'client', keyUsage: SIGNING, extendedKeyUsage: ['clientAuth'], check: needsCommonName },
  {
    ...LEAF,
    name: 'peer',
    keyUsage: SERVING,
    extendedKeyUsage: ['serverAuth', 'clientAuth'],
    complete: nameFromCommonName,
    check: needsNames,
  },
  {
    ...LEAF,
    name: 'kubelet-client',
    keyUsage: SIGNING,
    extendedKeyUsage: ['clientAuth'],
    complete: completeNode,
    check: needsNode,
  },
  {
    ...LEAF,
    name: 'kubelet-server',
    keyUsage: SERVING,
    extendedKeyUsage: ['serverAuth'],
    complete: completeNodeServer,
    check: (input) => [...needsNode(input), ...needsNames(input)],
  },
  {
    ...LEAF,
    name: 'webhook',
    keyUsage: SERVING,
    extendedKeyUsage: ['serverAuth'],
    complete: completeWebhook,
    check: needsService,
  },
]);

/**
 * The profile of a name.
 *
 * @throws PkiError `invalid-value`
 */
export function profileNamed(name: string): Profile {
  const profile = PROFILES.find((row) => row.name === name);
  if (profile !== undefined) return profile;
  const expected = PROFILES.map((row) => row.name).join(', ');
  throw new PkiError('invalid-value', `${quote(name)} is not a profile: expected one of ${expected}`, {
    details: { kind: 'profile', value: name, expected },
  });
}

function needsCommonName({ subject }: ProfileInput): Problem[] {
  return subject.commonName === undefined ? [{ path: 'commonName', message: 'a common name is needed' }] : [];
}

// RFC 9525 6.1: clients look at the subject alternative names alone.
function needsNames({ subjectAltNames }: ProfileInput): Problem[] {
  const message = 'at least one name or address is needed: clients look at nothing else';
  return subjectAltNames.some(({ type }) => type === 'dns' || type === 'ip')
    ? []
    : [{ path: 'subjectAltNames', message }];
}

/** A server without names is known by its common name, where that is a host name. */
function nameFromCommonName(input: ProfileInput): ProfileInput {
  const { commonName } = input.subject;
  if (input.subjectAltNames.length > 0 || commonName === undefined || !isDnsSubdomain(commonName))
    return input;
  return { ...input, subjectAltNames: [hostName(commonName)] };
}

/** A node or server may be named by its address. */
function hostName(name: string): SubjectAltName {
  return { type: parseIp(name) === undefined ? 'dns' : 'ip', value: name };
}

/** Kubelets are users `system:node:NAME` of the group `system:nodes`; a bare node name is completed. */
function completeNode(input: ProfileInput): ProfileInput {
  const { commonName, organizations = [] } = input.subject;
  if (commonName === undefined) return input;
  const name = commonName.startsWith(NODE_PREFIX) ? commonName.slice(NODE_PREFIX.length) : commonName;
  const groups = organizations.includes(NODE_GROUP) ? organizations : [NODE_GROUP, ...organizations];
  // kubeadm and the kubelet lower-case host names; a Node object is named so.
  return {
    ...input,
    subject: { ...input.subject, commonName: NODE_PREFIX + name.toLowerCase(), organizations: groups },
  };
}

/** A kubelet's serving certificate also carries the node's name (signer kubernetes.io/kubelet-serving). */
function completeNodeServer(input: ProfileInput): ProfileInput {
  const completed = completeNode(input);
  const name = completed.subject.commonName?.slice(NODE_PREFIX.length) ?? '';
  const known = !isDnsSubdomain(name) || input.subjectAltNames.some(({ value }) => value === name);
  return known ? completed : { ...completed, subjectAltNames: [hostName(name), ...input.subjectAltNames] };
}

function needsNode({ subject }: ProfileInput): Problem[] {
  const name = subject.commonName?.slice(NODE_PREFIX.length) ?? '';
  if (isDnsSubdomain(name)) return [];
  return [
    { path: 'commonName', message: `a node name is needed, a DNS subdomain (RFC 1123), got ${quote(name)}` },
  ];
}

/** The API server calls a webhook as SERVICE.NAMESPACE.svc (Kubernetes: admission webhook clientConfig.service). */
function completeWebhook(input: ProfileInput): ProfileInput {
  const [service, namespace, svc = 'svc', ...domain] = input.subject.commonName?.split('.') ?? [];
  const known = svc === 'svc' && ['', 'cluster.local'].includes(domain.join('.'));
  if (service === undefined || namespace === undefined || !known) return input;
  const host = `${service}.${namespace}.svc`;
  const own = [host, `${host}.cluster.local`].map((value): SubjectAltName => ({ type: 'dns', value }));
  const others = input.subjectAltNames.filter(({ value }) => own.every((name) => name.value !== value));
  return { subject: { ...input.subject, commonName: host }, subjectAltNames: [...own, ...others] };
}

/** The service is named by the common name or, where that says something else, by a SAN. */
function needsService({ subject, subjectAltNames }: ProfileInput): Problem[] {
  const isService = ({ type, value }: SubjectAltName): boolean =>
    type === 'dns' && value.split('.').length === 3 && value.endsWith('.svc') && isDnsSubdomain(value);
  if (subjectAltNames.some(isService)) return [];
  const expected =
    'a service is needed as SERVICE.NAMESPACE or SERVICE.NAMESPACE.svc, or such a name among the SANs';
  return [{ path: 'commonName', message: `${expected}, got ${quote(subject.commonName ?? '')}` }];
}
