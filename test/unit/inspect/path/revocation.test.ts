import { contextTag, element, sequence, smallInteger } from '../../../../src/asn1/der.ts';
import { readCrl, type CrlInfo } from '../../../../src/inspect/read/crl.ts';
import { keyOf } from '../../../support/chain-cases.ts';
import {
  commonName,
  extension,
  extensions,
  forgeCrl,
  general,
  type ForgedCrl,
} from '../../../support/forge-chain.ts';
import { AT, authority, CA, certificate, codesOf, LEAF, leaf, verify } from './support.ts';

const day = 86_400_000;

type Revoked = NonNullable<ForgedCrl['revoked']>;

/** A current CRL by the name and key given. */
function crl(name: string, key: number, changes: Partial<ForgedCrl> = {}): CrlInfo {
  const [thisUpdate, nextUpdate] = [new Date(AT.getTime() - day), new Date(AT.getTime() + day)];
  return readCrl(forgeCrl({ issuer: commonName(name), thisUpdate, nextUpdate, ...changes }, keyOf(key)));
}

const ofRoot = crl('root', 1);
const ofCa = crl('ca', 2);
const number = (oid: string, value: number): Uint8Array =>
  extension(oid, smallInteger(value), oid !== '2.5.29.20');
const scope = (...parts: readonly Uint8Array[]): Uint8Array =>
  extension('2.5.29.28', sequence(...parts), true);
const flag = (tag: number): Uint8Array => element(contextTag(tag), Uint8Array.of(0xff));

test('a chain that no CRL revokes is accepted', async () => {
  expect((await verify({ crls: [ofRoot, ofCa] })).accepted).toBe(true);
});

test('a revoked leaf and a revoked CA are refused, with when and why', async () => {
  const revoked = [{ serial: LEAF.key, reason: 1 }];
  const result = await verify({ crls: [ofRoot, crl('ca', 2, { revoked })] });
  expect(codesOf(result)).toEqual(['revoked@0']);
  expect(result.candidates[0]?.reasons[0]?.message).toMatch(/2027 GMT \(keyCompromise\)$/);
  const above = [crl('root', 1, { revoked: [{ serial: CA.key }] }), ofCa];
  expect(codesOf(await verify({ crls: above }))).toEqual(['revoked@1']);
});

test('a serial number on the CRL of another CA revokes nothing', async () => {
  const other = crl('other', 8, { revoked: [{ serial: LEAF.key }] });
  expect((await verify({ crls: [ofRoot, ofCa, other] })).accepted).toBe(true);
});

test.each([
  ['there is none of its issuer', []],
  ['it is out of date', [crl('ca', 2, { nextUpdate: new Date(AT.getTime() - 1000) })]],
  ['it is of the future', [crl('ca', 2, { thisUpdate: new Date(AT.getTime() + 1000) })]],
  ['another key signed it', [crl('ca', 9)]],
  [
    'it has a critical extension that nobody knows',
    [crl('ca', 2, { extensions: [extension('1.2.3', Uint8Array.of(5, 0), true)] })],
  ],
  [
    'its number is critical, which it must not be',
    [crl('ca', 2, { extensions: [extension('2.5.29.20', smallInteger(1), true)] })],
  ],
  ['it is about CAs alone', [crl('ca', 2, { extensions: [scope(flag(2))] })]],
  ['it is about attributes', [crl('ca', 2, { extensions: [scope(flag(5))] })]],
  [
    'it is about some reasons alone',
    [crl('ca', 2, { extensions: [scope(element(contextTag(3), Uint8Array.of(6, 0x40)))] })],
  ],
  [
    'it is a delta without its base',
    [crl('ca', 2, { extensions: [number('2.5.29.27', 1), number('2.5.29.20', 2)] })],
  ],
] as const)('a CRL says nothing where %s', async (_why, crls) => {
  expect(codesOf(await verify({ crls: [ofRoot, ...crls] }))).toEqual(['revocation-unknown@0']);
});

test('the CRL of a CA that may not sign CRLs says nothing', async () => {
  const intermediates = [certificate(CA, [extensions.basicConstraints(true), extensions.keyUsage([5])])];
  expect(codesOf(await verify({ intermediates, crls: [ofRoot, ofCa] }))).toEqual(['revocation-unknown@0']);
});

