import { Certificate, createAuthority, encodePem, parsePem } from '../../../src/ca/index.ts';
import { failureOf } from '../../support/errors.ts';
import { fixtureKey, fixturePem, NOW } from '../../support/fixture-keys.ts';

const pemOf = async (commonName: string): Promise<string> =>
  (await createAuthority({ commonName, key: await fixtureKey('ECDSA-P256') }, { now: NOW })).toPem();

describe('PEM', () => {
  test.each([0, 1, 47, 48, 49, 96, 1000])(
    'of %d bytes has lines of 64 characters and a newline at the end',
    (length) => {
      const text = encodePem('TEST', new Uint8Array(length).fill(5));
      expect(text).toMatch(
        /^-----BEGIN TEST-----\n(?:[A-Za-z0-9+/=]{64}\n)*(?:[A-Za-z0-9+/=]{1,63}\n)?-----END TEST-----\n$/,
      );
      if (length > 0)
        expect(parsePem(text)).toEqual([{ label: 'TEST', der: new Uint8Array(length).fill(5), headers: [] }]);
    },
  );

  test('is read with text around, blanks at the ends of lines, CRLF, a byte order mark and without final newline', () => {
    const text = encodePem('TEST', Uint8Array.of(1, 2, 3));
    const variants = [
      `subject=CN = a\n${text}trailing`,
      text.replaceAll('\n', ' \t\n'),
      text.replaceAll('\n', '\r\n'),
      text.replaceAll('\n', '\r'),
      `\ufeff${text}`,
      text.trimEnd(),
      text.replaceAll(/^/gm, '    '),
    ];
    for (const variant of variants) expect(parsePem(variant).map(({ der }) => [...der])).toEqual([[1, 2, 3]]);
    expect(parsePem(Buffer.from(text)).map(({ label }) => label)).toEqual(['TEST']);
  });

  test('keeps the headers of RFC 1421 apart', () => {
    const text =
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAQID\n-----END RSA PRIVATE KEY-----\n';
    expect(parsePem(text)).toEqual([
      {
        label: 'RSA PRIVATE KEY',
        der: Uint8Array.of(1, 2, 3),
        headers: ['Proc-Type: 4,ENCRYPTED', 'DEK-Info: AES-128-CBC,00'],
      },
    ]);
  });

  test('of several certificates is read in the order of the file, keys passed over', async () => {
    const [a, b] = [await pemOf('a'), await pemOf('b')];
    const bundle = fixturePem('Ed25519') + b + fixturePem('ECDSA-P384') + a;
    expect(Certificate.allFromPem(bundle).map(({ commonName }) => commonName)).toEqual(['b', 'a']);
    expect(Certificate.fromPem(bundle).commonName).toBe('b');
    expect(Certificate.allFromPem(b.trimEnd() + '\n' + a.trimEnd())).toHaveLength(2);
  });

  test('of a file that was joined without newline is refused', async () => {
    const [a, b] = [await pemOf('a'), await pemOf('b')];
    const error = await failureOf(() => Certificate.allFromPem(a.trimEnd() + b));
    expect(error).toMatchObject({ code: 'invalid-pem', hint: expect.stringContaining('line') });
  });

  test('where a certificate is expected names what it found', async () => {
    const error = await failureOf(() => Certificate.fromPem(fixturePem('Ed25519'), { source: 'ca.crt' }));
    expect(error.message).toBe('ca.crt: expected a certificate, found PRIVATE KEY');
    expect(error.hint).toMatch(/this is a key/);
    expect((await failureOf(() => Certificate.allFromPem(''))).message).toBe(
      'expected a certificate, found no PEM block',
    );
  });

  test('that is broken is never passed over', async () => {
    const [a, b] = [await pemOf('a'), await pemOf('b')];
    const error = await failureOf(() => Certificate.allFromPem(a + b.replace(/\n[^\n]{64}/, '\n?')));
    expect(error).toMatchObject({ code: 'invalid-pem', details: { label: 'CERTIFICATE' } });
  });

  test('with a label of a megabyte gets a short error', async () => {
    const error = await failureOf(() => parsePem(`-----BEGIN ${'A'.repeat(1_000_000)}-----\nAAAA\n`));
    expect(error.message.length).toBeLessThan(200);
    const many = Array.from({ length: 1000 }, (_, i) => encodePem(`X${i}`, Uint8Array.of(1))).join('');
    expect((await failureOf(() => Certificate.fromPem(many))).message.length).toBeLessThan(200);
  });
});
