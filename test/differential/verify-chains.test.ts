/**
 * Chains at random, judged by Go, OpenSSL and Node as well. KUBEPKI_CHAIN_CASES says how many of each kind (default 80),
 * PROPERTY_SEED which; a campaign of thousands is
 * `KUBEPKI_CHAIN_CASES=5000 npx jest -- test/differential/verify-chains`.
 */
import fc from 'fast-check';
import { EXTENSION, readExtension } from '../../src/inspect/read/extension.ts';
import { readCertificate, type CertificateInfo } from '../../src/inspect/read/certificate.ts';
import { equalNames } from '../../src/inspect/path/distinguished-name.ts';
import { verifyCertificate } from '../../src/inspect/path/verify.ts';
import type { VerifyResult } from '../../src/inspect/path/result.ts';
import { GoJudge } from '../judges/go.ts';
import { opensslVerify } from '../judges/openssl.ts';
import { handshake } from '../judges/node-tls.ts';
import {
  chains,
  chainsAt,
  JUDGED_AT,
  keyOf,
  LEAF_KEY,
  type ChainCase,
  type Clock,
} from '../support/chain-cases.ts';
import { constrainedChains } from '../support/constrained-chains.ts';
import { describeWith } from '../support/foreign.ts';
import { commonName, extensions, forgeCertificate, pemOf } from '../support/forge-chain.ts';
import '../support/property-seed.ts';

const COUNT = Number(process.env['KUBEPKI_CHAIN_CASES'] ?? 80);
/** Milliseconds for one case at most, with the foreign program's part. */
const PATIENCE = 400;

interface Verdict {
  readonly ok: boolean;
  readonly said: string;
}

interface Mismatch {
  readonly one: ChainCase;
  readonly ours: VerifyResult;
  readonly theirs: Verdict;
}

/** A reason for which a foreign program may answer otherwise. */
interface Deviation {
  readonly name: string;
  readonly why: string;
  readonly applies: (mismatch: Mismatch) => boolean;
}

const reasonsOf = ({ reasons, candidates }: VerifyResult): string[] =>
  [...reasons, ...(candidates[0]?.reasons ?? [])].map(({ code, message }) => `${code}: ${message}`);

/** Whether we refuse, and for reasons of one kind alone. */
const refusedFor = (ours: VerifyResult, form: RegExp): boolean =>
  !ours.accepted && reasonsOf(ours).length > 0 && reasonsOf(ours).every((text) => form.test(text));

const purposes = (certificate: CertificateInfo): readonly string[] =>
  readExtension(certificate.extensions ?? [], EXTENSION.extendedKeyUsage)?.value ?? [];

/** The intermediates of the path that was accepted. */
const middle = ({ path = [] }: VerifyResult): readonly CertificateInfo[] => path.slice(1, -1);

const isSelfIssued = ({ subject, issuer }: CertificateInfo): boolean => equalNames(subject, issuer);

const GO: readonly Deviation[] = Object.freeze([
  {
    name: 'key usage of the leaf',
    why: 'Go leaves the key usage of the leaf to TLS; OpenSSL and Node refuse it when they verify',
    applies: ({ ours }) => refusedFor(ours, /^key-usage: its key usage does not allow it to be a/),
  },
  {
    name: 'constraints on hosts of URIs and mailboxes',
    why: 'without a point before it, RFC 5280 4.2.1.10 means that host alone; Go includes all below it',
    applies: ({ ours, theirs }) =>
      ours.accepted
        ? /(?:URI|email address) .* is excluded by constraint/.test(theirs.said)
        : refusedFor(ours, /^name-constraint: the name (?:URI|email):\S+ is not among/),
  },
  {
    name: 'path length over self-issued CAs',
    why: 'a CA that is self-issued does not count (RFC 5280 6.1.4 l); Go counts it',
    applies: ({ ours, theirs }) =>
      /too many intermediates for path length/.test(theirs.said) && middle(ours).some(isSelfIssued),
  },
  {
    name: 'constraints on directory names',
    why: 'Go has none of them and refuses the certificate when they are critical; RFC 5280 4.2.1.10 demands them',
    applies: ({ ours, theirs }) => ours.accepted && /unhandled critical extension/.test(theirs.said),
  },
]);

