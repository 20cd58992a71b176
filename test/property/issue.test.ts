/** Any request that is granted is read by OpenSSL, Node and Go as it was asked for. */
import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { Certificate, createAuthority, issue } from '../../src/ca/index.ts';
import type { Authority, IssuedCertificate } from '../../src/ca/index.ts';
import { GoJudge } from '../judges/go.ts';
import type { GoCertificate } from '../judges/go.ts';
import { fixtureKey, NOW } from '../support/fixture-keys.ts';
import { describeWith, runOk, tempDir } from '../support/foreign.ts';
import { reencode } from '../support/peculiar-check.ts';
import { anyRequest } from '../support/requests.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const env = { now: NOW };
// Few runs of many certificates each: a foreign program reads them all at once.
const batches = fc.array(anyRequest, { minLength: 20, maxLength: 20 });
let ca: Authority;
beforeAll(async () => {
  ca = await createAuthority({ commonName: 'ca', key: await fixtureKey('ECDSA-P256'), validity: '90y' }, env);
});

async function issueAll(requests: readonly Parameters<typeof issue>[1][]): Promise<IssuedCertificate[]> {
  const key = await fixtureKey('ECDSA-P384');
  return Promise.all(requests.map((request) => issue(ca, { ...request, key }, env)));
}

const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

test('the library itself and @peculiar/x509 read the same, to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, async (request) => {
      const [issued] = await issueAll([request]);
      if (issued === undefined) throw new Error('nothing was issued');
      const { certificate } = issued;
      expect(certificate.commonName).toBe(request.commonName);
      expect([...certificate.organizations].sort()).toEqual([...(request.organizations ?? [])].sort());
      expect(Certificate.fromPem(issued.toPem()).toPem()).toBe(issued.toPem());
      expect(Buffer.compare(reencode(certificate.der), certificate.der)).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('Node reads the same names, validity and serial number', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (requests) => {
      for (const { certificate } of await issueAll(requests)) {
        const judge = new X509Certificate(certificate.der);
        expect(judge.serialNumber.toLowerCase()).toBe(certificate.serialNumber);
        expect([new Date(judge.validFrom), new Date(judge.validTo)]).toEqual([
          certificate.notBefore,
          certificate.notAfter,
        ]);
        expect(judge.checkIssued(new X509Certificate(ca.certificate.der))).toBe(true);
        expect(judge.verify(new X509Certificate(ca.certificate.der).publicKey)).toBe(true);
        const names = certificate.subjectAltNames
          .filter(({ type }) => type === 'dns')
          .map(({ value }) => value);
        for (const name of names) expect(judge.checkHost(name.replace('*', 'x'))).toBeDefined();
        for (const { type, value } of certificate.subjectAltNames)
          if (type === 'ip') expect(judge.checkIP(value)).toBeDefined();
        expect((judge.subjectAltName ?? '').split(', ')).toHaveLength(certificate.subjectAltNames.length);
      }
    }),
    { numRuns: 6 },
  );
});

describeWith(['openssl'], 'OpenSSL', () => {
  test('verifies every certificate, and reads the same subject and serial number', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'ca.pem'), ca.toPem());
    await fc.assert(
      fc.asyncProperty(batches, async (requests) => {
        const all = await issueAll(requests);
        const files = all.map((issued, index) => {
          const file = join(folder, `${index}.pem`);
          writeFileSync(file, issued.toPem());
          return file;
        });
        const attime = String(NOW.getTime() / 1000);
        const { stdout } = await runOk('openssl', [
          'verify',
          '-x509_strict',
          '-attime',
          attime,
          '-CAfile',
          join(folder, 'ca.pem'),
          ...files,
        ]);
        expect(stdout.match(/: OK$/gm)).toHaveLength(files.length);
        writeFileSync(join(folder, 'all.pem'), all.map((issued) => issued.toPem()).join(''));
        const listed = await runOk('openssl', [
          'storeutl',
          '-certs',
          '-noout',
          '-text',
          join(folder, 'all.pem'),
        ]);
        for (const { certificate } of all) {
          expect(listed.stdout.replaceAll(/[\s:]/g, '')).toContain(certificate.serialNumber);
        }
      }),
      { numRuns: 4 },
    );
  });
});

describeWith(['go'], 'Go', () => {
  let go: GoJudge;
  beforeAll(async () => {
    go = await GoJudge.start();
  });
  afterAll(() => go.stop());

  const KINDS: Readonly<Record<string, string>> = { dns: 'DNS', ip: 'IP', uri: 'URI', email: 'email' };

  test('verifies every certificate, and reads the same to the byte of each name', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (requests) => {
        for (const issued of await issueAll(requests)) {
          const { certificate } = issued;
          const [judged] = await go.parse(issued.toPem());
          expect(judged).toMatchObject({
            version: 3,
            serialSign: 1,
            notBefore: certificate.notBefore.toISOString().replace('.000', ''),
            notAfter: certificate.notAfter.toISOString().replace('.000', ''),
            sans: certificate.subjectAltNames.map(({ type, value }) => ({
              kind: KINDS[type] ?? type,
              value,
            })),
          } satisfies Partial<GoCertificate>);
          const own = certificate.subject.rdns.map((rdn) =>
            rdn.map(({ value, tag }) => `${bytes(value)} ${tag}`),
          );
          const tags: Readonly<Record<string, number>> = { PrintableString: 0x13, UTF8String: 0x0c };
          expect(
            judged?.subject.map((rdn) => rdn.map(({ value, tag }) => `${bytes(value)} ${tags[tag] ?? tag}`)),
          ).toEqual(own);
          const verdict = await go.ask({
            op: 'verify',
            leaf: issued.toPem(),
            roots: ca.toPem(),
            usage: ['any'],
            time: NOW.toISOString(),
          });
          expect(verdict).toMatchObject({ ok: true });
        }
      }),
      { numRuns: 4 },
    );
  });
});
