import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyCertificate } from '../../src/inspect/path/verify.ts';
import type { VerifyResult } from '../../src/inspect/path/result.ts';
import { readCertificate } from '../../src/inspect/read/certificate.ts';
import { readCrl } from '../../src/inspect/read/crl.ts';
import { parsePem } from '../../src/x509/pem.ts';
import { describeWithVectors } from '../support/foreign.ts';

/** A case of the x509-limbo suite (C2SP/x509-limbo, limbo-schema.json), as far as it is read here. */
interface LimboCase {
  readonly id: string;
  readonly validation_kind: 'SERVER' | 'CLIENT';
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly crls?: readonly string[];
  readonly validation_time: string | null;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly expected_peer_name: { readonly value: string } | null;
  readonly max_chain_depth: number | null;
}

/** Why a family of cases is answered otherwise than the suite expects: all are refusals that are not made here. */
interface Deviation {
  readonly why: string;
  readonly cases: readonly string[];
}

const DEVIATIONS: readonly Deviation[] = Object.freeze([
  {
    why: 'RFC 5280 asks this of those who issue certificates, and no step of its validation (6.1) looks at it; Go and OpenSSL accept it, so a cluster works with it',
    cases: [
      'rfc5280::aki::cross-signed-root-missing-aki',
      'rfc5280::pc::ica-noncritical-pc',
      'rfc5280::ski::root-missing-ski',
      'rfc5280::root-non-critical-basic-constraints',
      'rfc5280::leaf-ku-keycertsign',
    ],
  },
  {
    why: 'the CA/Browser Forum forbids it to public CAs, whose rules are not those of a cluster',
    cases: [
      'webpki::aki::root-with-aki-missing-keyidentifier',
      'webpki::aki::root-with-aki-authoritycertissuer',
      'webpki::aki::root-with-aki-authoritycertserialnumber',
      'webpki::eku::ee-critical-eku',
      'webpki::ee-basicconstraints-ca',
    ],
  },
  {
    why: 'the common name is not looked at (RFC 9525 2): what stands in it can neither admit nor refuse a host, and in Kubernetes it is the user',
    cases: [
      'webpki::cn::ipv4-hex-mismatch',
      'webpki::cn::ipv4-leading-zeros-mismatch',
      'webpki::cn::ipv6-non-rfc5952-mismatch',
      'webpki::cn::punycode-not-in-san',
      'webpki::cn::not-in-san',
    ],
  },
  {
    why: 'there is no list of public suffixes: names of a cluster are private, and its own CA alone is trusted',
    cases: [
      'webpki::san::public-suffix-multi-label-wildcard-san',
      'webpki::san::public-suffix-private-namespace-wildcard-san',
    ],
  },
]);

const DEVIATING: ReadonlySet<string> = new Set(DEVIATIONS.flatMap(({ cases }) => cases));

const derOf = (pem: string): Uint8Array => parsePem(pem)[0]?.der ?? new Uint8Array();

function judge(one: LimboCase): Promise<VerifyResult> {
  const certificate = (pem: string): ReturnType<typeof readCertificate> => readCertificate(derOf(pem));
  const { expected_peer_name: name, max_chain_depth: maxDepth, validation_time: time } = one;
  return verifyCertificate(
    {
      certificate: certificate(one.peer_certificate),
      roots: one.trusted_certs.map(certificate),
      intermediates: one.untrusted_intermediates.map(certificate),
      crls: (one.crls ?? []).map((pem) => readCrl(derOf(pem))),
      usage: one.validation_kind === 'CLIENT' ? 'client' : 'server',
      ...(name === null ? {} : { host: name.value }),
      ...(maxDepth === null ? {} : { maxDepth }),
    },
    time === null ? {} : { now: new Date(time) },
  );
}

describeWithVectors('verifying the cases of x509-limbo', (folder) => {
  // The seam to the suite's own format.
  const { testcases } = JSON.parse(readFileSync(join(folder, 'limbo.json'), 'utf8')) as {
    readonly testcases: readonly LimboCase[];
  };
  const tiers = new Map(
    readFileSync(join(folder, 'limbo-tiers.tsv'), 'utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([id = '', , , tier = '']) => [id, tier]),
  );
  const known = testcases.filter(({ id }) => !DEVIATING.has(id));

  test.each(known.map((one) => [one.id, one.expected_result, one] as const))(
    '%s is a %s',
    async (_id, expected, one) => {
      const result = await judge(one);
      expect(result.accepted ? 'SUCCESS' : 'FAILURE').toBe(expected);
      const said = [...result.reasons, ...result.candidates.flatMap(({ reasons }) => reasons)];
      expect(result.accepted || said.length > 0).toBe(true);
    },
  );

  test('deviations are where they are named, and never where a cluster must agree', async () => {
    const accepted: string[] = [];
    for (const one of testcases.filter(({ id }) => DEVIATING.has(id))) {
      expect(tiers.get(one.id)).not.toBe('must');
      if (one.expected_result === 'FAILURE' && (await judge(one)).accepted) accepted.push(one.id);
    }
    expect(accepted.sort()).toEqual([...DEVIATING].sort());
  });
});
