import { equalBytes, toHex } from '../asn1/bytes.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { Certificate } from '../x509/certificate.ts';
import { readPrivateKey } from '../x509/key-file.ts';
import { formatName } from '../x509/name.ts';
import type { Fact } from './diff-facts.ts';
import { readTokenIfJwt } from './service-account-token.ts';

/** What is said of one difference: no secret. */
export interface Difference {
  readonly before?: string;
  readonly after?: string;
  readonly reason?: string;
}

/** Hexadecimal digits of a fingerprint and of a serial number: enough to find them again. */
const DIGITS = 16;

/**
 * A fact with what its content means as its identity: certificates by themselves, whatever stands around them, and keys
 * by their public half, whatever their encoding.
 */
export async function understood(fact: Fact, crypto: CryptoProvider): Promise<Fact> {
  const { bytes, kind } = fact;
  if (kind === 'token') return { ...fact, shown: shownToken(fact.identity) };
  if (bytes === undefined) return fact;
  if (kind === 'key') return understoodKey(fact, bytes, crypto);
  if (kind !== 'certificates') return fact;
  const certificates = certificatesIn(bytes);
  if (certificates === undefined) return { ...fact, shown: 'data that is no certificate' };
  const all = certificates.map(({ der }) => toHex(der));
  // The first is the client's own; of a CA file, all are alike.
  const rest = [...new Set(all.slice(fact.field === 'client-certificate' ? 1 : 0))].sort();
  const identity = [...(fact.field === 'client-certificate' ? all.slice(0, 1) : []), ...rest].join(' ');
  const shown = await Promise.all(certificates.map((one) => describe(one, crypto)));
  return { ...fact, identity, shown: shown.join('; ') };
}

async function understoodKey(fact: Fact, bytes: Uint8Array, crypto: CryptoProvider): Promise<Fact> {
  try {
    const { publicKey } = await readPrivateKey(bytes, {}, crypto);
    const hash = toHex(await crypto.digest('SHA-256', publicKey.spki));
    const shown = `${publicKey.algorithm}, SHA-256 of the public key ${hash}`;
    return { ...fact, identity: toHex(publicKey.spki), shown };
  } catch {
    return { ...fact, shown: 'a key that cannot be read' };
  }
}

function certificatesIn(bytes: Uint8Array): readonly Certificate[] | undefined {
  try {
    return Certificate.allFromPem(bytes);
  } catch {
    return undefined;
  }
}

async function describe(certificate: Certificate, crypto: CryptoProvider): Promise<string> {
  const fingerprint = toHex(await crypto.digest('SHA-256', certificate.der)).slice(0, DIGITS);
  const { subject, serialNumber, notBefore, notAfter } = certificate;
  const serial = serialNumber.length > DIGITS ? `${serialNumber.slice(0, DIGITS)}…` : serialNumber;
  const validity = `${timeText(notBefore)} to ${timeText(notAfter)}`;
  return `${formatName(subject)} (serial ${serial}, SHA-256 ${fingerprint}…, ${validity})`;
}

