import { element, sequence, setOf, smallInteger } from '../../../../src/asn1/der.ts';
import { encodeOid } from '../../../../src/asn1/oid.ts';
import { createAuthority, encryptPrivateKey, type Authority } from '../../../../src/ca/index.ts';
import { readInput, type InputContent, type ReadInputOptions } from '../../../../src/inspect/index.ts';
import { encodePem } from '../../../../src/x509/pem.ts';
import { fixtureKey, fixturePem, NOW } from '../../../support/fixture-keys.ts';

const utf8 = new TextEncoder();
const read = (input: string | Uint8Array, options: ReadInputOptions = {}): Promise<InputContent> =>
  readInput(typeof input === 'string' ? utf8.encode(input) : input, options);

/** What was found, as `kind field`. */
const found = ({ items }: InputContent): string[] =>
  items.map(({ kind, place }) => (place.field === undefined ? kind : `${kind} ${place.field}`));
const codes = ({ findings }: InputContent): string[] => findings.map(({ code }) => code);
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

let authority: Authority;
let pem = '';
let der: Uint8Array;
const key = fixturePem('ECDSA-P256');

beforeAll(async () => {
  const privateKey = await fixtureKey('ECDSA-P256');
  authority = await createAuthority({ commonName: 'ca', key: privateKey }, { now: NOW });
  pem = authority.certificate.toPem();
  der = authority.certificate.der;
});

describe('one certificate', () => {
  test.each<readonly [string, () => string | Uint8Array, string]>([
    ['in PEM', () => pem, 'pem'],
    ['in DER', () => der, 'der'],
    ['in bare base64', () => base64(der), 'der'],
    ['in base64 over several lines', () => base64(der).replace(/.{40}/g, '$&\r\n'), 'der'],
    ['with line ends of Windows', () => pem.replaceAll('\n', '\r\n'), 'pem'],
    ['with line ends of old Macs inside', () => pem.replace(/\n(?=[^-])(?!$)/g, '\n\r'), 'pem'],
    ['in UTF-16', () => Uint8Array.from(Buffer.from(`\ufeff${pem}`, 'utf16le')), 'pem'],
    [
      'in UTF-16 the other way',
      () => Uint8Array.from(Buffer.from(`\ufeff${pem}`, 'utf16le').swap16()),
      'pem',
    ],
    ['behind a mark of byte order', () => `\ufeff${pem}`, 'pem'],
    ['indented', () => pem.replace(/^/gm, '    '), 'pem'],
    ['with text around it', () => `Subject: x\n${pem}\nand so on`, 'pem'],
    ['as X509 CERTIFICATE', () => pem.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'), 'pem'],
    [
      'as TRUSTED CERTIFICATE',
      () => encodePem('TRUSTED CERTIFICATE', Buffer.concat([der, sequence()])),
      'pem',
    ],
  ])('is read %s', async (_, input, format) => {
    const content = await read(input());
    expect([found(content), codes(content), content.format]).toEqual([['certificate'], [], format]);
  });
});

describe('documents', () => {
  test.each<readonly [string, () => string, readonly string[]]>([
    [
      'Secrets',
      () => `apiVersion: v1\nkind: Secret\ndata:\n  tls.crt: ${base64(pem)}\n  tls.key: ${base64(key)}\n`,
      ['certificate data["tls.crt"]', 'private-key data["tls.key"]'],
    ],
    [
      'ConfigMaps',
      () => `kind: ConfigMap\ndata:\n  ca.crt: |\n${pem.replace(/^(?=.)/gm, '    ')}`,
      ['certificate data["ca.crt"]'],
    ],
    [
      'lists in JSON',
      () => JSON.stringify({ kind: 'List', items: [{ kind: 'Secret', data: { a: base64(pem) } }] }),
      ['certificate items[0].data.a'],
    ],
    [
      'webhooks',
      () => `kind: ValidatingWebhookConfiguration\nwebhooks:\n- clientConfig: {caBundle: ${base64(pem)}}\n`,
      ['certificate webhooks[0].clientConfig.caBundle'],
    ],
    [
      'several documents',
      () => `kind: A\na: ${base64(pem)}\n---\nkind: B\nb: ${base64(pem)}\n`,
      ['certificate a', 'certificate b'],
    ],
  ])('are read: %s', async (_, text, expected) => {
    const content = await read(text());
    expect([found(content), codes(content)]).toEqual([expected, []]);
  });

  test('name the files that a kubeconfig refers to, and no token', async () => {
    const text = `kind: Config\nusers:\n- name: a\n  user: {client-certificate: a.crt, client-key: /b.key, token: hush}\n`;
    const content = await read(text);
    expect(content.format).toBe('kubeconfig');
    expect(content.references).toEqual([
      { field: 'users[0].user.client-certificate', path: 'a.crt' },
      { field: 'users[0].user.client-key', path: '/b.key' },
    ]);
    expect(JSON.stringify(content)).not.toContain('hush');
  });

  test('that are no YAML still give what stands in them as it is', async () => {
    const content = await read(`kind: A\n  b: [\n${pem}`);
    expect([found(content), codes(content)]).toEqual([['certificate'], ['malformed-manifest']]);
  });
});

describe('what is broken', () => {
  test('does not hide what is whole, and is named with its offset', async () => {
    const half = `${pem.slice(0, 200)}\n`;
    const content = await read(`${half}${pem}${half}`);
    expect(found(content)).toEqual(['certificate']);
    expect(codes(content)).toEqual(['malformed-certificate', 'malformed-certificate']);
    const offsets = content.findings.map(({ message }) => /at offset (\d+)\)$/.exec(message)?.[1]);
    expect(offsets).toEqual(['0', String(half.length + pem.length)]);
  });

  test.each<readonly [string, () => string | Uint8Array, string]>([
    ['a certificate in DER that is cut off', () => der.subarray(0, 100), 'malformed-certificate'],
    ['a block that ends as another', () => pem.replace('END CERT', 'END X509 CERT'), 'malformed-certificate'],
    ['a block of no base64', () => pem.replace(/^M/m, '!'), 'malformed-certificate'],
    ['a key that is none', () => encodePem('PRIVATE KEY', sequence()), 'malformed-key'],
    ['PKCS#7 that is none', () => encodePem('PKCS7', sequence()), 'malformed-certificate'],
    ['a block of another kind', () => encodePem('OPENSSH SECRET', sequence()), 'pem-rubbish'],
  ])('is a finding: %s', async (_, input, code) => {
    const content = await read(input(), { source: 'x.pem' });
    expect([found(content), codes(content)]).toEqual([[], [code]]);
    expect(content.findings[0]?.path).toBe('x.pem');
  });

  test('is nothing where there is nothing', async () => {
    const empty = await read('');
    expect(empty).toEqual({ format: 'unknown', items: [], references: [], findings: [] });
  });
});