const OPENSSL: readonly Deviation[] = Object.freeze([
  {
    name: 'the last second',
    why: 'validity includes notAfter (RFC 5280 4.1.2.5); openssl verify -attime does not',
    applies: ({ ours, theirs }) =>
      /certificate has expired|CERT_HAS_EXPIRED/.test(theirs.said) &&
      (ours.path ?? []).some(({ notAfter }) => notAfter.date?.getTime() === JUDGED_AT.getTime()),
  },
  {
    name: 'any purpose',
    why: 'anyExtendedKeyUsage is for any purpose (RFC 5280 4.2.1.12), as Go has it; OpenSSL wants the one by its name',
    applies: ({ ours, theirs }) =>
      /unsuitable certificate purpose|INVALID_PURPOSE/.test(theirs.said) &&
      (ours.path ?? []).some((one) => purposes(one).includes('2.5.29.37.0')),
  },
  {
    name: 'common names under constraints',
    why: 'the common name is no host name (RFC 9525 2); OpenSSL holds it to DNS constraints where no alternative name is one',
    applies: ({ ours, theirs }) => ours.accepted && /subtree violation/.test(theirs.said),
  },
  {
    name: 'wildcards under exclusions',
    why: '*.example.com may be a.example.com, which is excluded; OpenSSL compares the characters (for Go it was CVE-2025-61727)',
    applies: ({ ours }) => refusedFor(ours, /^name-constraint: the name DNS:\*\.\S+ is excluded/),
  },
  {
    name: 'several keys of one name',
    why: 'OpenSSL takes the first issuer by the name where the certificate has no key identifier; which key signed, the signature tells',
    applies: ({ ours, theirs }) =>
      /certificate signature failure|CERT_SIGNATURE_FAILURE/.test(theirs.said) &&
      middle(ours).some(isSelfIssued),
  },
  {
    name: 'self-issued certificates without key identifiers',
    why: 'OpenSSL takes a certificate that names itself as issuer for self-signed, and looks no further up; the signature tells who signed',
    applies: ({ ours, theirs }) =>
      /self-signed certificate in certificate chain|SELF_SIGNED_CERT_IN_CHAIN/.test(theirs.said) &&
      middle(ours).some(isSelfIssued),
  },
  {
    name: 'CAs without basic constraints',
    why: 'OpenSSL takes a trusted certificate for a CA by its key usage alone; RFC 5280 4.2.1.9 and Go do not',
    applies: ({ ours }) => refusedFor(ours, /^not-a-ca: /),
  },
]);

function verify(one: ChainCase, now: Date): Promise<VerifyResult> {
  const { host, usage } = one;
  const request = {
    certificate: readCertificate(one.leaf),
    intermediates: one.intermediates.map((der) => readCertificate(der)),
    roots: one.roots.map((der) => readCertificate(der)),
    ...(host === undefined ? {} : { host }),
    ...(usage === undefined ? {} : { usage }),
  };
  return verifyCertificate(request, { now });
}

async function askGo(judge: GoJudge, one: ChainCase): Promise<Verdict> {
  const answer = await judge.ask({
    op: 'verify',
    leaf: pemOf([one.leaf]),
    intermediates: pemOf(one.intermediates),
    roots: pemOf(one.roots),
    usage: [{ server: 'serverAuth', client: 'clientAuth', any: 'any' }[one.usage ?? 'any']],
    time: JUDGED_AT.toISOString(),
    ...(one.host === undefined ? {} : { dnsName: one.host }),
  });
  return { ok: answer.ok, said: answer.ok ? '' : answer.error };
}

async function askOpenssl(one: ChainCase): Promise<Verdict> {
  const isAddress = /^[\d.]+$/.test(one.host ?? '');
  const host = one.host === undefined ? {} : { [isAddress ? 'ip' : 'hostname']: one.host };
  const { ok, output } = await opensslVerify(pemOf([one.leaf]), {
    roots: pemOf(one.roots),
    ...(one.intermediates.length === 0 ? {} : { untrusted: pemOf(one.intermediates) }),
    purpose: ({ server: 'sslserver', client: 'sslclient', any: 'any' } as const)[one.usage ?? 'any'],
    attime: JUDGED_AT.getTime() / 1000,
    ...host,
  });
  return { ok, said: output };
}

/** A case with the certificates of our path alone: OpenSSL goes one way up, and does not turn back where it ends. */
function narrowed(one: ChainCase, path: readonly CertificateInfo[]): ChainCase {
  const ders = path.map(({ der }) => der);
  return { ...one, intermediates: ders.slice(1, -1), roots: ders.slice(-1) };
}

interface Tally {
  accepted: number;
  readonly deviations: Map<string, number>;
  readonly unexplained: string[];
}

