/** The lenient reader says of every certificate that the strict one accepts what the strict one says. */
import fc from 'fast-check';
import { TAG } from '../../src/asn1/der.ts';
import { createAuthority, issue } from '../../src/ca/index.ts';
import { isPkiError } from '../../src/errors/index.ts';
import { EXTENSION, readCertificate, readExtension, type GeneralNameInfo } from '../../src/inspect/index.ts';
import { Certificate } from '../../src/x509/certificate.ts';
import { fixtureKey, NOW } from '../support/fixture-keys.ts';

const RUNS = Number(process.env['READ_CERTIFICATE_RUNS'] ?? 2_000);

const hex = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('hex');

/** Types of strings that both readers decode; the strict one shows others in hexadecimal. */
const STRINGS: readonly number[] = [
  TAG.utf8String,
  TAG.printableString,
  TAG.ia5String,
  TAG.teletexString,
  TAG.bmpString,
];

const textOf = (tag: number, text: string): string => (STRINGS.includes(tag) ? text : `type ${tag}`);

/** What both readers know of a certificate, in one form. */
type Said = Readonly<Record<string, unknown>>;

function strictly(certificate: Certificate): Said {
  const { subject, issuer, notBefore, notAfter, basicConstraints } = certificate;
  return {
    tbs: hex(certificate.tbs),
    serial: BigInt(`0x${certificate.serialNumber}`),
    dates: [notBefore, notAfter],
    names: [subject, issuer].map(({ rdns }) =>
      rdns.flat().map(({ type, tag, value }) => [type, textOf(tag, value)]),
    ),
    spki: hex(certificate.spki),
    signature: [certificate.signatureOid, hex(certificate.signature)],
    extensions: certificate.extensions.map(({ oid, critical, value }) => [oid, critical, hex(value)]),
    [EXTENSION.subjectAltName]: certificate.subjectAltNames.map(({ type, value }) =>
      type === 'other' ? type : value,
    ),
    [EXTENSION.keyUsage]: certificate.keyUsage,
    [EXTENSION.basicConstraints]: basicConstraints && [basicConstraints.ca, basicConstraints.maxPathLength],
    [EXTENSION.subjectKeyIdentifier]: hex(certificate.subjectKeyIdentifier),
    [EXTENSION.authorityKeyIdentifier]: hex(certificate.authorityKeyIdentifier),
  };
}

/** The value of a name of a kind that is issued; each reader writes others in its own way. */
function nameText(name: GeneralNameInfo): string {
  if (name.kind === 'dns' || name.kind === 'email' || name.kind === 'uri') return name.value;
  return name.kind === 'ip' && !name.value.startsWith('#') ? name.value : 'other';
}

function leniently(der: Uint8Array): Said {
  const info = readCertificate(der);
  const { subject, issuer, notBefore, notAfter, extensions = [] } = info;
  const constraints = readExtension(extensions, EXTENSION.basicConstraints)?.value;
  const authority = readExtension(extensions, EXTENSION.authorityKeyIdentifier)?.value;
  const sans = readExtension(extensions, EXTENSION.subjectAltName)?.value ?? [];
  return {
    tbs: hex(info.tbs),
    serial: BigInt(`0x${hex(info.serialNumber) ?? ''}`),
    dates: [notBefore.date, notAfter.date],
    names: [subject, issuer].map(({ rdns }) =>
      rdns.flat().map(({ oid, tag, text }) => [oid, textOf(tag, text)]),
    ),
    spki: hex(info.publicKey.der),
    signature: [info.signatureAlgorithm.oid, hex(info.signature.bytes)],
    extensions: extensions.map(({ oid, critical, value }) => [oid, critical, hex(value)]),
    [EXTENSION.subjectAltName]: sans.map(nameText),
    [EXTENSION.keyUsage]: readExtension(extensions, EXTENSION.keyUsage)?.value,
    [EXTENSION.basicConstraints]: constraints && [constraints.ca, constraints.maxPathLength],
    [EXTENSION.subjectKeyIdentifier]: hex(readExtension(extensions, EXTENSION.subjectKeyIdentifier)?.value),
    [EXTENSION.authorityKeyIdentifier]: hex(authority?.keyIdentifier),
  };
}

const DECODED = [
  EXTENSION.subjectAltName,
  EXTENSION.keyUsage,
  EXTENSION.basicConstraints,
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.authorityKeyIdentifier,
] as const;

/** Without the extensions that the lenient reader finds broken, as the strict one looks only at what it needs. */
function comparable(said: Said, der: Uint8Array): Said {
  const { extensions = [] } = readCertificate(der);
  const broken = DECODED.filter((oid) => readExtension(extensions, oid)?.problem !== undefined);
  return Object.fromEntries(Object.entries(said).filter(([field]) => !broken.some((oid) => oid === field)));
}

/** What a reader says; `undefined` for what it refuses. */
function accepted(read: () => Said): Said | undefined {
  try {
    return read();
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return undefined;
  }
}

describe('both readers of certificates', () => {
  let made: Uint8Array[] = [];

  beforeAll(async () => {
    const key = await fixtureKey('ECDSA-P256');
    const authority = await createAuthority({ commonName: 'kübernetes', key }, { now: NOW });
    const subjectAltNames = ['a.example', '*.b.example', '10.0.0.1', 'fd00::1'];
    const request = {
      commonName: 'a',
      organizations: ['system:masters', 'b'],
      subjectAltNames,
      key,
    } as const;
    const server = await issue(authority, { profile: 'server', ...request }, { now: NOW });
    const client = await issue(authority, { profile: 'client', commonName: 'c', key }, { now: NOW });
    made = [authority.certificate, server.certificate, client.certificate].map(({ der }) => der);
  });

  test('say the same of certificates as they are issued', () => {
    for (const der of made) expect(leniently(der)).toEqual(strictly(Certificate.fromDer(der)));
  });

  test('say the same of certificates in which octets were changed, where both accept them', () => {
    let compared = 0;
    const change = fc.record({ at: fc.nat(1_000), octet: fc.nat(255) });
    fc.assert(
      fc.property(fc.nat(2), fc.array(change, { minLength: 1, maxLength: 2 }), (which, changes) => {
        const der = Uint8Array.from(made[which] ?? []);
        for (const { at, octet } of changes) der[at % der.length] = octet;
        const expected = accepted(() => strictly(Certificate.fromDer(der)));
        // The strict one opens the key when it is asked for, OpenSSL and the lenient one at once.
        const got = accepted(() => leniently(der));
        if (expected === undefined || got === undefined) return;
        compared += 1;
        expect(comparable(got, der)).toEqual(comparable(expected, der));
      }),
      { numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS / 10);
  });
});
