import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { webCryptoProvider } from '../../src/crypto/web-provider.ts';
import { predictErrors } from '../../src/inspect/path/predict/predictions.ts';
import type { VerifyResult } from '../../src/inspect/path/result.ts';
import { verifyCertificate } from '../../src/inspect/path/verify.ts';
import { readCertificate } from '../../src/inspect/read/certificate.ts';
import { parsePem } from '../../src/x509/pem.ts';
import { describeWith, repositoryRoot, run, runOk, tempDir } from '../support/foreign.ts';

interface KeyRow {
  readonly name: string;
  /** How OpenSSL makes the key; without it, a fixture key on RSA-2048. */
  readonly generate?: readonly string[];
  /** How OpenSSL signs with it. */
  readonly sign: readonly string[];
  /** What we say; OpenSSL verifies each of them, but for those that it makes and has no name for. */
  readonly expected: 'accepted' | 'weak-algorithm' | 'unsupported-algorithm';
  readonly openssl?: 'unnamed';
  /** What we say with WebCrypto alone; default: that it cannot be checked. */
  readonly web?: 'accepted' | 'weak-algorithm';
}

const curve = (name: string, expected: KeyRow['expected'] = 'accepted', digest = '-sha256'): KeyRow => ({
  name: `ECDSA on ${name} with ${digest.slice(1)}`,
  generate: ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${name}`],
  sign: [digest],
  expected,
});
const rsa = (digest: string, expected: KeyRow['expected'] = 'accepted'): KeyRow => ({
  name: `RSA with ${digest}`,
  sign: [`-${digest}`],
  expected,
});
const pss = (name: string, ...options: readonly string[]): KeyRow => ({
  name,
  sign: ['-sha256', '-sigopt', 'rsa_padding_mode:pss', ...options.flatMap((one) => ['-sigopt', one])],
  expected: 'accepted',
});
const onWeb = (row: KeyRow, web: 'accepted' | 'weak-algorithm' = 'accepted'): KeyRow => ({ ...row, web });

const ROWS: readonly KeyRow[] = Object.freeze([
  curve('P-224'),
  onWeb(curve('P-256')),
  onWeb(curve('P-256', 'accepted', '-sha512')),
  onWeb(curve('P-256', 'weak-algorithm', '-sha1'), 'weak-algorithm'),
  onWeb(curve('P-384')),
  onWeb(curve('P-521')),
  curve('secp256k1'),
  curve('brainpoolP256r1'),
  curve('brainpoolP512t1'),
  curve('sect283k1'),
  curve('prime192v1', 'weak-algorithm'),
  curve('secp112r1', 'weak-algorithm'),
  onWeb({ name: 'Ed25519', generate: ['-algorithm', 'ED25519'], sign: [], expected: 'accepted' }),
  { name: 'Ed448', generate: ['-algorithm', 'ED448'], sign: [], expected: 'accepted' },
  onWeb(rsa('sha1', 'weak-algorithm'), 'weak-algorithm'),
  rsa('md5', 'weak-algorithm'),
  rsa('sha224'),
  onWeb(rsa('sha256')),
  onWeb(rsa('sha512')),
  rsa('ripemd160'),
  rsa('sha3-256'),
  { ...rsa('sha512-256'), openssl: 'unnamed' },
  { ...curve('P-256', 'accepted', '-sha3-256'), openssl: 'unnamed' },
  onWeb(pss('RSASSA-PSS with a salt of 32 octets', 'rsa_pss_saltlen:32')),
  onWeb(pss('RSASSA-PSS with a salt of 7 octets', 'rsa_pss_saltlen:7')),
  pss('RSASSA-PSS whose mask has another digest', 'rsa_pss_saltlen:32', 'rsa_mgf1_md:sha1'),
  {
    ...pss(
      'a key for RSASSA-PSS alone, whose mask has another digest',
      'rsa_pss_saltlen:32',
      'rsa_mgf1_md:sha1',
    ),
    generate: ['-algorithm', 'RSA-PSS'],
  },
]);

interface Chain {
  readonly root: string;
  readonly leaf: string;
  /** What OpenSSL says against it. */
  readonly openssl: string | undefined;
}

/** A root with a key of the kind, and a leaf that it signed. */
async function makeChain(row: KeyRow): Promise<Chain> {
  const cwd = tempDir();
  const key =
    row.generate === undefined ? join(repositoryRoot, 'test/fixtures/keys/rsa-2048.pem') : 'root.key';
  if (row.generate !== undefined) await runOk('openssl', ['genpkey', ...row.generate, '-out', key], { cwd });
  const leafKey = join(repositoryRoot, 'test/fixtures/keys/ecdsa-p256.pem');
  const days = ['-days', '3650'];
  await runOk(
    'openssl',
    ['req', '-x509', '-new', '-key', key, '-subj', '/CN=root', ...days, ...row.sign, '-out', 'root.crt'],
    { cwd },
  );
  await runOk('openssl', ['req', '-new', '-key', leafKey, '-subj', '/CN=leaf', '-out', 'leaf.csr'], { cwd });
  const issue = ['-CA', 'root.crt', '-CAkey', key, '-set_serial', '5', '-out', 'leaf.crt'];
  await runOk('openssl', ['x509', '-req', '-in', 'leaf.csr', ...issue, ...days, ...row.sign], { cwd });
  const judged = await run('openssl', ['verify', '-CAfile', 'root.crt', 'leaf.crt'], { cwd });
  expect(judged.code).toBe(row.openssl === 'unnamed' ? 2 : 0);
  const text = (file: string): string => readFileSync(join(cwd, file), 'utf8');
  const said = judged.stderr
    .split('\n')
    .find((line) => line.startsWith('error ') && line.includes(' depth lookup: '));
  return { root: text('root.crt'), leaf: text('leaf.crt'), openssl: said };
}

const derOf = (pem: string): Uint8Array => parsePem(pem)[0]?.der ?? new Uint8Array();

const answerOf = ({ accepted, candidates }: VerifyResult): string =>
  accepted
    ? 'accepted'
    : [...new Set(candidates.flatMap(({ reasons }) => reasons.map(({ code }) => code)))].join();

describeWith(['openssl'], 'signatures with keys of every kind', () => {
  test.each(ROWS.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
    const chain = await makeChain(row);
    const [root, der] = [readCertificate(derOf(chain.root)), derOf(chain.leaf)];
    const request = { certificate: readCertificate(der), roots: [root] };
    expect(answerOf(await verifyCertificate(request))).toBe(row.expected);
    expect((await predictErrors(request)).openssl).toBe(chain.openssl);
    const crypto = webCryptoProvider(globalThis.crypto);
    expect(answerOf(await verifyCertificate(request, { crypto }))).toBe(row.web ?? 'unsupported-algorithm');
    const changed = Uint8Array.from(der);
    const at = Buffer.from(changed).indexOf('leaf');
    changed[at] = (changed[at] ?? 0) ^ 1;
    const refused = await verifyCertificate({ ...request, certificate: readCertificate(changed) });
    expect(answerOf(refused)).toBe(row.expected === 'unsupported-algorithm' ? row.expected : 'bad-signature');
  });
});
