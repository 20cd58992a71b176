import type { VerifyRequest } from '../../../../src/inspect/path/result.ts';
import { characterString, element, sequence, setOf, TAG } from '../../../../src/asn1/der.ts';
import { encodeOid } from '../../../../src/asn1/oid.ts';
import { extension, extensions, general, nameDer } from '../../../support/forge-chain.ts';
import { AT, authority, CA, certificate, codesOf, leaf, ROOT, verify } from './support.ts';

const CLIENT = '1.3.6.1.5.5.7.3.2';
const before = new Date(AT.getTime() - 1000);
const after = new Date(AT.getTime() + 1000);

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
  [
    'a critical alternative name of the issuer, which nobody reads',
    { certificate: leaf([extension('2.5.29.18', sequence(general.dns('ca')), true)]) },
    ['critical-extension@0'],
  ],
  [
    'information about the issuer that is broken',
    { certificate: leaf([extension('1.3.6.1.5.5.7.1.1', Uint8Array.of(1, 2, 3))]) },
    ['malformed@0'],
  ],
  [
    'CRL distribution points that are broken',
    { certificate: leaf([extension('2.5.29.31', Uint8Array.of(1, 2, 3))]) },
    ['malformed@0'],
  ],
  [
    'a CRL distribution point that names nothing',
    { certificate: leaf([extension('2.5.29.31', sequence(sequence()))]) },
    ['malformed@0'],
  ],
  [
    'name constraints in a leaf',
    { certificate: leaf([extensions.nameConstraints([general.dns('example.com')], [])]) },
    ['malformed@0'],
  ],
  [
    'a policy twice',
    { certificate: leaf([extensions.certificatePolicies(['1.2.3', '1.2.3'])]) },
    ['malformed@0'],
  ],
  [
    'an address of five octets',
    { intermediates: [authority(CA, [extensions.subjectAltName([general.ip(10, 0, 0, 7, 1)])])] },
    ['malformed@1'],
  ],
  [
    'a name that is not in ASCII',
    { intermediates: [authority(CA, [extensions.subjectAltName([general.dns('caf\u00e9.example.com')])])] },
    ['malformed@1'],
  ],
  [
    'a time with a fraction of a second',
    {
      certificate: leaf([], {
        validity: sequence(
          characterString(TAG.generalizedTime, '20270101000000.5Z'),
          characterString(TAG.generalizedTime, '20280101000000Z'),
        ),
      }),
    },
    ['malformed@0'],
  ],
  [
    'a subject that is not in UTF-8',
    {
      certificate: leaf([], {
        subject: sequence(
          setOf(sequence(encodeOid('2.5.4.3'), element(TAG.utf8String, Uint8Array.of(0xff)))),
        ),
      }),
    },
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
