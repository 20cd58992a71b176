import { isPkiError } from '../../errors/pki-error.ts';
import { quote } from '../../errors/quote.ts';
import { familyOf, formatCidr, parseCidr, sizeOf, type Cidr } from '../../net/cidr.ts';
import { DNS_SUBDOMAIN_RULE, hasLongLabel, isDnsSubdomain } from '../../net/dns-name.ts';
import { parseHostPort, type HostPort } from '../../net/host-port.ts';
import { formatIp, parseIpSloppy, type IpAddress } from '../../net/ip.ts';
import type { Findings } from './findings.ts';
import type { Section, Setting } from './section.ts';
import type { AddressWish } from './spec.ts';

/** kubeadm's constants: `MinimumAddressesInServiceSubnet`, `MaximumBitsForServiceSubnet`, and the same for pods. */
const SERVICE = Object.freeze({ minimum: 10n, maximumBits: 20 });
const POD = Object.freeze({ minimum: 14n, nodeMaskDifference: 16 });

/**
 * The service networks: one, or one of each family (validation.go `ValidateIPNetFromString`,
 * `ValidateServiceSubnetSize`).
 *
 * @returns canonical texts, or `undefined` after reporting a problem
 */
export function serviceSubnets({ value, path }: Setting<string>, findings: Findings): string[] | undefined {
  const cidrs = subnets({ value, path }, findings);
  if (cidrs === undefined) return undefined;
  const before = findings.problems.length;
  for (const cidr of cidrs) {
    checkMinimum(cidr, { path, minimum: SERVICE.minimum }, findings);
    if (cidr.bits - cidr.prefixLength > SERVICE.maximumBits) {
      const least = cidr.bits - SERVICE.maximumBits;
      findings.problem(
        path,
        `${quote(formatCidr(cidr))} is too large: the prefix length must be at least ${least}`,
      );
    }
  }
  return findings.problems.length === before ? cidrs.map(formatCidr) : undefined;
}

/** Checks the pod networks, which no certificate names, as kubeadm does (`ValidatePodSubnetNodeMask`). */
export function checkPodSubnets(
  setting: Setting<string>,
  controllerManager: Section,
  findings: Findings,
): void {
  const { path } = setting;
  const arg = (name: string): string | undefined => argumentOf(controllerManager, name);
  for (const cidr of subnets(setting, findings) ?? []) {
    checkMinimum(cidr, { path, minimum: POD.minimum }, findings);
    if (arg('allocate-node-cidrs') === 'false') continue;
    const isV4 = familyOf(cidr) === 4;
    const nodeMask = Number(arg(`node-cidr-mask-size-ipv${isV4 ? 4 : 6}`) ?? (isV4 ? '24' : '64'));
    const name = quote(formatCidr(cidr));
    if (cidr.prefixLength > nodeMask) {
      findings.problem(
        path,
        `${name} is smaller than the network of a node, which has the prefix length ${nodeMask}`,
      );
    } else if (!(nodeMask - cidr.prefixLength <= POD.nodeMaskDifference)) {
      const most = POD.nodeMaskDifference;
      findings.problem(
        path,
        `${name} has a prefix length more than ${most} bits shorter than a node's, ${nodeMask}`,
      );
    }
  }
}

function subnets({ value, path }: Setting<string>, findings: Findings): Cidr[] | undefined {
  const texts = value.split(',');
  const cidrs = texts.map((text) => parseCidr(text));
  const wrong = texts.filter((_, index) => cidrs[index] === undefined);
  const read = cidrs.filter((cidr) => cidr !== undefined);
  const isDual = read.length === 2 && new Set(read.map(familyOf)).size === 2;
  const [first] = wrong;
  if (first !== undefined) {
    const blank =
      first.trim() !== first && parseCidr(first.trim()) !== undefined ? ' without white space' : '';
    findings.problem(
      path,
      `${quote(first)} is not a network, expected an address and a prefix length${blank}: 10.96.0.0/12`,
    );
  } else if (read.length > 1 && !isDual) {
    findings.problem(
      path,
      `${quote(value)} has ${read.length} networks, expected one, or one each of IPv4 and IPv6`,
    );
  } else return read;
  return undefined;
}

function checkMinimum(
  cidr: Cidr,
  { path, minimum }: { path: string; minimum: bigint },
  findings: Findings,
): void {
  const size = sizeOf(cidr);
  if (size >= minimum) return;
  const [has, needs] = [size.toString(), minimum.toString()];
  findings.problem(
    path,
    `${quote(formatCidr(cidr))} is too small: it has ${has} addresses, the minimum is ${needs}`,
  );
}

