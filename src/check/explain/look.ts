import { equalBytes } from '../../asn1/bytes.ts';
import { matchesHost, parseHost } from '../../inspect/path/host-name.ts';
import { verifyCertificate } from '../../inspect/path/verify.ts';
import { EXTENSION, readExtension } from '../../inspect/read/extension.ts';
import type { Culprit, Evidence, Look, Words } from './row.ts';

type Found = Evidence['certificates'][number];

/** The place of a certificate, for people. */
function placeOf({ entry: { path, field } }: Found): string {
  return field === undefined ? path : `${path} (${field})`;
}

const isCa = ({ entry }: Found): boolean => entry.isCa;

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

/** Server certificates that are not for the host of the error. */
export const host: Look = ({ certificates }, words) => {
  const wanted = words['host'];
  const parsed = wanted === undefined ? undefined : parseHost(wanted);
  if (wanted === undefined || parsed === undefined) return [];
  const listed = words['names']?.split(/,\s*(?:or\s+)?/).map((name) => name.trim()) ?? [];
  return certificates.flatMap((one): Culprit[] => {
    const { extensions = [] } = one.info;
    const names = readExtension(extensions, EXTENSION.subjectAltName)?.value ?? [];
    const purposes = readExtension(extensions, EXTENSION.extendedKeyUsage)?.value;
    const isServer = purposes === undefined || purposes.includes('1.3.6.1.5.5.7.3.1');
    if (isCa(one) || !isServer || names.some((name) => matchesHost(name, parsed))) return [];
    // The error lists the names of the certificate that was shown: that one is it.
    const values = names.flatMap((name) =>
      'value' in name && typeof name.value === 'string' ? [name.value] : [],
    );
    if (listed.length > 0 && !listed.every((name) => values.includes(name))) return [];
    const has = one.entry.subjectAltNames.length === 0 ? 'no names' : one.entry.subjectAltNames.join(', ');
    return [
      {
        path: placeOf(one),
        message: `${one.entry.subject} is not for ${wanted}: it has ${has}`,
        fix: `add ${wanted} to the certSANs of the configuration and issue it anew, or call it by a name that it has`,
      },
    ];
  });
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

/** Certificates that may not be used as the error's program wanted to. */
export const usage: Look = ({ certificates }) =>
  certificates.flatMap((one): Culprit[] => {
    const purposes = one.entry.extendedKeyUsage;
    if (
      isCa(one) ||
      purposes.length === 0 ||
      (purposes.includes('serverAuth') && purposes.includes('clientAuth'))
    )
      return [];
    return [
      {
        path: placeOf(one),
        message: `${one.entry.subject} is for ${purposes.join(', ')} alone`,
        fix: 'use a certificate that is issued for this: kubepki issue server, client or peer',
      },
    ];
  });

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
  const finding = report.findings.find((one) => isIt(one.path));
  if (finding !== undefined) {
    const { path, message, fix } = finding;
    return [{ path, message, ...(fix === undefined ? {} : { fix }) }];
  }
  const certificate = report.certificates.find((one) => isIt(one.path));
  if (certificate !== undefined)
    return [{ path: certificate.path, message: `it holds ${certificate.subject}` }];
  const key = found.find((one) => isIt(one.path));
  // A root that stands in for a machine's is not part of the path on it.
  const path = key?.path ?? named.replace(/^.*(?=\/(?:etc\/kubernetes|var\/lib\/kubelet)\/)/, '');
  return [{ path, message: key === undefined ? 'the error names this file' : 'it holds a key' }];
};
