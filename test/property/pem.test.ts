import fc from 'fast-check';
import {
  Certificate,
  encodePem,
  parsePem,
  parsePrivateKey,
  parseSubjectAltName,
  readPublicKey,
} from '../../src/ca/index.ts';
import { formatGeneralName } from '../../src/x509/general-name.ts';
import { isPkiError } from '../../src/errors/index.ts';

const label = fc.stringMatching(/^[A-Z][A-Z0-9]{0,8}( [A-Z0-9]{1,8}){0,2}$/);
const block = fc.record({ label, der: fc.uint8Array({ minLength: 1, maxLength: 200 }) });
const noise = fc.stringMatching(/^[^\r\n-]{0,40}$/);

/** The texts that people make of a PEM file. */
const layout = fc.constantFrom<(pem: string) => string>(
  (pem) => pem,
  (pem) => pem.replaceAll('\n', '\r\n'),
  (pem) => pem.trimEnd(),
  (pem) => pem.replaceAll('\n', ' \n'),
  (pem) => `\ufeff${pem}`,
);

async function onlyPkiError(parse: () => unknown): Promise<void> {
  try {
    await parse();
  } catch (error) {
    if (!isPkiError(error)) throw error;
    expect(error.message.length).toBeLessThan(600);
    expect(error.message).not.toMatch(/[\r\n]/);
  }
}

test('any blocks, with any text between them, are read as they were written', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, block), { maxLength: 5 }), layout, (parts, lay) => {
      const text = parts
        .map(([before, { label: name, der }]) => `${before}\n${encodePem(name, der)}`)
        .join('');
      const expected = parts.map(([, { label: name, der }]) => ({ label: name, der, headers: [] }));
      expect(parsePem(lay(text))).toEqual(expected);
    }),
  );
});

test('any text makes the readers of PEM answer or throw a PkiError, in one short line', async () => {
  const line = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '-----BEGIN CERTIFICATE-----',
      '-----END CERTIFICATE-----',
      '-----BEGIN PRIVATE KEY-----',
      '-----END PRIVATE KEY-----',
    ),
    fc.constantFrom(
      '-----BEGIN ',
      '-----END -----',
      '-----BEGIN -----',
      '-----BEGIN A--B-----',
      'a: b',
      '',
      '\u0000',
      'MAA=',
      'MAIFAA==',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
      const text = lines.join('\n');
      for (const parse of [
        parsePem,
        Certificate.fromPem.bind(Certificate),
        Certificate.allFromPem.bind(Certificate),
        readPublicKey,
        parsePrivateKey,
      ])
        await onlyPkiError(() => parse(text));
    }),
    { numRuns: 1500 },
  );
});

test('any text makes a subject alternative name that survives itself, or a PkiError', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6(),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.emailAddress(),
    fc.stringMatching(/^(DNS|IP|URI|email):[a-z0-9:.*@/%[\]-]{0,30}$/),
  );
  await fc.assert(
    fc.asyncProperty(text, async (input) => {
      await onlyPkiError(() => {
        const name = parseSubjectAltName(input);
        expect(parseSubjectAltName(formatGeneralName(name))).toEqual(name);

        expect(name.value).toMatch(/^[\x21-\x7e]+$/);
      });
    }),
    { numRuns: 3000 },
  );
});

test('what is neither text nor bytes is a TypeError', async () => {
  for (const wrong of [undefined, null, 42, {}, []] as unknown as string[]) {
    expect(() => parsePem(wrong)).toThrow(TypeError);
    expect(() => parseSubjectAltName(wrong)).toThrow(TypeError);
    expect(() => readPublicKey(wrong)).toThrow(TypeError);
    await expect(parsePrivateKey(wrong)).rejects.toThrow(TypeError);
  }
});
