import { sequence } from '../../../../src/asn1/der.ts';
import { encodeOid } from '../../../../src/asn1/oid.ts';
import { readCertificate, type CertificateInfo } from '../../../../src/inspect/read/certificate.ts';
import { commonName, extension, extensions, general, nameDer } from '../../../support/forge-chain.ts';
import { authority, CA, certificate, codesOf, LEAF, leaf, verify } from './support.ts';

/** Milliseconds that no input may take, on a busy machine. */
const PATIENCE = 10_000;

const numbers = (count: number): number[] => [...Array(count).keys()];
const level = (index: number, key: number, signer: number): CertificateInfo =>
  authority({ name: `level ${index}`, key, issuer: `level ${index + 1}`, signer });

async function inTime(work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  expect(performance.now() - start).toBeLessThan(PATIENCE);
}

const atLevel0 = leaf([], {}, { ...LEAF, issuer: 'level 0', signer: 2 });

test('as many ways up as there are combinations are not all gone', () =>
  inTime(async () => {
    const layers = numbers(20).flatMap((index) => [
      level(index, 2, 2),
      level(index, 2, 2),
      level(index, 2, 2),
    ]);
    const result = await verify({ certificate: atLevel0, intermediates: layers });
    expect(result.accepted).toBe(false);
    expect(result.candidates.length).toBeLessThan(200);
  }));

test('ways that all end where the signatures are used up end at once', () =>
  inTime(async () => {
    // Twelve levels of two ways each, and above them more keys of one name than are tried.
    const layers = numbers(12).flatMap((index) => [level(index, 2, 2), level(index, 2, 2)]);
    const wrong = numbers(120).map((key) =>
      authority({ name: 'level 12', key: 100 + key, issuer: 'root', signer: 1 }),
    );
    const result = await verify({ certificate: atLevel0, intermediates: [...layers, ...wrong] });
    expect(codesOf(result)).toContain('limit-exceeded@12');
    expect(result.candidates.length).toBeLessThan(20);
  }));

test('thousands of copies of a CA that differ in nothing that counts cost little', () =>
  inTime(async () => {
    const { der } = authority(CA);
    const copies = numbers(8000).map((index) => {
      const copy = Uint8Array.from(der);
      new DataView(copy.buffer).setUint32(copy.length - 4, index);
      return readCertificate(copy);
    });
    const result = await verify({ intermediates: copies, roots: [] });
    expect(codesOf(result)).toEqual(['unknown-issuer@1']);
  }));

test('CAs that sign each other lead nowhere, and it is said', () =>
  inTime(async () => {
    const ring = numbers(6).flatMap((one) =>
      numbers(6)
        .filter((other) => other !== one)
        .map((other) =>
          authority({ name: `ca ${one}`, key: 20 + one, issuer: `ca ${other}`, signer: 20 + other }),
        ),
    );
    const certificateOf = leaf([], {}, { ...LEAF, issuer: 'ca 0', signer: 20 });
    const result = await verify({ certificate: certificateOf, intermediates: ring });
    expect(result.accepted).toBe(false);
    expect(result.candidates.flatMap(({ reasons }) => reasons.map(({ code }) => code))).toContain(
      'unknown-issuer',
    );
  }));

test('a path has an end', () =>
  inTime(async () => {
    const long = numbers(60).map((index) => level(index, 2, 2));
    expect(codesOf(await verify({ certificate: atLevel0, intermediates: long }))).toContain(
      'limit-exceeded@31',
    );
  }));

test('thousands of names under thousands of constraints are not all compared', () =>
  inTime(async () => {
    const names = numbers(2048).map((index) => general.dns(`n${index}.example.com`));
    const constrained = authority(CA, [extensions.nameConstraints(names, [])]);
    const many = certificate(LEAF, [extensions.subjectAltName(names)]);
    expect(codesOf(await verify({ certificate: many, intermediates: [constrained] }))).toContain(
      'limit-exceeded@1',
    );
    const subject = nameDer(...numbers(2048).map((index) => ['2.5.4.3', `n${index}`] as const));
    const deep = certificate(LEAF, [], { subject });
    expect(codesOf(await verify({ certificate: deep, intermediates: [constrained] }))).toContain(
      'limit-exceeded@1',
    );
  }));

test('policies that multiply do not', () =>
  inTime(async () => {
    const policy = (index: number): Uint8Array => encodeOid(`1.2.3.${index}`);
    const policies = extension('2.5.29.32', sequence(...numbers(40).map((index) => sequence(policy(index)))));
    const pairs = numbers(40).flatMap((a) => numbers(40).map((b) => sequence(policy(a), policy(b))));
    const mappings = extension('2.5.29.33', sequence(...pairs));
    const chain = numbers(20).map((index) =>
      authority(
        {
          name: `level ${index}`,
          key: 2,
          issuer: index === 19 ? 'root' : `level ${index + 1}`,
          signer: index === 19 ? 1 : 2,
        },
        [policies, mappings],
      ),
    );
    expect((await verify({ certificate: atLevel0, intermediates: chain })).accepted).toBe(true);
  }));

test('names of any octets are said without harm', async () => {
  const subject = commonName('\u001b[31m<script>\u0000');
  const result = await verify({ certificate: leaf([], { subject }), intermediates: [] });
  expect(codesOf(result)).toEqual(['unknown-issuer@0']);
});
