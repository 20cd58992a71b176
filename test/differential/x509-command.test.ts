/**
 * `kubepki x509`, `csr show` and `crl show` beside the programs whose options they take: the same words of a command
 * line, the same octets on standard output, the same exit code. The number of random command lines for each input is
 * multiplied by KUBEPKI_COMMAND_RUNS.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describeWith, describeWithVectors, run, runOk } from '../support/foreign.ts';
import { openConsole, type Console } from '../unit/cli/support/console.ts';

const RUNS = Number(process.env['KUBEPKI_COMMAND_RUNS'] ?? 1);

/** A command of ours, the program it stands in for, and the options that both have. */
interface Pair {
  readonly ours: readonly string[];
  readonly theirs: string;
  readonly options: readonly string[];
}

const NAMES = [
  'compat',
  'RFC2253',
  'oneline',
  'multiline',
  'oneline,-esc_msb,utf8',
  'lname,sep_multiline,align,show_type',
  'sep_semi_plus_space,dn_rev,oid,dump_all',
  'esc_2254,esc_ctrl,nofname,space_eq,sep_comma_plus',
  'RFC2253,ignore_type,use_quote,dump_nostr,dump_unknown,dump_der',
].map((value) => `-nameopt ${value}`);
const WRITTEN = ['-noout', '-outform DER', '-outform PEM'];
const DIGESTS = ['-md5', '-sha1', '-sha384', '-sha512-256', '-sha3-256', '-blake2b512', '-ripemd160', '-sm3'];

const X509: Pair = {
  ours: ['x509'],
  theirs: 'x509',
  options: [
    ...'text,subject,issuer,dates,startdate,enddate,serial,next_serial,fingerprint,email,ocsp_uri,pubkey,modulus'.split(
      ',',
    ),
    ...'subject_hash,issuer_hash,hash,subject_hash_old,issuer_hash_old,ocspid,alias,purpose,nocert,trustout'.split(
      ',',
    ),
  ]
    .map((name) => `-${name}`)
    .concat(NAMES, WRITTEN, DIGESTS, [
      ...['-ext subjectAltName,keyUsage', '-ext basicConstraints', '-ext nonsense', '-dateopt iso_8601'],
      ...[
        '-certopt no_header,no_sigdump',
        '-certopt ext_dump',
        '-certopt ext_parse,no_pubkey',
        '-certopt ca_default',
      ],
      ...[
        '-checkhost www.example.com',
        '-checkhost a.b.example.com',
        '-checkip 10.0.0.1',
        '-checkemail a@example.com',
      ],
      ...['-nonsense', '-checkend x', '-serial=1', 'operand'],
    ]),
};
const REQ: Pair = {
  ours: ['csr', 'show'],
  theirs: 'req',
  options: ['-text', '-subject', '-pubkey', '-modulus', '-verify', '-newhdr', '-nonsense', '-sha256'].concat(
    NAMES,
    WRITTEN,
    [
      '-reqopt no_header,no_sigdump',
      '-reqopt no_attributes',
      '-reqopt ext_parse,no_subject',
      '-reqopt nonsense',
    ],
  ),
};
const CRL: Pair = {
  ours: ['crl', 'show'],
  theirs: 'crl',
  options: '-text,-issuer,-lastupdate,-nextupdate,-crlnumber,-hash,-hash_old,-fingerprint,-dateopt iso_8601'
    .split(',')
    .concat(NAMES, WRITTEN, DIGESTS, ['-nonsense']),
};

let place: Console;

beforeAll(() => {
  place = openConsole();
});

afterAll(() => {
  place.remove();
});

// What openssl says of keys it cannot load stands in its text, with the number of a thread.
const THREAD_LINE = /^[0-9A-F]{12,16}:error:.*\n/gm;

async function expectSame(
  pair: Pair,
  argv: readonly string[],
  input: Uint8Array = new Uint8Array(),
): Promise<void> {
  const [theirs, ours] = await Promise.all([
    run('openssl', [pair.theirs, ...argv], { cwd: place.cwd, input }),
    place.kubepki([...pair.ours, ...argv], { input }),
  ]);
  const answer = (bytes: Buffer, code: number): object => ({
    argv,
    code,
    stdout: bytes.toString('latin1').replace(THREAD_LINE, ''),
  });
  expect(answer(ours.bytes, ours.code)).toEqual(answer(theirs.bytes, theirs.code));
}