test('a delta revokes, and takes back', async () => {
  const base = crl('ca', 2, { extensions: [number('2.5.29.20', 5)], revoked: [{ serial: 77 }] });
  const delta = (revoked: ForgedCrl['revoked'] = []): CrlInfo =>
    crl('ca', 2, { extensions: [number('2.5.29.20', 6), number('2.5.29.27', 5)], revoked });
  expect(codesOf(await verify({ crls: [ofRoot, base, delta([{ serial: LEAF.key }])] }))).toEqual([
    'revoked@0',
  ]);
  const held = crl('ca', 2, {
    extensions: [number('2.5.29.20', 5)],
    revoked: [{ serial: LEAF.key, reason: 6 }],
  });
  expect(codesOf(await verify({ crls: [ofRoot, held] }))).toEqual(['revoked@0']);
  const back = delta([{ serial: LEAF.key, reason: 8 }]);
  expect((await verify({ crls: [ofRoot, held, back] })).accepted).toBe(true);
});

test('of several deltas the newest that follows the base speaks, in whatever order they are given', async () => {
  // Numbers of eight octets, as those are that are made from the time.
  const huge = (value: number): Uint8Array => Uint8Array.of(2, 8, 0x18, 0, 0, 0, 0, 0, 0, value);
  const numbered = (value: number, from: number | undefined, revoked: Revoked): CrlInfo =>
    crl('ca', 2, {
      extensions: [
        extension('2.5.29.20', huge(value)),
        ...(from === undefined ? [] : [extension('2.5.29.27', huge(from), true)]),
      ],
      revoked,
    });
  const own = (reason: number): Revoked => [{ serial: LEAF.key, reason }];
  const [base, back, stolen] = [numbered(1, undefined, []), numbered(2, 1, own(8)), numbered(3, 1, own(1))];
  const [newer, tooLate] = [numbered(4, undefined, []), numbered(9, 8, own(1))];
  const judged = async (...crls: CrlInfo[]): Promise<string[]> => [
    codesOf(await verify({ crls: [ofRoot, ...crls] })).join(),
    codesOf(await verify({ crls: [...crls.reverse(), ofRoot] })).join(),
  ];
  expect(await judged(base, back, stolen)).toEqual(['revoked@0', 'revoked@0']);
  expect(await judged(base, stolen, back)).toEqual(['revoked@0', 'revoked@0']);
  expect(await judged(base, back)).toEqual(['', '']);
  expect(await judged(base, newer, stolen)).toEqual(['', '']);
  expect(await judged(base, tooLate)).toEqual(['', '']);
});

test('a CA may sign CRLs with a key of its own, which a path leads to as well', async () => {
  const signer = certificate({ ...CA, key: 6 }, [extensions.keyUsage([6])]);
  const crls = [ofRoot, crl('ca', 6)];
  expect((await verify({ crls, intermediates: [authority(CA), signer] })).accepted).toBe(true);
  const stranger = certificate({ ...CA, key: 6, signer: 8 }, [extensions.keyUsage([6])]);
  expect(codesOf(await verify({ crls, intermediates: [authority(CA), stranger] }))).toEqual([
    'revocation-unknown@0',
  ]);
});

test('an indirect CRL by the issuer that the certificate names says whose its entries are', async () => {
  const name = general.directory(commonName('crl'));
  const points = extension('2.5.29.31', sequence(sequence(element(contextTag(2, 'constructed'), name))));
  const signer = certificate({ ...CA, name: 'crl', key: 6 }, [extensions.keyUsage([6])]);
  const request = { certificate: leaf([points]), intermediates: [authority(CA), signer] };
  const indirect = (of: string, serial: number): CrlInfo =>
    crl('crl', 6, {
      extensions: [scope(flag(4))],
      revoked: [{ serial, issuer: general.directory(commonName(of)) }],
    });
  const judged = async (one: CrlInfo): Promise<string[]> =>
    codesOf(await verify({ ...request, crls: [ofRoot, one] }));
  expect(await judged(indirect('ca', LEAF.key))).toEqual(['revoked@0']);
  expect(await judged(indirect('another', LEAF.key))).toEqual([]);
  expect(await judged(indirect('ca', 77))).toEqual([]);
  expect(await judged(crl('crl', 6))).toEqual(['revocation-unknown@0']);
  expect(await judged(ofCa)).toEqual(['revocation-unknown@0']);
});

test('a thousand CRLs by one name are not all checked', async () => {
  const many = Array.from({ length: 1000 }, () => crl('ca', 9));
  const result = await verify({ crls: [...many, ofRoot] });
  expect(codesOf(result)).toContain('revocation-unknown@0');
  expect(result.candidates[0]?.reasons[0]?.message).toMatch(/more CRLs by its name than any sound PKI has$/);
});