// extraArgs is a mapping in v1beta3 and a list in v1beta4, where the last of equal names counts.
function argumentOf(component: Section, name: string): string | undefined {
  const mapped = component.entries('extraArgs').find(({ value }) => value[0] === name)?.value[1];
  if (typeof mapped === 'string') return mapped === '' ? undefined : mapped;
  return component
    .sections('extraArgs')
    .findLast((arg) => arg.text('name')?.value === name)
    ?.text('value')?.value;
}

/**
 * The DNS domain of services (validation.go `ValidateNetworking`); unlike there, the name of the API server's service
 * in it must be a DNS name too.
 */
export function dnsDomain({ value, path }: Setting<string>, findings: Findings): string | undefined {
  if (isDnsSubdomain(value) && !hasLongLabel(value)) {
    const service = `kubernetes.default.svc.${value}`;
    if (isDnsSubdomain(service)) return value;
    const why = `the API server's certificate names ${quote(service)}, and a name has at most 253 characters`;
    findings.problem(path, `${quote(value)} is too long: ${why}`);
    return undefined;
  }
  findings.problem(path, `${quote(value)} is not a DNS domain: ${DNS_SUBDOMAIN_RULE}, labels of at most 63`);
  return undefined;
}

/** The endpoint that clients use, `host` or `host:port` (validation.go `ValidateHostPort`). */
export function endpoint({ value, path }: Setting<string>, findings: Findings): HostPort | undefined {
  try {
    const parsed = parseHostPort(value);
    if (!hasLongLabel(parsed.host)) return parsed;
    findings.problem(
      path,
      `${quote(value)} has a label of more than 63 characters, which DNS does not allow`,
    );
  } catch (error) {
    if (!isPkiError(error, 'invalid-value')) throw error;
    findings.problem(path, error.message);
  }
  return undefined;
}

/** A TCP port. */
export function port({ value, path }: Setting<number>, findings: Findings): number | undefined {
  if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
  findings.problem(path, `${quote(value)} is not a port, expected a number from 1 to 65535`);
  return undefined;
}

/** An advertise address, or which of the machine's own is wanted. */
export type Advertise = { readonly address: string } | { readonly wish: AddressWish };

/**
 * The address that an API server advertises, as kubeadm takes it (initconfiguration.go
 * `SetAPIEndpointDynamicDefaults`, common.go `VerifyAPIServerBindAddress`): `0.0.0.0` and `::` stand for the address of
 * the default route, a loopback address for that on the loopback interface.
 *
 * @returns the address in canonical form, or `undefined` after reporting a problem
 */
export function advertise({ value, path }: Setting<string>, findings: Findings): Advertise | undefined {
  const ip = parseIpSloppy(value);
  if (ip === undefined) {
    findings.problem(path, `${quote(value)} is not an IPv4 or IPv6 address`);
    return undefined;
  }
  const kind = SPECIAL.find(({ matches }) => matches(ip))?.kind;
  if (kind === 'unspecified' || kind === 'loopback')
    return { wish: { family: ip.family, loopback: kind === 'loopback' } };
  if (kind === undefined) return { address: formatIp(ip.bytes) };
  findings.problem(path, `${quote(value)} is a ${kind} address, expected one that others can reach`);
  return undefined;
}

/** The advertise address of another machine, whose own addresses cannot be asked for. */
export function remoteAdvertise(setting: Setting<string>, findings: Findings): string | undefined {
  const found = advertise(setting, findings);
  if (found === undefined || 'address' in found) return found?.address;
  findings.problem(
    setting.path,
    `${quote(setting.value)} stands for an address of that machine, expected the address itself`,
  );
  return undefined;
}

// Go's net.IP: IsUnspecified, IsLoopback, IsMulticast, IsLinkLocalUnicast; what is none of these is global unicast.
const SPECIAL: readonly { readonly kind: string; readonly matches: (ip: IpAddress) => boolean }[] =
  Object.freeze([
    { kind: 'unspecified', matches: ({ bytes }) => bytes.every((byte) => byte === 0) },
    {
      kind: 'loopback',
      matches: ({ family, bytes }) => (family === 4 ? bytes[0] === 127 : formatIp(bytes) === '::1'),
    },
    {
      kind: 'broadcast',
      matches: ({ family, bytes }) => family === 4 && bytes.every((byte) => byte === 255),
    },
    {
      kind: 'multicast',
      matches: ({ family, bytes }) => (family === 4 ? (bytes[0] ?? 0) >> 4 === 14 : bytes[0] === 255),
    },
    {
      kind: 'link-local',
      matches: ({ family, bytes: [first, second = 0] }) =>
        family === 4 ? first === 169 && second === 254 : first === 0xfe && second >> 6 === 2,
    },
  ]);

/** Whether an address is one that others can reach (Go's `net.IP.IsGlobalUnicast`). */
export function isGlobalUnicast(ip: IpAddress): boolean {
  return !SPECIAL.some(({ matches }) => matches(ip));
}