function timeText(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

function shownToken(token: string): string | undefined {
  const claims = readTokenIfJwt(token);
  if (claims === undefined) return undefined;
  const { subject = 'nobody', expiresAt } = claims;
  return `${subject.slice(0, 200)}, ${expiresAt === undefined ? 'without end' : `until ${timeText(expiresAt)}`}`;
}

/** How two understood facts of one field differ; nothing where they are the same. */
export async function differencesOf(
  before: Fact | undefined,
  after: Fact | undefined,
  crypto: CryptoProvider,
): Promise<readonly Difference[]> {
  if (before?.kind === after?.kind && before?.identity === after?.identity) return [];
  const shown = {
    ...(before?.shown === undefined ? {} : { before: before.shown }),
    ...(after?.shown === undefined ? {} : { after: after.shown }),
  };
  const reason = reasonOf(before, after);
  const plain = [{ ...shown, ...(reason === undefined ? {} : { reason }) }];
  if (before?.kind !== 'certificates' || after?.kind !== 'certificates') return plain;
  const lists = [certificatesIn(before.bytes ?? NONE), certificatesIn(after.bytes ?? NONE)];
  const [from, to] = lists;
  if (from === undefined || to === undefined) return plain;
  return differentCertificates(from, to, crypto);
}

const NONE = new Uint8Array();

/** What is said of what is not shown: that it came, went, or is another. */
const WORDS: Readonly<Record<string, readonly [came: string, went: string, other: string]>> = Object.freeze({
  password: ['a password now', 'no password any more', 'another password'],
  token: ['a token now', 'no token any more', 'another token'],
  arguments: ['arguments now', 'no arguments any more', 'other arguments'],
});

const OTHER_WORDS = Object.freeze(['there now', 'not there any more', 'other content'] as const);

function reasonOf(before: Fact | undefined, after: Fact | undefined): string | undefined {
  const one = after ?? before;
  if (one === undefined) return undefined;
  if (before?.kind === 'key' && after?.kind === 'key') return 'another key';
  if (before?.kind === 'unreadable' || after?.kind === 'unreadable')
    return before?.kind === after?.kind ? undefined : 'the file cannot be read';
  if (one.kind !== 'hidden' && one.kind !== 'token')
    return before?.shown === after?.shown ? 'they differ in what is not shown' : undefined;
  const [came, went, other] = WORDS[one.noun ?? one.kind] ?? OTHER_WORDS;
  if (before === undefined) return came;
  return after === undefined ? went : other;
}

async function differentCertificates(
  before: readonly Certificate[],
  after: readonly Certificate[],
  crypto: CryptoProvider,
): Promise<readonly Difference[]> {
  const isIn = (list: readonly Certificate[]) => (one: Certificate) =>
    list.some(({ der }) => equalBytes(der, one.der));
  const gone = before.filter((one) => !isIn(after)(one));
  const fresh = after.filter((one) => !isIn(before)(one));
  const out: Difference[] = [];
  for (const one of gone) {
    const at = fresh.findIndex((other) => isSuccessor(one, other));
    // A client has one certificate: what stands in its place is what it became.
    const [other] =
      at === -1 && gone.length === 1 && fresh.length === 1
        ? fresh.splice(0, 1)
        : fresh.splice(at, at === -1 ? 0 : 1);
    const text = await describe(one, crypto);
    if (other === undefined) out.push({ before: text, reason: 'not there any more' });
    else out.push({ before: text, after: await describe(other, crypto), reason: changeOf(one, other) });
  }
  for (const one of fresh) out.push({ after: await describe(one, crypto), reason: 'there now' });
  return out.length > 0 ? out : [{ reason: 'the same certificates in another order' }];
}

function isSuccessor(one: Certificate, other: Certificate): boolean {
  return formatName(one.subject) === formatName(other.subject);
}

function changeOf(one: Certificate, other: Certificate): string {
  const isRenewed = isSuccessor(one, other) && other.notAfter > one.notAfter;
  const ends =
    one.notAfter.getTime() === other.notAfter.getTime()
      ? []
      : [`ends ${timeText(one.notAfter)} -> ${timeText(other.notAfter)}`];
  const isSameKey = equalBytes(one.spki, other.spki);
  const key = isSameKey ? 'same key' : 'another key';
  const issuer = formatName(one.issuer) === formatName(other.issuer) ? [] : ['another issuer'];
  // A CA with another key is not that CA: what the one signed, the other does not vouch for.
  const isCa = formatName(other.subject) === formatName(other.issuer);
  if (isCa && isSuccessor(one, other) && !isSameKey)
    return `another CA of the same name: ${[...ends, key].join(', ')}`;
  return `${isRenewed ? 'renewed' : 'another certificate'}: ${[...ends, key, ...issuer].join(', ')}`;
}