describe('private keys', () => {
  test('are known by their public half, and are not in what was read', async () => {
    const content = await read(key);
    const [item] = content.items;
    if (item?.kind !== 'private-key') throw new Error('no key was found');
    expect(item.key).toMatchObject({ algorithm: 'ec', bits: 256, encrypted: false });
    expect(Buffer.from(item.key.publicKey ?? []).equals(authority.certificate.spki)).toBe(true);
    expect(Object.keys(item.key).sort()).toEqual(['algorithm', 'bits', 'encrypted', 'publicKey']);
  });

  test('that are encrypted are opened by the first password that fits', async () => {
    const locked = await encryptPrivateKey(await fixtureKey('ECDSA-P256'), 'right');
    const publicKeys = async (passwords: readonly string[]): Promise<[boolean, string[]]> => {
      const content = await read(locked, { passwords });
      const [item] = content.items;
      return [item?.kind === 'private-key' && item.key.publicKey !== undefined, codes(content)];
    };
    expect(await publicKeys(['wrong', 'right'])).toEqual([true, []]);
    expect(await publicKeys(['wrong'])).toEqual([false, ['wrong-password']]);
    expect(await publicKeys([])).toEqual([false, []]);
  });
});

describe('PKCS#7', () => {
  /** SignedData without signatures. */
  const pkcs7 = (...certificates: readonly Uint8Array[]): Uint8Array => {
    const data = sequence(encodeOid('1.2.840.113549.1.7.1'));
    const list = element(0xa0, ...certificates);
    const signed = sequence(smallInteger(1), setOf(), data, list, setOf());
    return sequence(encodeOid('1.2.840.113549.1.7.2'), element(0xa0, signed));
  };

  test('gives its certificates, with their offsets, and passes over other kinds', async () => {
    const bytes = pkcs7(element(0xa1, smallInteger(1)), der, der);
    const content = await read(bytes);
    expect([content.format, found(content)]).toEqual(['pkcs7', ['certificate', 'certificate']]);
    const first = Buffer.from(bytes).indexOf(der);
    expect(content.items.map(({ place }) => place.offset)).toEqual([first, first + der.length]);
  });

  test('gives the certificates that are whole beside those that are broken', async () => {
    const content = await read(pkcs7(sequence(smallInteger(1)), der));
    expect([found(content), codes(content)]).toEqual([['certificate'], ['malformed-certificate']]);
  });
});

describe('arguments of the wrong type', () => {
  test.each<readonly [string, unknown, unknown]>([
    ['text instead of bytes', 'text', {}],
    ['no bytes at all', undefined, {}],
    ['a password that is a number', new Uint8Array(1), { passwords: [1] }],
    ['passwords that are one text', new Uint8Array(1), { passwords: 'x' }],
    ['a source that is no text', new Uint8Array(1), { source: 1 }],
  ])('are a TypeError: %s', async (_, bytes, options) => {
    // As a caller without types would.
    await expect(Reflect.apply(readInput, undefined, [bytes, options])).rejects.toThrow(TypeError);
  });
});