const words = (options: readonly string[]): string[] => options.flatMap((option) => option.split(' '));

/** Every option alone, then several in a random order, some more than once. */
async function compareOptions(pair: Pair, source: readonly string[], runs: number): Promise<void> {
  const several = fc.array(fc.constantFrom(...pair.options), { minLength: 2, maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(several, (options) => expectSame(pair, [...source, ...words(options)])),
    { numRuns: runs * RUNS, endOnFailure: true },
  );
}

const CONFIGURATION = `
[req]
distinguished_name = dn
prompt = no
string_mask = utf8only
[dn]
C = DE
O = "Müller, Söhne + Co <x>"
OU = \\#1
CN = " web \\"quoted\\" "
emailAddress = a@example.com
[v3]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = keyCertSign, cRLSign
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
subjectAltName = DNS:*.example.com, IP:10.0.0.1, email:a@example.com, URI:https://x.example.com, dirName:dn
authorityInfoAccess = OCSP;URI:http://ocsp.example.com/a, caIssuers;URI:http://ca.example.com
1.2.3.4 = ASN1:UTF8String:hello
[ca]
default_ca = one
[one]
database = index.txt
crlnumber = number.txt
default_md = sha256
default_crl_days = 30
`;

describeWith(['openssl'], 'beside openssl', () => {
  const key = (name: string): string => `${name}.key`;

  beforeAll(async () => {
    const options = { cwd: place.cwd };
    const write = (name: string, text: string): void => {
      writeFileSync(join(place.cwd, name), text);
    };
    write('openssl.cnf', CONFIGURATION);
    write('index.txt', 'R\t300101000000Z\t260101000000Z,keyCompromise\t0A\tunknown\t/CN=gone\n');
    write('number.txt', '1000\n');
    const keys = [
      ['rsa', 'RSA -pkeyopt rsa_keygen_bits:1024'],
      ['ec', 'EC -pkeyopt ec_paramgen_curve:P-256'],
      ['ed', 'ED25519'],
    ] as const;
    for (const [name, kind] of keys) {
      await runOk('openssl', ['genpkey', '-algorithm', ...kind.split(' '), '-out', key(name)], options);
      const common = ['-config', 'openssl.cnf', '-utf8', '-key', key(name)];
      await runOk(
        'openssl',
        ['req', '-x509', ...common, '-extensions', 'v3', '-out', `${name}.crt`],
        options,
      );
      await runOk('openssl', ['req', '-new', ...common, '-reqexts', 'v3', '-out', `${name}.csr`], options);
    }
    const signed = ['-keyfile', key('rsa'), '-cert', 'rsa.crt', '-out', 'rsa.crl'];
    await runOk('openssl', ['ca', '-config', 'openssl.cnf', '-gencrl', ...signed], options);
  });

  test('every option of x509 alone', async () => {
    for (const option of X509.options)
      await expectSame(X509, ['-in', 'rsa.crt', '-noout', ...words([option])]);
  });

  test.each(['rsa', 'ec', 'ed'])(
    'options of x509 in any order, of a certificate with a key of the kind %s',
    (name) => compareOptions(X509, ['-in', `${name}.crt`], 15),
  );

  test.each(['rsa', 'ec', 'ed'])('options of req, of a request with a key of the kind %s', async (name) => {
    for (const option of REQ.options)
      await expectSame(REQ, ['-in', `${name}.csr`, '-noout', ...words([option])]);
    await compareOptions(REQ, ['-in', `${name}.csr`], 8);
  });

  test('options of crl', async () => {
    for (const option of CRL.options) await expectSame(CRL, ['-in', 'rsa.crl', '-noout', ...words([option])]);
    await compareOptions(CRL, ['-in', 'rsa.crl'], 15);
  });

  test('values of options that are odd', async () => {
    const lines = [
      ['-subject', '-nameopt', ''],
      ['-subject', '-nameopt', 'RFC2253,,oneline'],
      ['-subject', '-nameopt', 'RFC2253:x , lname'],
      ['-subject', '-nameopt', 'nonsense'],
      ['-subject', '-nameopt'],
      ['-checkend', '-9223372036854775808'],
      ['-checkend', '9223372036854775808'],
      ['-checkend', ' -0700000000'],
      ['-checkend', '0x'],
      ['-ext', 'subjectAltName, keyUsage'],
      ['-serial', '-passin', 'nonsense'],
      ['-serial', '-passin', 'pass:x'],
      ['-serial', '-inform', 'Pem'],
      ['-serial', '-inform', 'p'],
      ['-serial', '--', '-subject'],
      ['--serial', '-', '--subject'],
      ['-fingerprint', '-nonsense', '-serial'],
    ];
    for (const line of lines) await expectSame(X509, ['-in', 'rsa.crt', '-noout', ...line]);
  });

  describe('inputs that are odd', () => {
    const change = (text: string): Record<string, string> => ({
      nothing: '',
      'no PEM': 'hello\n',
      CRLF: text.replaceAll('\n', '\r\n'),
      'text before': `Bag Attributes\n  a: b\n${text}`,
      'rubbish behind': `${text}rubbish`,
      'no last newline': text.trimEnd(),
      'a mark of byte order': `\u{feff}${text}`,
      'no end': text.replace(/-----END.*\n/, ''),
      'another end': text.replace(/-----END .*-/, '-----END NONSENSE-----'),
      'another end, then a good one': `${text.replace(/-----END .*-/, '-----END NONSENSE-----')}${text}`,
      'blanks before the end': text.replace('-----END', ' -----END'),
      'blanks before the end, then a good one': `${text.replace('-----END', ' -----END')}${text}`,
      'blanks before lines': text.replaceAll('\n', '\n  '),
      'blanks behind lines': text.replaceAll('\n', ' \t\n'),
      'an empty line first': text.replace('\n', '\n\n'),
      'an empty line in the midst': text.replace(/\n(?=[^\n]+\n-----END)/, '\n\n'),
      'a header': text.replace('\n', '\nX-Header: one\n\n'),
      'a short header': text.replace('\n', '\na: b\n\n'),
      'base64 that is none': text.replace(/\n.{5}/, '\n!!!!!'),
      'base64 that is none, then a good one': `${text.replace(/\n.{5}/, '\n!!!!!')}${text}`,
      'a line in another': `${'x'.repeat(254)}${text}`,
      'another label': text.replace(/(BEGIN|END) [^-]*/g, '$1 NONSENSE'),
      'another kind before': `-----BEGIN NONSENSE-----\nMAMCAQE=\n-----END NONSENSE-----\n${text}`,
      'a begin in a block': `-----BEGIN NONSENSE-----\nabcd\n${text}`,
      'a number, not what is wanted': text.replace(/(-----BEGIN.*\n)[^-]*/, '$1MAMCAQE=\n'),
    });

    test.each([
      ['x509', X509, 'rsa.crt', '-serial'],
      ['req', REQ, 'rsa.csr', '-subject'],
      ['crl', CRL, 'rsa.crl', '-hash'],
    ] as const)('of %s', async (_name, pair, file, option) => {
      const text = readFileSync(join(place.cwd, file), 'latin1');
      for (const input of Object.values(change(text)))
        await expectSame(pair, ['-noout', option], Buffer.from(input));
      const der = Buffer.from(text.replace(/-----.*\n/g, ''), 'base64');
      for (const form of [[], ['-inform', 'DER'], ['-inform', 'PEM']]) {
        const inputs = [der, der.subarray(0, -1), Buffer.concat([der, der]), Buffer.from(text)];
        for (const input of inputs) await expectSame(pair, [...form, '-noout', option], input);
      }
    });

    test('labels of trusted and of old certificates', async () => {
      const text = readFileSync(join(place.cwd, 'ec.crt'), 'latin1');
      for (const label of ['TRUSTED CERTIFICATE', 'X509 CERTIFICATE', 'CERTIFICATE REQUEST']) {
        const input = Buffer.from(text.replaceAll('CERTIFICATE', label));
        await expectSame(X509, ['-noout', '-alias', '-serial', '-trustout'], input);
      }
    });

    test.each(['missing.pem', '.', 'openssl.cnf', 'rsa.key'])('the path %s', async (path) => {
      for (const pair of [X509, REQ, CRL]) await expectSame(pair, ['-in', path, '-noout']);
    });
  });

  describeWithVectors('certificates of many makers', (folder) => {
    const certificates = join(folder, 'certs');
    const all = readdirSync(certificates).sort();
    const step = Math.max(1, Math.floor(23 / RUNS));
    test(`options in any order, of every ${step}th`, async () => {
      for (let i = 0; i < all.length; i += step)
        await compareOptions(X509, ['-in', join(certificates, all[i] ?? '')], 2);
    });
  });
});
