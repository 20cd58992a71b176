import { matchesHost, parseHost } from '../../inspect/path/host-name.ts';
import { EXTENSION, readExtension } from '../../inspect/read/extension.ts';
import type { GeneralNameInfo } from '../../inspect/read/general-name.ts';
import { formatIp, parseIp } from '../../net/ip.ts';
import { placeOf, type Found } from './look.ts';
import type { Culprit, Look, Words } from './row.ts';

/** A server's certificate, and its alternative names. */
interface Server {
  readonly found: Found;
  readonly names: readonly GeneralNameInfo[];
}

function serversOf(certificates: readonly Found[]): Server[] {
  return certificates
    .filter(({ entry: { isCa, extendedKeyUsage: purposes } }) => {
      const isServer = purposes.length === 0 || purposes.includes('serverAuth');
      return isServer && !isCa;
    })
    .map((found) => ({
      found,
      names: readExtension(found.info.extensions ?? [], EXTENSION.subjectAltName)?.value ?? [],
    }));
}

/** Server certificates that are not for the host of the error, of some among them. */
function notFor(
  certificates: readonly Found[],
  wanted: string | undefined,
  among: (all: Server[]) => Server[],
): Culprit[] {
  const parsed = wanted === undefined ? undefined : parseHost(wanted);
  if (wanted === undefined || parsed === undefined) return [];
  const wrong = serversOf(certificates).filter(
    ({ names }) => !names.some((name) => matchesHost(name, parsed)),
  );
  return among(wrong).map(({ found }) => {
    const { subject, subjectAltNames } = found.entry;
    const has = subjectAltNames.length === 0 ? 'no names' : subjectAltNames.join(', ');
    return {
      path: placeOf(found),
      message: `${subject} is not for ${wanted}: it has ${has}`,
      fix: `add ${wanted} to the certSANs of the configuration and issue it anew, or call it by a name that it has`,
    };
  });
}

/** Server certificates that are not for the host of the error: where that lists the names of the one that was shown, that one. */
export const host: Look = ({ certificates }, words) => {
  const listed = listedNames(words);
  if (listed.length === 0) return notFor(certificates, words['host'], (all) => all);
  return notFor(certificates, words['host'], (all) => {
    const having = all.filter(({ names }) => listed.every((name) => textsOf(names).includes(name)));
    // Go lists all names of the host's kind, and no others.
    const exact = having.filter(({ names }) => {
      const kinds = new Set(
        names.flatMap((name) => (listed.includes(textOf(name) ?? '') ? [name.kind] : [])),
      );
      return textsOf(names.filter(({ kind }) => kinds.has(kind))).every((name) => listed.includes(name));
    });
    return exact.length > 0 ? exact : having;
  });
};

/** Those among them that have no address at all. */
export const hostWithoutAddresses: Look = ({ certificates }, words) =>
  notFor(certificates, words['host'], (all) =>
    all.filter(({ names }) => !names.some(({ kind }) => kind === 'ip')),
  );

/** Those among them that have no DNS name at all. */
export const hostWithoutNames: Look = ({ certificates }, words) =>
  notFor(certificates, words['host'], (all) =>
    all.filter(({ names }) => !names.some(({ kind }) => kind === 'dns')),
  );

/** Server certificates without any alternative name. */
export const nameless: Look = ({ certificates }) =>
  serversOf(certificates)
    .filter(({ names }) => names.length === 0)
    .map(({ found }) => ({
      path: placeOf(found),
      message: `${found.entry.subject} has no alternative names`,
      fix: 'issue it anew with its names',
    }));

/** The names that the error lists, as Go and Node write them: `a, b or c`, `DNS:a, IP Address:b`. */
function listedNames({ names }: Words): string[] {
  return (names ?? '')
    .split(/,\s*(?:or\s+)?/)
    .map((name) => plainName(name.trim().replace(/^(?:DNS|IP Address):/, '')))
    .filter((name) => name !== '');
}

/** An address as certificates' texts have it: Node writes ::1 in full. */
function plainName(name: string): string {
  const address = parseIp(name);
  return address === undefined ? name : formatIp(address.bytes);
}

function textOf(name: GeneralNameInfo): string | undefined {
  return 'value' in name && typeof name.value === 'string' ? name.value : undefined;
}

function textsOf(names: readonly GeneralNameInfo[]): string[] {
  return names.flatMap((name) => textOf(name) ?? []);
}
