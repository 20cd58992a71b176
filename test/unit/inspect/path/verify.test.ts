import type { PolicyInputs } from '../../../../src/inspect/path/result.ts';
import { encodeOid } from '../../../../src/asn1/oid.ts';
import { sequence } from '../../../../src/asn1/der.ts';
import { readCertificate } from '../../../../src/inspect/read/certificate.ts';
import { extension, extensions, general } from '../../../support/forge-chain.ts';
import { AT, authority, CA, certificate, codesOf, leaf, ROOT, verify } from './support.ts';

const SERVER = '1.3.6.1.5.5.7.3.1';
const CLIENT = '1.3.6.1.5.5.7.3.2';
const before = new Date(AT.getTime() - 1000);
const after = new Date(AT.getTime() + 1000);

test('a sound chain is accepted, and the path goes from the leaf to the root', async () => {
  const result = await verify({ host: 'web.example.com', usage: 'server' });
  expect(result.accepted).toBe(true);
  expect(result.path?.map(({ subject }) => subject.rdns[0]?.[0]?.text)).toEqual(['web', 'ca', 'root']);
  expect(result.reasons).toEqual([]);
});

test('validity includes both ends, in whole seconds', async () => {
  for (const now of [AT, new Date(AT.getTime() + 999)]) {
    expect((await verify({ certificate: leaf([], { notAfter: AT }) }, now)).accepted).toBe(true);
    expect((await verify({ certificate: leaf([], { notBefore: AT }) }, now)).accepted).toBe(true);
  }
});

test('a signature that was changed is refused', async () => {
  const der = Uint8Array.from(leaf().der);
  der[der.indexOf(0x77)] = 0x78; // web becomes xeb
  expect(codesOf(await verify({ certificate: readCertificate(der) }))).toEqual(['bad-signature@0']);
});

test('a CA of kubeadm before 1.29, whose serial number is zero, is trusted', async () => {
  expect((await verify({ roots: [authority(ROOT, [], { serial: 0 })] })).accepted).toBe(true);
});

test('a leaf and an intermediate may be trusted themselves', async () => {
  const self = leaf();
  expect((await verify({ certificate: self, roots: [self], intermediates: [] })).path).toHaveLength(1);
  expect((await verify({ roots: [authority(CA)], intermediates: [] })).path).toHaveLength(2);
});

test('a certificate with the name and key of its issuer is another one by its alternative names', async () => {
  const own = { name: 'root', key: 1, issuer: 'root', signer: 1 };
  const named = certificate(own, [extensions.subjectAltName([general.dns('web.example.com')])]);
  expect((await verify({ certificate: named, intermediates: [] })).path).toHaveLength(2);
  expect(
    codesOf(await verify({ certificate: authority(own, [], { serial: 9 }), intermediates: [] })),
  ).toEqual(['unknown-issuer@0']);
});

test('the way over a renewed CA is found where the old one has expired, whatever their order', async () => {
  const [old, renewed] = [authority(CA, [], { notAfter: before }), authority(CA)];
  for (const intermediates of [
    [old, renewed],
    [renewed, old],
  ]) {
    expect((await verify({ intermediates })).accepted).toBe(true);
  }
});

test('a key identifier that does not fit orders the candidates, and decides nothing', async () => {
  const odd = extensions.authorityKeyIdentifier(Uint8Array.of(1, 2, 3));
  expect((await verify({ certificate: leaf([odd]) })).accepted).toBe(true);
});

test('self-issued certificates count neither for the path length nor for the depth', async () => {
  const selfIssued = authority({ name: 'root', key: 5, issuer: 'root', signer: 1 });
  const below = certificate({ ...CA, signer: 5 }, [extensions.basicConstraints(true)]);
  const roots = [certificate(ROOT, [extensions.basicConstraints(true, 1)])];
  expect((await verify({ intermediates: [selfIssued, below], roots, maxDepth: 1 })).accepted).toBe(true);
});

test('a mapping of anyPolicy is refused', async () => {
  const any = encodeOid('2.5.29.32.0');
  const mapping = extension('2.5.29.33', sequence(sequence(any, encodeOid('1.2.3'))), true);
  expect(codesOf(await verify({ intermediates: [authority(CA, [mapping])] }))).toEqual(['policy@0']);
});

const P = { own: '1.2.3.1', other: '1.2.3.2', any: '2.5.29.32.0' };

test.each<[string, PolicyInputs, (readonly string[])[], string[]]>([
  ['no policy at all, and none required', { acceptable: [P.own] }, [[], []], []],
  ['no policy at all', { requireExplicit: true }, [[], []], ['policy@0']],
  ['any policy of the whole path', { requireExplicit: true }, [[P.own], [P.own]], []],
  ['one that is asked for', { acceptable: [P.own], requireExplicit: true }, [[P.own], [P.own]], []],
  ['another one', { acceptable: [P.other], requireExplicit: true }, [[P.own], [P.own]], ['policy@0']],
  ['anyPolicy on the way', { acceptable: [P.own], requireExplicit: true }, [[P.any], [P.own]], []],
  [
    'anyPolicy on the way that does not count',
    { acceptable: [P.own], requireExplicit: true, inhibitAny: true },
    [[P.any], [P.own]],
    ['policy@0'],
  ],
])('policies that are asked for: %s', async (_what, policies, [above = [], own = []], expected) => {
  const list = (oids: readonly string[]): Uint8Array[] =>
    oids.length === 0 ? [] : [extensions.certificatePolicies(oids)];
  const chain = { certificate: leaf(list(own)), intermediates: [authority(CA, list(above))] };
  expect(codesOf(await verify({ ...chain, policies }))).toEqual(expected);
});

test.each([
  [false, []],
  [true, ['policy@0']],
])(
  'a mapped policy counts for the one that is asked for, unless mapping is inhibited: %s',
  async (inhibitMapping, expected) => {
    const mapping = [extensions.certificatePolicies([P.own]), extensions.policyMappings([[P.own, P.other]])];
    const chain = {
      certificate: leaf([extensions.certificatePolicies([P.other])]),
      intermediates: [authority(CA, mapping)],
    };
    const policies = { acceptable: [P.own], requireExplicit: true, inhibitMapping };
    expect(codesOf(await verify({ ...chain, policies }))).toEqual(expected);
  },
);

test('all that is wrong is said at once', async () => {
  const result = await verify({
    certificate: leaf([extensions.extendedKeyUsage([CLIENT])], { notAfter: before }),
    roots: [authority(ROOT, [extensions.extendedKeyUsage([SERVER])], { notBefore: after })],
    usage: 'server',
    host: '10.0.0.8',
  });
  expect(codesOf(result)).toEqual([
    'expired@0',
    'extended-key-usage@0',
    'name-mismatch@0',
    'not-yet-valid@2',
  ]);
});
