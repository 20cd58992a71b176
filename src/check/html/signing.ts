import type { CheckReport, ReportCertificate } from '../report.ts';
import { URGENCIES, type Urgency } from './urgency.ts';

/** CAs below one another that are shown as such; one that is deeper stands by itself. */
const MAX_DEPTH = 8;

/** A certificate, in all places where it stands. */
export interface Signed {
  readonly certificate: ReportCertificate;
  readonly name: string;
  readonly urgency: Urgency;
  /** Its places: numbers of rows of the table, and paths. */
  readonly places: readonly { readonly row: number; readonly path: string }[];
  /** Names of the components that use it, sorted. */
  readonly components: readonly string[];
}

/** One that signed others, or is a CA that signed itself. */
export interface Authority {
  readonly name: string;
  /** Left out where the signer is not in the report. */
  readonly signed: Signed | undefined;
  readonly depth: number;
  /** What it signed that signed nothing itself, the most urgent first. */
  readonly members: readonly Signed[];
  /** CAs that it signed, the most urgent first. */
  readonly below: readonly Authority[];
}

interface Growing {
  readonly name: string;
  readonly signed: Signed | undefined;
  parent: Growing | undefined;
  depth: number | undefined;
  readonly members: Signed[];
  readonly below: Growing[];
}

/** Who signed whom: the CAs that no other one here signed, each with what is below it. */
export function signingOf(
  { certificates }: CheckReport,
  urgency: (certificate: ReportCertificate) => Urgency,
): readonly Authority[] {
  const all = distinctOf(certificates, urgency);
  const signers = signersOf(certificates, all);
  const authorities = new Map<string, Growing>();
  for (const { key, name } of signers.values()) {
    const signed = all.get(key);
    if (!authorities.has(key))
      authorities.set(key, { name, signed, parent: undefined, depth: undefined, members: [], below: [] });
  }
  for (const [fingerprint, { key }] of signers) {
    const own = authorities.get(fingerprint);
    const signer = authorities.get(key);
    const signed = all.get(fingerprint);
    if (own === undefined && signed !== undefined) signer?.members.push(signed);
    else if (own !== undefined && own !== signer) own.parent = signer;
  }
  return sorted(place([...authorities.values()]));
}

/** Certificates by their fingerprints. */
function distinctOf(
  certificates: readonly ReportCertificate[],
  urgency: (certificate: ReportCertificate) => Urgency,
): Map<string, Signed> {
  const entries = new Map<string, { certificate: ReportCertificate; row: number }[]>();
  for (const [row, certificate] of certificates.entries()) {
    const known = entries.get(certificate.fingerprint);
    if (known === undefined) entries.set(certificate.fingerprint, [{ certificate, row }]);
    else known.push({ certificate, row });
  }
  return new Map(
    [...entries].flatMap(([fingerprint, places]) => {
      const [first] = places;
      if (first === undefined) return [];
      const uses = places.flatMap(({ certificate }) => certificate.uses);
      const kinds = new Set(places.map(({ certificate }) => urgency(certificate)));
      const signed: Signed = {
        certificate: first.certificate,
        name: nameOf(first.certificate),
        urgency: URGENCIES.find((kind) => kinds.has(kind)) ?? 'fine',
        places: places.map(({ certificate: { path }, row }) => ({ row, path })),
        components: [...new Set(uses.map(({ component }) => component))].sort(),
      };
      return [[fingerprint, signed]];
    }),
  );
}

function nameOf({ commonName, subject, path }: ReportCertificate): string {
  return commonName ?? (subject === '' ? path : subject);
}

/** The signer of each certificate: a fingerprint, or what stands for one that is not here, and its name. */
function signersOf(
  certificates: readonly ReportCertificate[],
  all: ReadonlyMap<string, Signed>,
): Map<string, { readonly key: string; readonly name: string }> {
  const byId = new Map(certificates.map(({ id, fingerprint }) => [id, fingerprint]));
  const found = new Map(
    [...all].map(([own, { certificate }]) => {
      const fingerprints = certificate.signedBy.flatMap((id) => byId.get(id) ?? []);
      return [own, fingerprints.includes(own) ? own : fingerprints[0]];
    }),
  );
  const signing = new Set([...found].flatMap(([own, key]) => (key === own ? [] : [key])));
  return new Map(
    [...all].map(([own, { certificate }]) => {
      const key = found.get(own);
      if (key === undefined)
        return [own, { key: `not here ${certificate.issuer}`, name: `${certificate.issuer} (not here)` }];
      if (key === own && !certificate.isCa && !signing.has(own))
        return [own, { key: 'self', name: 'signed by themselves' }];
      const signer = all.get(key);
      return [own, { key, name: signer?.certificate.subject || (signer?.name ?? '') }];
    }),
  );
}

/** Puts CAs below those that signed them; where they signed one another in a ring, the ring is cut. */
function place(authorities: readonly Growing[]): Growing[] {
  const roots: Growing[] = [];
  for (const authority of authorities) {
    const path = new Set<Growing>();
    let at: Growing | undefined = authority;
    while (at !== undefined && at.depth === undefined && !path.has(at)) {
      path.add(at);
      at = at.parent;
    }
    let above = at === undefined || path.has(at) ? undefined : at;
    for (const one of [...path].reverse()) {
      const depth: number = (above?.depth ?? MAX_DEPTH) + 1;
      const isBelow = above !== undefined && depth <= MAX_DEPTH;
      one.depth = isBelow ? depth : 0;
      (isBelow && above !== undefined ? above.below : roots).push(one);
      above = one;
    }
  }
  return roots;
}

const rank = (urgency: Urgency): number => URGENCIES.indexOf(urgency);

/** The most urgent of all that is in and below a CA, whose members are sorted. */
function worst({ signed, members, below }: Authority): number {
  const own = [signed, members[0]].map((one) => rank(one?.urgency ?? 'fine'));
  return Math.min(...own, ...below.map(worst));
}

function sorted(authorities: readonly Growing[]): Authority[] {
  const ready = authorities.map(({ name, signed, depth = 0, members, below }): Authority => ({
    name,
    signed,
    depth,
    members: [...members].sort((a, b) => rank(a.urgency) - rank(b.urgency)),
    below: sorted(below),
  }));
  const ranks = new Map(ready.map((one) => [one, worst(one)]));
  return ready.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
}
