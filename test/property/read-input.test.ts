/** Whatever bytes come in, reading ends soon, throws nothing, and says where in them something is wrong. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { element, octetString, sequence, smallInteger, NULL } from '../../src/asn1/der.ts';
import { encodeOid } from '../../src/asn1/oid.ts';
import { platformCrypto } from '../../src/crypto/environment.ts';
import type { CryptoProvider } from '../../src/crypto/provider.ts';
import { readInput, type InputContent } from '../../src/inspect/index.ts';
import { describeWith, requireTool, tempDir } from '../support/foreign.ts';

const RUNS = Number(process.env['READ_INPUT_RUNS'] ?? 300);

/** Reads, and sees that what was found lies within the bytes. */
async function readWithin(bytes: Uint8Array, passwords: readonly string[] = ['x']): Promise<InputContent> {
  const content = await readInput(bytes, { passwords });
  const isWithin = (offset: number): boolean => offset >= 0 && offset <= bytes.length;
  expect(content.items.filter(({ place }) => !isWithin(place.offset))).toEqual([]);
  // What is no YAML is named by line and column.
  const located = content.findings.filter(({ code }) => code !== 'malformed-manifest');
  const offsetOf = (message: string): number => Number(/at offset (\d+)\)$/.exec(message)?.[1]);
  expect(located.filter(({ message }) => !isWithin(offsetOf(message)))).toEqual([]);
  return content;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('reading any bytes', () => {
  test('throws nothing for random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await readWithin(bytes);
      }),
      { numRuns: RUNS },
    );
  });

  test('throws nothing for random text with the words that it looks for', async () => {
    const words = [
      '-----BEGIN CERTIFICATE-----\n',
      '-----END CERTIFICATE-----\n',
      '-----BEGIN PKCS7-----\n',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----',
      'apiVersion: v1\n',
      'kind: Secret\ndata:\n  a: LS0tLS1CRUdJTiBD\n',
      'Proc-Type: 4,ENCRYPTED\n',
      '{"kind": "Config", "users": [',
      '&a [*a, *a]\n',
      'MIIB',
      '\r\n',
      '\ufeff',
    ];
    const piece = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        await readWithin(text(pieces.join('')));
      }),
      { numRuns: RUNS },
    );
  });

  test.each([
    ['sequences in sequences', Uint8Array.from({ length: 200_000 }, () => 0x30)],
    ['lists of no end', Uint8Array.from({ length: 200_000 }, (_, at) => (at % 2 === 0 ? 0x30 : 0x80))],
    ['lengths of no end', Uint8Array.from({ length: 200_000 }, () => 0xff)],
    ['a length of gigabytes', Uint8Array.of(0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 3)],
    ['BEGIN lines', text('-----BEGIN CERTIFICATE-----\n'.repeat(30_000))],
    ['hyphens', text('-----'.repeat(100_000))],
    ['spaces', text(`-----BEGIN CERTIFICATE-----\n${' '.repeat(500_000)}x`)],
    ['open brackets', text('['.repeat(100_000))],
    ['a long list', text(`[${'1,'.repeat(400_000)}1]`)],
    ['a long list of texts', text(`[${'"a",'.repeat(300_000)}"b"]`)],
    ['a flat map', text(Array.from({ length: 50_000 }, (_, at) => `a${at}: b`).join('\n'))],
    ['text in base64', text('LS0tLS1CRUdJTi'.repeat(50_000))],
  ])('ends soon for %s', async (_, bytes) => {
    const start = performance.now();
    await readWithin(bytes);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('work that a file asks for', () => {
  const PBES2 = '1.2.840.113549.1.5.13';
  const key = (iterations: number): Uint8Array => {
    const pbkdf2 = sequence(
      encodeOid('1.2.840.113549.1.5.12'),
      sequence(
        octetString(new Uint8Array(8)),
        smallInteger(iterations),
        sequence(encodeOid('1.2.840.113549.2.9'), NULL),
      ),
    );
    const aes = sequence(encodeOid('2.16.840.1.101.3.4.1.42'), octetString(new Uint8Array(16)));
    const algorithm = sequence(encodeOid(PBES2), sequence(pbkdf2, aes));
    return sequence(algorithm, octetString(new Uint8Array(64)));
  };
  const legacy = (iterations: number): Uint8Array =>
    sequence(
      sequence(
        encodeOid('1.2.840.113549.1.12.1.3'),
        sequence(octetString(new Uint8Array(8)), smallInteger(iterations)),
      ),
      octetString(new Uint8Array(64)),
    );
  const safe = (mac: Uint8Array): Uint8Array =>
    sequence(
      smallInteger(3),
      sequence(encodeOid('1.2.840.113549.1.7.1'), element(0xa0, octetString(sequence()))),
      mac,
    );
  const mac = (iterations: number): Uint8Array =>
    sequence(
      sequence(sequence(encodeOid('1.3.14.3.2.26'), NULL), octetString(new Uint8Array(20))),
      octetString(new Uint8Array(8)),
      smallInteger(iterations),
    );

  test.each([
    ['a key under PBES2', key(2 ** 31)],
    ['a key under 3DES', legacy(2 ** 31)],
    ['a key whose count no number holds', key(2 ** 53 - 1)],
    ['a MAC', safe(mac(2 ** 31))],
  ])('is not done where %s asks for too much', async (_, bytes) => {
    const start = performance.now();
    const { findings } = await readWithin(bytes);
    expect(findings.map(({ message }) => message).join()).toContain('is more work than is done for one file');
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test('is counted over all keys of a file', async () => {
    const label = 'ENCRYPTED PRIVATE KEY';
    const lines = [
      `-----BEGIN ${label}-----`,
      Buffer.from(key(3_000_000)).toString('base64'),
      `-----END ${label}-----`,
    ];
    let asked = 0;
    const passwordCipher: CryptoProvider['passwordCipher'] = () => {
      asked += 1;
      return Promise.resolve(undefined);
    };
    const crypto = { ...platformCrypto(), passwordCipher };
    const { findings } = await readInput(
      text(`${lines.join('\n')}\n`.repeat(20)),
      { passwords: ['x'] },
      { crypto },
    );
    expect(asked).toBe(3);
    expect(findings.filter(({ message }) => message.includes('is more work'))).toHaveLength(17);
  });
});

describeWith(['openssl'], 'reading changed files', () => {
  const folder = tempDir();
  const inputs: Uint8Array[] = [];

  beforeAll(() => {
    const openssl = (args: string): void => {
      execFileSync(requireTool('openssl'), args.split(' '), { cwd: folder, stdio: 'pipe' });
    };
    const curve = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc';
    openssl(`req -x509 ${curve} -keyout k -out c -subj /CN=a -addext subjectAltName=DNS:a,IP:10.0.0.1`);
    openssl('x509 -in c -outform DER -out c.der');
    openssl('req -new -key k -subj /CN=b -outform DER -out r.der');
    openssl('pkey -in k -outform DER -out k.der');
    openssl('pkcs8 -topk8 -in k -v2 aes-256-cbc -passout pass:x -out e.pem');
    openssl('crl2pkcs7 -nocrl -certfile c -outform DER -out c.p7b');
    openssl('pkcs12 -export -inkey k -in c -passout pass:x -noiter -nomaciter -out a.p12');
    openssl('pkcs12 -export -inkey k -in c -passout pass:x -noiter -nomaciter -legacy -out l.p12');
    openssl('pkcs12 -export -inkey k -in c -passout pass:x -nomac -certpbe NONE -keypbe NONE -out n.p12');
    const pem = readFileSync(join(folder, 'c'));
    const data = pem.toString('base64');
    writeFileSync(join(folder, 's.yaml'), `apiVersion: v1\nkind: Secret\ndata:\n  tls.crt: ${data}\n`);
    const names = ['c', 'c.der', 'r.der', 'k.der', 'e.pem', 'c.p7b', 'a.p12', 'l.p12', 'n.p12', 's.yaml'];
    for (const name of names) inputs.push(new Uint8Array(readFileSync(join(folder, name))));
  });

  test('finds something in each as it is', async () => {
    for (const bytes of inputs) {
      const { items, findings } = await readWithin(bytes);
      expect([items.length > 0, findings]).toEqual([true, []]);
    }
  });

  test('throws nothing where octets are changed, cut out, repeated or cut off', async () => {
    const edit = fc.record({
      kind: fc.constantFrom('set' as const, 'cut' as const, 'repeat' as const, 'end' as const),
      at: fc.nat(1_000_000),
      octet: fc.oneof(fc.constantFrom(0, 0x80, 0x30, 0xff, 0xa0, 0x24), fc.nat(255)),
      count: fc.integer({ min: 1, max: 20 }),
    });
    const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.nat(9), edits, async (which, changes) => {
        let bytes = inputs[which] ?? new Uint8Array(0);
        for (const { kind, at, octet, count } of changes) {
          const from = at % (bytes.length + 1);
          const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)];
          const [middle, rest] = {
            set: [[octet], after.subarray(1)],
            cut: [[], after.subarray(count)],
            repeat: [after.subarray(0, count), after],
            end: [[], []],
          }[kind];
          bytes = Uint8Array.from([...before, ...(middle ?? []), ...(rest ?? [])]);
        }
        await readWithin(bytes);
      }),
      { numRuns: RUNS * 3 },
    );
  });
});
