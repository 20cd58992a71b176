import type { PolicyInputs } from '../../../../src/inspect/path/result.ts';
import { encodeOid } from '../../../../src/asn1/oid.ts';
import { sequence } from '../../../../src/asn1/der.ts';
import { readCertificate } from '../../../../src/inspect/read/certificate.ts';
import type { VerifyRequest } from '../../../../src/inspect/path/result.ts';
import { extension, extensions, general, nameDer } from '../../../support/forge-chain.ts';
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

const REFUSED: readonly (readonly [string, Partial<VerifyRequest>, readonly string[]])[] = [
  ['a leaf that expired a second ago', { certificate: leaf([], { notAfter: before }) }, ['expired@0']],
  ['a leaf of the next second', { certificate: leaf([], { notBefore: after }) }, ['not-yet-valid@0']],
  ['an expired root', { roots: [authority(ROOT, [], { notAfter: before })] }, ['expired@2']],
  ['no intermediate', { intermediates: [] }, ['unknown-issuer@0']],
  [
    'a root that is not trusted',
    { roots: [], intermediates: [authority(CA), authority(ROOT)] },
    ['unknown-issuer@2'],
  ],
  [
    'another key of the same name',
    { roots: [authority({ ...ROOT, key: 9, signer: 9 })] },
    ['bad-signature@1'],
  ],
  [
    'an issuer that is no CA',
    { intermediates: [certificate(CA, [extensions.basicConstraints(false)])] },
    ['not-a-ca@1'],
  ],
  [
    'an issuer without basic constraints',
    { intermediates: [certificate(CA, [extensions.keyUsage([5])])] },
    ['not-a-ca@1'],
  ],
  [
    'a CA that may not sign certificates',
    { intermediates: [certificate(CA, [extensions.basicConstraints(true), extensions.keyUsage([6])])] },
    ['key-usage@1'],
  ],
  [
    'a path that is too long',
    { roots: [certificate(ROOT, [extensions.basicConstraints(true, 0)])] },
    ['path-length@2'],
  ],
  ['more intermediates than are allowed', { maxDepth: 0 }, ['path-length@0']],
  [
    'a client as a server',
    { usage: 'server', certificate: leaf([extensions.extendedKeyUsage([CLIENT])]) },
    ['extended-key-usage@0'],
  ],
  [
    'a CA of clients above a server',
    { usage: 'server', intermediates: [authority(CA, [extensions.extendedKeyUsage([CLIENT])])] },
    ['extended-key-usage@1'],
  ],
  [
    'a leaf that may sign CRLs alone',
    { usage: 'server', certificate: leaf([extensions.keyUsage([6])]) },
    ['key-usage@0'],
  ],
  [
    'a critical extension that nobody knows',
    { certificate: leaf([extension('1.2.3.4', Uint8Array.of(5, 0), true)]) },
    ['critical-extension@0'],
  ],
  [
    'a critical key identifier',
    { certificate: leaf([extension('2.5.29.14', Uint8Array.of(4, 1, 1), true)]) },
    ['critical-extension@0'],
  ],
  [
    'an extension twice',
    { certificate: leaf([extensions.keyUsage([0]), extensions.keyUsage([0])]) },
    ['malformed@0'],
  ],
  [
    'an extension that is broken',
    { certificate: leaf([extension('2.5.29.37', Uint8Array.of(0x30, 9))]) },
    ['malformed@0'],
  ],
  ['a serial number of zero', { certificate: leaf([], { serial: 0 }) }, ['malformed@0']],
  [
    'an empty subject whose names are not critical',
    { certificate: leaf([], { subject: nameDer() }) },
    ['malformed@0'],
  ],
  [
    'a policy that is demanded and missing',
    { intermediates: [authority(CA, [extensions.policyConstraints(0, undefined)])] },
    ['policy@0'],
  ],
  [
    'a negative number of policies',
    { intermediates: [authority(CA, [extension('2.5.29.54', Uint8Array.of(2, 1, 0xff), true)])] },
    ['malformed@1'],
  ],
  ['another host', { host: 'db.example.com' }, ['name-mismatch@0']],
  [
    'a name outside the constraints',
    { intermediates: [authority(CA, [extensions.nameConstraints([general.dns('example.org')], [])])] },
    ['name-constraint@0'],
  ],
];

test.each(REFUSED)('%s is refused, and no other reason is given', async (_what, changes, codes) => {
  const result = await verify(changes);
  expect(result.accepted).toBe(false);
  expect(result.path).toBeUndefined();
  expect(codesOf(result)).toEqual(codes);
});

test('each reason says what is wrong, lower case and without a full stop', async () => {
  for (const [, changes] of REFUSED) {
    const { reasons, candidates } = await verify(changes);
    for (const { message, subject } of [...reasons, ...candidates.flatMap((one) => one.reasons)]) {
      expect(message).toMatch(/^(?:[a-z]|CN = ).*[^.]$/);
      expect(subject).not.toBe('undefined');
    }
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
