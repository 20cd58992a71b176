/** PKCS#7 and PKCS#12 as OpenSSL writes them, in every form it has. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInput, type InputContent, type InputItem } from '../../src/inspect/index.ts';
import { describeWith, run, runOk, tempDir } from '../support/foreign.ts';

const PASSWORD = 'pässwörd 🔑';

/** Kinds of what was found, in order. */
const kinds = ({ items }: InputContent): string[] => items.map(({ kind }) => kind);
const codes = ({ findings }: InputContent): string[] => findings.map(({ code }) => code);

function certificateDer(item: InputItem | undefined): string {
  return item?.kind === 'certificate' ? Buffer.from(item.certificate.der).toString('hex') : 'none';
}

function keySpki({ items }: InputContent): string {
  const item = items.find(({ kind }) => kind === 'private-key');
  const bytes = item?.kind === 'private-key' ? item.key.publicKey : undefined;
  return bytes === undefined ? 'none' : Buffer.from(bytes).toString('hex');
}

describeWith(['openssl'], 'containers that OpenSSL writes', () => {
  const folder = tempDir();
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): Promise<unknown> =>
    runOk('openssl', args, { cwd: folder, env: { ...process.env, SECRET: PASSWORD } });
  const read = (name: string, passwords: readonly string[] = [PASSWORD]): Promise<InputContent> =>
    readInput(readFileSync(path(name)), { passwords });
  let leaf = '';
  let root = '';
  let spki = '';

  beforeAll(async () => {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
    await openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca');
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key'];
    const request = [
      'req',
      '-x509',
      ...curve,
      '-keyout',
      'leaf.key',
      '-out',
      'leaf.pem',
      '-subj',
      '/CN=leaf',
    ];
    await openssl(...request, ...signed);
    await openssl('x509', '-in', 'leaf.pem', '-outform', 'DER', '-out', 'leaf.der');
    await openssl('x509', '-in', 'ca.pem', '-outform', 'DER', '-out', 'ca.der');
    await openssl('pkey', '-in', 'leaf.key', '-pubout', '-outform', 'DER', '-out', 'leaf.spki');
    writeFileSync(path('index.txt'), '');
    const configuration = '[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ndefault_md=sha256\n';
    writeFileSync(path('ca.cnf'), configuration);
    const list = ['ca', '-config', 'ca.cnf', '-gencrl', '-crldays', '5', '-cert', 'ca.pem'];
    await openssl(...list, '-keyfile', 'ca.key', '-out', 'ca.crl');
    leaf = readFileSync(path('leaf.der')).toString('hex');
    root = readFileSync(path('ca.der')).toString('hex');
    spki = readFileSync(path('leaf.spki')).toString('hex');
  });

  const EXPORT = ['pkcs12', '-export', '-inkey', 'leaf.key', '-in', 'leaf.pem', '-certfile', 'ca.pem'];
  const exported = async (name: string, args: readonly string[]): Promise<void> => {
    await openssl(...EXPORT, '-name', 'küche', '-out', name, '-passout', 'env:SECRET', ...args);
  };

  test.each<readonly [string, readonly string[]]>([
    ['as it does by default', []],
    ['with -legacy: RC2-40 and 3DES', ['-legacy']],
    ['with -legacy -descert: 3DES', ['-legacy', '-descert']],
    ['with RC2-128', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-RC2-128']],
    ['with 3DES of two keys', ['-legacy', '-certpbe', 'PBE-SHA1-2DES', '-keypbe', 'PBE-SHA1-2DES']],
    ['with AES-128', ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-128-CBC']],
    ['with AES-192', ['-certpbe', 'AES-192-CBC', '-keypbe', 'AES-192-CBC']],
    ['with PBES2 and 3DES', ['-certpbe', 'DES-EDE3-CBC', '-keypbe', 'DES-EDE3-CBC']],
    ['with nothing encrypted', ['-certpbe', 'NONE', '-keypbe', 'NONE']],
    ['without a MAC', ['-nomac']],
    ['with a MAC by SHA-1', ['-macalg', 'sha1']],
    ['with a MAC by SHA-384', ['-macalg', 'sha384']],
    ['with a MAC by SHA-512', ['-macalg', 'sha512']],
    ['with a MAC by a digest that is not checked', ['-macalg', 'sha224']],
    ['with many iterations', ['-iter', '20000']],
    ['with one iteration', ['-noiter', '-nomaciter']],
  ])('reads PKCS#12 %s', async (_, args) => {
    await exported('it.p12', args);
    const content = await read('it.p12', ['not this one', PASSWORD]);
    expect(content.format).toBe('pkcs12');
    expect(codes(content)).toEqual([]);
    expect(kinds(content)).toEqual(['certificate', 'certificate', 'private-key']);
    expect(content.items.slice(0, 2).map(certificateDer)).toEqual([leaf, root]);
    expect(keySpki(content)).toBe(spki);
    const [first, , key] = content.items.map(({ place }) => place);
    expect([first?.friendlyName, key?.friendlyName]).toEqual(['küche', 'küche']);
    expect(first?.localKeyId).toMatch(/^[0-9a-f]{40}$/);
    expect(key?.localKeyId).toBe(first?.localKeyId);
  });

  test.each<readonly [string, readonly string[], string]>([
    ['password', [], 'password-required'],
    ['right password', ['wrong'], 'wrong-password'],
  ])('reads what is not encrypted without the %s', async (_, passwords, code) => {
    await exported('plain.p12', ['-certpbe', 'NONE']);
    const content = await read('plain.p12', passwords);
    expect(kinds(content)).toEqual(['certificate', 'certificate', 'private-key']);
    expect(keySpki(content)).toBe('none');
    expect(new Set(codes(content))).toEqual(new Set([code]));
  });

  test('says that a password is wrong, and reads nothing that is encrypted', async () => {
    await exported('locked.p12', []);
    const content = await read('locked.p12', ['wrong']);
    expect(content.items.filter(({ kind }) => kind === 'certificate')).toEqual([]);
    expect(codes(content)).toContain('wrong-password');
    expect(JSON.stringify(content.findings)).not.toContain('wrong"');
  });

  test.each(['-legacy', '-nomac', '-noiter'])('opens the empty password by itself (%s)', async (flag) => {
    await openssl(...EXPORT, '-out', 'empty.p12', '-passout', 'pass:', flag);
    const content = await read('empty.p12', []);
    expect(codes(content)).toEqual([]);
    expect(keySpki(content)).toBe(spki);
  });

  test.each(['PEM', 'DER'])('reads PKCS#7 of certificates and CRLs in %s', async (form) => {
    const files = ['-certfile', 'leaf.pem', '-certfile', 'ca.pem'];
    await openssl('crl2pkcs7', '-in', 'ca.crl', ...files, '-outform', form, '-out', 'it.p7b');
    const content = await read('it.p7b');
    expect(content.format).toBe(form === 'PEM' ? 'pem' : 'pkcs7');
    expect(codes(content)).toEqual([]);
    expect(kinds(content)).toEqual(['certificate', 'certificate', 'crl']);
    expect(content.items.slice(0, 2).map(certificateDer).sort()).toEqual([leaf, root].sort());
  });

  test.each(['-stream', '-nodetach'])(
    'reads the signer out of signed data in BER or DER (%s)',
    async (flag) => {
      writeFileSync(path('message'), 'hello\n'.repeat(5000));
      const signer = ['-sign', '-signer', 'leaf.pem', '-inkey', 'leaf.key', '-nodetach', flag];
      await openssl('cms', ...signer, '-in', 'message', '-outform', 'DER', '-out', 'signed.p7m');
      const content = await read('signed.p7m');
      expect(content.items.map(certificateDer)).toEqual([leaf]);
      await openssl('cms', ...signer, '-in', 'message', '-outform', 'PEM', '-out', 'signed.pem');
      expect((await read('signed.pem')).items.map(certificateDer)).toEqual([leaf]);
    },
  );

  test.each(['aes-128-cbc', 'aes-256-cbc', 'des3'])('opens a key under PBES2 with %s', async (cipher) => {
    const args = ['pkcs8', '-topk8', '-in', 'leaf.key', '-v2', cipher, '-passout', 'env:SECRET'];
    await openssl(...args, '-out', 'locked.key');
    expect(keySpki(await read('locked.key'))).toBe(spki);
    const wrong = await read('locked.key', ['wrong']);
    expect([keySpki(wrong), ...codes(wrong)]).toEqual(['none', 'wrong-password']);
    expect(codes(await read('locked.key', []))).toEqual([]);
  });

  test('opens a key under 3DES of PKCS#12', async () => {
    const args = ['pkcs8', '-topk8', '-in', 'leaf.key', '-v1', 'PBE-SHA1-3DES', '-passout', 'env:SECRET'];
    await openssl(...args, '-out', 'old.key');
    expect(keySpki(await read('old.key'))).toBe(spki);
  });

  test('refuses a file whose MAC OpenSSL refuses', async () => {
    await exported('changed.p12', ['-certpbe', 'NONE', '-keypbe', 'NONE']);
    const bytes = readFileSync(path('changed.p12'));
    const at = bytes.indexOf('leaf');
    bytes[at] = 0x4c;
    writeFileSync(path('changed.p12'), bytes);
    const judge = await run(
      'openssl',
      ['pkcs12', '-in', path('changed.p12'), '-noenc', '-passin', 'env:SECRET'],
      {
        env: { ...process.env, SECRET: PASSWORD },
      },
    );
    expect(judge.code).not.toBe(0);
    expect(codes(await read('changed.p12'))).toContain('wrong-password');
  });
});

/** What is known of private keys, without their public halves. */
const keysOf = ({ items }: InputContent): object[] =>
  items.flatMap((item) => {
    if (item.kind !== 'private-key') return [];
    const { algorithm, bits, encrypted } = item.key;
    return [{ algorithm, bits, encrypted }];
  });

/** Kinds and encodings that kubepki itself does not write, and the options of `openssl` that make a key of each. */
const FOREIGN_KEYS: readonly (readonly [
  title: string,
  algorithm: string,
  bits: number | undefined,
  command: string,
])[] = [
  ['Ed448', 'ed448', 456, 'genpkey -algorithm ed448'],
  ['X25519', 'x25519', 253, 'genpkey -algorithm x25519'],
  ['X448', 'x448', 448, 'genpkey -algorithm x448'],
  ['secp256k1', 'ec', 256, 'ecparam -name secp256k1 -genkey -noout'],
  [
    'brainpool in PKCS#8',
    'ec',
    undefined,
    'genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP384r1',
  ],
  ['explicit parameters', 'ec', 256, 'ecparam -name prime256v1 -genkey -noout -param_enc explicit'],
  ['RSA-PSS', 'rsa-pss', 1024, 'genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:1024'],
  ['DSA', 'dsa', 1024, 'gendsa dsa.params'],
  ['traditional DSA', 'dsa', 1024, 'dsa -in dsa.key'],
  ['traditional RSA, encrypted', 'rsa', 1024, 'genrsa -traditional -aes128 -passout env:SECRET 1024'],
];

describeWith(['openssl'], 'keys of kinds that are not written', () => {
  const folder = tempDir();
  const env = { ...process.env, SECRET: PASSWORD };
  const openssl = async (command: string): Promise<Buffer> =>
    (await runOk('openssl', command.split(' '), { cwd: folder, env })).bytes;

  beforeAll(async () => {
    await openssl('dsaparam -out dsa.params 1024');
    await openssl('gendsa -out dsa.key dsa.params');
  });

  test.each(FOREIGN_KEYS)('%s', async (_title, algorithm, bits, command) => {
    const key = await openssl(command);
    writeFileSync(join(folder, 'key'), key);
    const spki = await openssl('pkey -in key -passin env:SECRET -pubout -outform DER');
    const content = await readInput(key, { passwords: ['another', PASSWORD] });
    const encrypted = key.includes('ENCRYPTED');
    expect(keysOf(content)).toEqual([{ algorithm, bits, encrypted }]);
    expect(keySpki(content)).toBe(spki.toString('hex'));
    const locked = await readInput(key, { passwords: ['another'] });
    if (encrypted) expect(keySpki(locked)).toBe('none');
  });
});
