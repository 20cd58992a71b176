import { equalBytes } from '../../asn1/bytes.ts';
import { verifyCertificate } from '../../inspect/path/verify.ts';
import type { Culprit, Evidence, Look, Words } from './row.ts';

/** A certificate that was found. */
export type Found = Evidence['certificates'][number];

/** The place of a certificate, for people. */
export function placeOf({ entry: { path, field } }: Found): string {
  return field === undefined ? path : `${path} (${field})`;
}

const isCa = ({ entry }: Found): boolean => entry.isCa;
const isServer = (purposes: readonly string[]): boolean => purposes.includes('serverAuth');
const isClient = (purposes: readonly string[]): boolean => purposes.includes('clientAuth');

/** Certificates whose time is over. */
export const expired: Look = ({ certificates, now }) =>
  certificates.flatMap((one): Culprit[] => {
    const { date } = one.info.notAfter;
    if (date === undefined || date >= now) return [];
    const message = `${one.entry.subject} expired at ${date.toISOString()}`;
    return [{ path: placeOf(one), message, fix: 'renew it, and restart who uses it' }];
  });

/** Certificates whose time has not come. */
export const notYetValid: Look = ({ certificates, now }) =>
  certificates.flatMap((one): Culprit[] => {
    const { date } = one.info.notBefore;
    if (date === undefined || date <= now) return [];
    return [
      {
        path: placeOf(one),
        message: `${one.entry.subject} is not valid before ${date.toISOString()}`,
        fix: 'check the clocks of both machines: timedatectl',
      },
    ];
  });

/** Whether a chain to one CA is refused for another reason than that the CA did not sign. */
async function signedBy(one: Found, ca: Found, now: Date): Promise<boolean> {
  const request = { certificate: one.info, roots: [ca.info], intermediates: [] };
  const { accepted, candidates } = await verifyCertificate(request, { now });
  const reasons = candidates[0]?.reasons ?? [];
  return (
    accepted ||
    (reasons.length > 0 && !reasons.some(({ code }) => ['unknown-issuer', 'bad-signature'].includes(code)))
  );
}

/** CAs that signed none of the certificates, several, that name them: they, and not all of those, were replaced. */
export const oddAuthority: Look = async ({ certificates, now }) => {
  const culprits: Culprit[] = [];
  for (const ca of certificates.filter(isCa)) {
    const below = certificates.filter((one) => !isCa(one) && one.entry.issuer === ca.entry.subject);
    if (below.length < 2) continue;
    const signed = await Promise.all(below.map((one) => signedBy(one, ca, now)));
    if (signed.includes(true)) continue;
    culprits.push({
      path: placeOf(ca),
      message: `${ca.entry.subject} signed none of the ${below.length} certificates here that name it`,
      fix: 'put the CA back that signed them, or issue them anew with this one',
    });
  }
  return culprits;
};

/** Certificates that lead to none of the CAs that were found. */
export const chain: Look = async ({ certificates, now }) => {
  const cas = certificates.filter(isCa).map(({ info }) => info);
  const culprits: Culprit[] = [];
  for (const one of certificates.filter((candidate) => !isCa(candidate))) {
    const request = { certificate: one.info, roots: cas, intermediates: [] };
    const { accepted, candidates } = await verifyCertificate(request, { now });
    const [reason] = candidates[0]?.reasons ?? [];
    const isChain =
      reason !== undefined &&
      ['unknown-issuer', 'bad-signature', 'not-a-ca', 'path-length'].includes(reason.code);
    if (accepted || !isChain) continue;
    culprits.push({
      path: placeOf(one),
      message: `${one.entry.subject}: ${reason.message}`,
      ...(reason.fix === undefined ? {} : { fix: reason.fix }),
    });
  }
  return culprits;
};