/** Judges cases by both; what differs must be a deviation that has a name. */
async function compare(
  cases: readonly ChainCase[],
  deviations: readonly Deviation[],
  { ask, now = JUDGED_AT }: { readonly ask: (one: ChainCase) => Promise<Verdict>; readonly now?: Date },
): Promise<Tally> {
  const tally: Tally = { accepted: 0, deviations: new Map(), unexplained: [] };
  for (const one of cases) {
    const [ours, first] = [await verify(one, now), await ask(one)];
    if (ours.accepted) tally.accepted++;
    if (ours.accepted === first.ok) continue;
    const theirs = ours.path === undefined ? first : await ask(narrowed(one, ours.path));
    const found = theirs.ok && ours.accepted ? 'one way up' : nameOf({ one, ours, theirs }, deviations);
    if (found === undefined)
      tally.unexplained.push(
        `${one.title}\n  ours: ${ours.accepted ? 'accepted' : reasonsOf(ours).join('; ')}\n  theirs: ${theirs.ok ? 'accepted' : theirs.said}`,
      );
    else tally.deviations.set(found, (tally.deviations.get(found) ?? 0) + 1);
  }
  return tally;
}

const nameOf = (mismatch: Mismatch, deviations: readonly Deviation[]): string | undefined =>
  deviations.find(({ applies }) => applies(mismatch))?.name;

/** Nothing is unexplained, and the cases were of both kinds: a test of refusals alone would tell nothing. */
function expectExplained({ unexplained, accepted, deviations }: Tally, count: number): void {
  if (count > 80)
    process.stderr.write(`${count} chains, ${accepted} accepted; ${JSON.stringify([...deviations])}\n`);
  expect(unexplained.slice(0, 5)).toEqual([]);
  expect(accepted).toBeGreaterThan(count / 8);
  expect(accepted).toBeLessThan(count);
}

const KINDS = [
  ['faults', chains],
  ['name constraints', constrainedChains],
] as const;

/** A client that every server here accepts, so that what the server shows is all that is judged. */
function client(clock: Clock): { readonly cert: string; readonly key: string; readonly ca: string } {
  const time = { notBefore: clock.at, notAfter: new Date(clock.at.getTime() + 3_600_000) };
  const name = commonName('client');
  const list = [extensions.basicConstraints(true)];
  const { publicKey, privateKey } = keyOf(90);
  const der = forgeCertificate(
    { subject: name, issuer: name, publicKey, ...time, extensions: list },
    keyOf(90),
  );
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { cert: pemOf([der]), key, ca: pemOf([der]) };
}

/** What Node's TLS client says to a server that shows the chain. */
async function askNode(one: ChainCase, clock: Clock): Promise<Verdict> {
  const own = client(clock);
  const answer = await handshake({
    server: {
      cert: pemOf([one.leaf, ...one.intermediates]),
      key: keyOf(LEAF_KEY).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      ca: own.ca,
    },
    client: { ...own, ca: pemOf(one.roots) },
    servername: one.host ?? 'web.example.com',
  });
  return { ok: answer.client.authorized, said: answer.client.error };
}

describe('chains at random, as Node judges them in TLS', () => {
  test(
    'servers: the same answers, but for deviations with a name',
    async () => {
      // Node's clock goes on: no validity ends or begins within the hour.
      const clock = { at: new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000), margin: 3_600_000 };
      const servers = chainsAt(clock).map((one) => {
        const { host = 'web.example.com' } = one;
        return { ...one, host, usage: 'server' as const };
      });
      const ask = (one: ChainCase): Promise<Verdict> => askNode(one, clock);
      const tally = await compare(fc.sample(servers, COUNT), OPENSSL, { ask, now: new Date() });
      expectExplained(tally, COUNT);
    },
    30_000 + COUNT * PATIENCE,
  );
});

describeWith(['go'], 'chains at random, as Go judges them', () => {
  let judge: GoJudge;
  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());

  test.each(KINDS)(
    'with %s: the same answers, but for deviations with a name',
    async (_kind, arbitrary) => {
      const cases = fc.sample(arbitrary, COUNT);
      const tally = await compare(cases, GO, { ask: (one) => askGo(judge, one) });
      expectExplained(tally, COUNT);
      expect(tally.deviations.has('one way up')).toBe(false);
    },
    30_000 + COUNT * PATIENCE,
  );
});

describeWith(['openssl'], 'chains at random, as OpenSSL judges them', () => {
  test.each(KINDS)(
    'with %s: the same answers, but for deviations with a name',
    async (_kind, arbitrary) => {
      const tally = await compare(fc.sample(arbitrary, COUNT), OPENSSL, { ask: askOpenssl });
      expectExplained(tally, COUNT);
    },
    30_000 + COUNT * PATIENCE,
  );
});
