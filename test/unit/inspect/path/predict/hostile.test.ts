import fc from 'fast-check';
import { isPkiError } from '../../../../../src/errors/pki-error.ts';
import { predictErrors } from '../../../../../src/inspect/path/predict/predictions.ts';
import { readCertificate, type CertificateInfo } from '../../../../../src/inspect/read/certificate.ts';
import { JUDGED_AT, keyOf, timeOf } from '../../../../support/chain-cases.ts';
import { commonName, extensions, forgeCertificate, general } from '../../../../support/forge-chain.ts';
import { handmadeChains } from '../../../../support/handmade-chains.ts';
import '../../../../support/property-seed.ts';

const chains = handmadeChains({ at: JUDGED_AT, margin: 0 });

/** A certificate with some octets changed; `undefined` where it cannot be read at all any more. */
function changed(
  der: Uint8Array,
  changes: readonly (readonly [number, number])[],
): CertificateInfo | undefined {
  const copy = Uint8Array.from(der);
  for (const [at, octet] of changes) copy[at % copy.length] = octet;
  try {
    return readCertificate(copy);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

test('certificates with any octets changed are predicted about, whatever they hold', async () => {
  const changes = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...chains), changes, changes, async (one, below, above) => {
      const certificate = changed(one.leaf, below);
      if (certificate === undefined) return;
      const known = (list: readonly Uint8Array[]): CertificateInfo[] =>
        list.flatMap((der) => changed(der, above) ?? []);
      const request = { certificate, roots: known(one.roots), intermediates: known(one.intermediates) };
      const host = one.host ?? 'web.example.com';
      const predictions = await predictErrors({ ...request, host, usage: 'server' }, { now: JUDGED_AT });
      for (const said of Object.values(predictions)) expect(['string', 'undefined']).toContain(typeof said);
    }),
    { numRuns: 400 },
  );
});

test('thousands of CAs by one name, and of names and constraints, take no longer than a moment', async () => {
  const names = Array.from({ length: 2000 }, (_, at) => general.dns(`n${at}.example.com`));
  const make = (serial: number, issuer: number, list: readonly Uint8Array[]): CertificateInfo =>
    readCertificate(
      forgeCertificate(
        {
          subject: commonName('CA'),
          issuer: commonName('CA'),
          publicKey: keyOf(serial % 50).publicKey,
          serial,
          ...timeOf('good'),
          extensions: list,
        },
        keyOf(issuer % 50),
      ),
    );
  const authority = [extensions.basicConstraints(true)];
  const intermediates = Array.from({ length: 1500 }, (_, at) => make(at + 1, at + 2, authority));
  const roots = [make(0, 0, [...authority, extensions.nameConstraints(names, names)])];
  const certificate = make(60, 0, [extensions.subjectAltName(names)]);
  const start = performance.now();
  const { go } = await predictErrors({ certificate, roots, intermediates }, { now: JUDGED_AT });
  expect(go).toContain('is excluded by constraint');
  expect(performance.now() - start).toBeLessThan(5000);
}, 30_000);