/** Keys and certificates that lie side by side and do not belong together: the one of the two that was put there. */
export const keys: Look = async ({ certificates, keys: found, now }) => {
  const base = (path: string): string => path.replace(/(?:-key)?\.[^./]*$/, '');
  const culprits: Culprit[] = [];
  for (const { path, publicKey } of found) {
    if (publicKey === undefined) continue;
    const matches = ({ info }: Found): boolean => equalBytes(info.publicKey.der, publicKey);
    const beside = certificates.filter((one) => base(one.entry.path) === base(path) || found.length === 1);
    if (beside.length === 0 || beside.some(matches)) continue;
    const own = certificates.find(matches);
    const whose = own === undefined ? 'none that was found' : placeOf(own);
    const message = `${path} is the key of ${whose}, not of ${beside.map(placeOf).join(', ')}`;
    const fix = 'put the key and the certificate that were made together side by side';
    const [foreign] = await strangersAmong(beside, certificates.filter(isCa), now);
    culprits.push({ path: foreign === undefined ? path : placeOf(foreign), message, fix });
  }
  return culprits;
};

/** Certificates that were not signed by the CAs of the name that they give, where such are there. */
async function strangersAmong(some: readonly Found[], cas: readonly Found[], now: Date): Promise<Found[]> {
  const strangers: Found[] = [];
  for (const one of some.filter((candidate) => !isCa(candidate))) {
    const above = cas.filter(({ entry }) => entry.subject === one.entry.issuer);
    const signed = await Promise.all(above.map((ca) => signedBy(one, ca, now)));
    if (above.length > 0 && !signed.includes(true)) strangers.push(one);
  }
  return strangers;
}

/** So many certificates of one purpose are a cluster's own: none of them stands out. */
const MANY = 3;

/** Certificates that may not be used as the error's program wanted to: of those whose use is not known to be right, where they are few. */
export const usage: Look = ({ certificates, named }) => {
  // Where the error gives a serial number, it is about that one, however it is used else.
  const told = certificates.filter(({ entry }) => named.has(entry.path));
  const culprits = (told.length > 0 ? told : certificates).flatMap((one): Culprit[] => {
    const { extendedKeyUsage: purposes, subject, uses } = one.entry;
    const isForAll = purposes.length === 0 || isServer(purposes) === isClient(purposes);
    // What is used otherwise than it may be is a finding of its own.
    if (isCa(one) || isForAll || (uses.length > 0 && told.length === 0)) return [];
    return [
      {
        path: placeOf(one),
        message: `${subject} is for ${purposes.join(', ')} alone`,
        fix: 'use a certificate that is issued for this: kubepki issue server, client or peer',
      },
    ];
  });
  return culprits.length > MANY ? [] : culprits;
};

/** Certificates that are no CA's where one is wanted. */
export const authorities: Look = ({ certificates }) =>
  certificates.flatMap((one): Culprit[] => {
    const signs = certificates.some(
      ({ entry }) => entry.id !== one.entry.id && entry.issuer === one.entry.subject,
    );
    if (isCa(one) || !signs) return [];
    return [
      {
        path: placeOf(one),
        message: `${one.entry.subject} is no CA, and stands as the issuer of others`,
        fix: 'sign by a CA: kubepki ca create',
      },
    ];
  });

/** The file that the error itself names: by the path that it has on its machine, or by the one that it has here. */
export const namedFile = ({ report, keys: found }: Evidence, words: Words): Culprit[] => {
  const named = words['path'];
  if (named === undefined) return [];
  const isIt = (path: string): boolean =>
    path === named || path.endsWith(`/${named.replace(/^\//, '')}`) || named.endsWith(path);
  const nearest = <T extends { readonly path: string }>(all: readonly T[]): T | undefined =>
    all.find(({ path }) => path === named) ?? all.find(({ path }) => isIt(path));
  const finding = nearest(report.findings);
  if (finding !== undefined) {
    const { path, message, fix } = finding;
    return [{ path, message, ...(fix === undefined ? {} : { fix }) }];
  }
  const certificate = nearest(report.certificates);
  if (certificate !== undefined)
    return [{ path: certificate.path, message: `it holds ${certificate.subject}` }];
  const key = nearest(found);
  // A root that stands in for a machine's is not part of the path on it.
  const path = key?.path ?? named.replace(/^.*(?=\/(?:etc\/kubernetes|var\/lib\/kubelet)\/)/, '');
  return [{ path, message: key === undefined ? 'the error names this file' : 'it holds a key' }];
};
