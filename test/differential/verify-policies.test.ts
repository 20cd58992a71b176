/**
 * Certificate policies at random, with mappings and all that demands or forbids them, judged by Go as well: OpenSSL 3.0
 * loses policies where a CA has anyPolicy among others.
 * KUBEPKI_CHAIN_CASES says how many (default 120), PROPERTY_SEED which.
 */
import fc from 'fast-check';
import type { PolicyInputs } from '../../src/inspect/path/result.ts';
import { verifyCertificate } from '../../src/inspect/path/verify.ts';
import { readCertificate } from '../../src/inspect/read/certificate.ts';
import { GoJudge } from '../judges/go.ts';
import { JUDGED_AT, keyOf, LEAF_KEY, timeOf } from '../support/chain-cases.ts';
import { describeWith } from '../support/foreign.ts';
import { commonName, extensions, forgeCertificate, pemOf } from '../support/forge-chain.ts';
import '../support/property-seed.ts';

const COUNT = Number(process.env['KUBEPKI_CHAIN_CASES'] ?? 120);
const PATIENCE_MS = 400;
const ANY = '2.5.29.32.0';

const policy = fc.constantFrom('1.2.3.1', '1.2.3.2', '1.2.3.3');
const policyOrAny = fc.oneof({ weight: 4, arbitrary: policy }, { weight: 1, arbitrary: fc.constant(ANY) });
const skip = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.nat({ max: 2 }) },
);

const certificate = fc.record({
  policies: fc.option(fc.uniqueArray(policyOrAny, { minLength: 1, maxLength: 3 }), {
    freq: 8,
    nil: undefined,
  }),
  mappings: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.tuple(policy, policy), { minLength: 1, maxLength: 2 }) },
  ),
  requireExplicit: skip,
  inhibitMapping: skip,
  inhibitAny: skip,
  isSelfIssued: fc.oneof(
    { weight: 5, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});
type Certificate = typeof certificate extends fc.Arbitrary<infer T> ? T : never;

interface Case {
  readonly chain: readonly Certificate[];
  readonly asked: readonly string[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  chain: fc.array(certificate, { minLength: 2, maxLength: 4 }),
  asked: fc.uniqueArray(policy, { maxLength: 2 }),
});

function extensionsOf(one: Certificate, isCa: boolean): Uint8Array[] {
  const { policies, mappings, requireExplicit, inhibitMapping, inhibitAny } = one;
  const constrains = requireExplicit !== undefined || inhibitMapping !== undefined;
  return [
    ...(isCa ? [extensions.basicConstraints(true), extensions.keyUsage([5, 6])] : []),
    ...(policies === undefined ? [] : [extensions.certificatePolicies(policies)]),
    ...(isCa && mappings.length > 0 ? [extensions.policyMappings(mappings)] : []),
    ...(constrains ? [extensions.policyConstraints(requireExplicit, inhibitMapping)] : []),
    ...(isCa && inhibitAny !== undefined ? [extensions.inhibitAnyPolicy(inhibitAny)] : []),
  ];
}

interface Forged {
  readonly root: Uint8Array;
  readonly below: readonly Uint8Array[];
}

/** The certificates of a case: a root that says nothing, CAs, the leaf. */
function forge({ chain }: Case): Forged {
  let above = { name: 'CA 0', key: 0 };
  const root = forgeCertificate(
    {
      subject: commonName('CA 0'),
      issuer: commonName('CA 0'),
      publicKey: keyOf(0).publicKey,
      serial: 1,
      ...timeOf('good'),
      extensions: [
        extensions.basicConstraints(true),
        extensions.keyUsage([5, 6]),
        extensions.subjectKeyIdentifier(keyOf(0).identifier),
      ],
    },
    keyOf(0),
  );
  const below = chain.map((one, index) => {
    const isCa = index < chain.length - 1;
    const name = one.isSelfIssued && isCa ? above.name : `CA ${index + 1}`;
    const key = isCa ? index + 1 : LEAF_KEY;
    const der = forgeCertificate(
      {
        subject: commonName(name),
        issuer: commonName(above.name),
        publicKey: keyOf(key).publicKey,
        serial: index + 2,
        ...timeOf('good'),
        extensions: [
          ...extensionsOf(one, isCa),
          extensions.subjectKeyIdentifier(keyOf(key).identifier),
          extensions.authorityKeyIdentifier(keyOf(above.key).identifier),
        ],
      },
      keyOf(above.key),
    );
    above = { name, key };
    return der;
  });
  return { root, below };
}

const policiesOf = (acceptable: readonly string[]): { readonly policies?: PolicyInputs } =>
  acceptable.length === 0 ? {} : { policies: { acceptable } };

async function ours({ root, below }: Forged, asked: readonly string[]): Promise<string> {
  const [leaf, ...intermediates] = below.toReversed().map((der) => readCertificate(der));
  if (leaf === undefined) throw new Error('a chain has a leaf');
  const request = { certificate: leaf, intermediates, roots: [readCertificate(root)], ...policiesOf(asked) };
  const { accepted, candidates } = await verifyCertificate(request, { now: JUDGED_AT });
  const codes = candidates.at(0)?.reasons.map(({ code }) => code) ?? [];
  return accepted ? 'accepted' : codes.join();
}

async function askGo(judge: GoJudge, { root, below }: Forged, policies: readonly string[]): Promise<string> {
  const answer = await judge.ask({
    op: 'verify',
    leaf: pemOf(below.slice(-1)),
    intermediates: pemOf(below.slice(0, -1)),
    roots: pemOf([root]),
    usage: ['any'],
    time: JUDGED_AT.toISOString(),
    policies,
  });
  if (answer.ok) return 'accepted';
  return /\d+ candidate chains with invalid policies/.test(answer.error) ? 'policy' : answer.error;
}

describeWith(['go'], 'policies at random, as Go judges them', () => {
  let judge: GoJudge;
  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());

  test(
    'the same answers',
    async () => {
      const different: string[] = [];
      let accepted = 0;
      for (const one of fc.sample(cases, COUNT)) {
        const forged = forge(one);
        const [mine, other] = [await ours(forged, one.asked), await askGo(judge, forged, one.asked)];
        if (mine === 'accepted') accepted++;
        if (mine !== other) different.push(`${JSON.stringify(one)}\n  ours: ${mine}\n  theirs: ${other}`);
      }
      expect(different.slice(0, 3)).toEqual([]);
      expect(accepted).toBeGreaterThan(COUNT / 8);
      expect(accepted).toBeLessThan((COUNT * 7) / 8);
    },
    30_000 + COUNT * PATIENCE_MS,
  );
});
