import { isPkiError } from '../../errors/pki-error.ts';
import { BerReader } from '../../inspect/read/ber.ts';
import { readCrl, type CrlInfo } from '../../inspect/read/crl.ts';
import { refusalOfName } from '../../inspect/text/accept.ts';
import { upperHex } from '../../inspect/text/bytes.ts';
import { renderCrlText } from '../../inspect/text/crl.ts';
import { canonicalName, nameHash, oldNameHash } from '../../inspect/text/name-hash.ts';
import { hexNumber } from '../../inspect/text/number.ts';
import { lenientBlocks } from '../../inspect/text/pem.ts';
import { renderTime } from '../../inspect/text/time.ts';
import { encodePem } from '../../x509/pem.ts';
import type { CommandInput } from '../command.ts';
import { readInput } from '../input.ts';
import type { Io } from '../io.ts';
import { printable } from '../text.ts';
import { CRL_OPTIONS } from './crl-options.ts';
import { digestByName, digestNow, digestTitle } from './digest.ts';
import { HEADER_PASSED_OVER, loadFirst, type Wanted } from './load.ts';
import { CERTIFICATE } from './load-x509.ts';
import { readOptions, unknownOption, type GivenOption } from './options.ts';
import { outputOf, writeOutput } from './output.ts';
import { isSignedBy } from './signed-by.ts';
import { formOf, inputOf, lastValue, printStyle, type PrintStyle } from './values.ts';
import { reencoded } from '../../inspect/text/re-encode.ts';
import { nameLine } from './x509-print.ts';

const CRL = Object.freeze<Wanted<CrlInfo>>({
  what: 'a CRL',
  labels: ['X509 CRL'],
  longestHeader: HEADER_PASSED_OVER,
  read: (der) => {
    const crl = readCrl(der);
    return refusalOfName(crl.issuer) ?? crl;
  },
});

interface PrintContext extends PrintStyle {
  readonly crl: CrlInfo;
  readonly digest: string;
  /** Whether other things are printed too, and hashes need a title. */
  readonly isOneOfSeveral: boolean;
}

/** What each printing option of `openssl crl` writes (apps/crl.c). */
const PRINTERS: ReadonlyMap<string, (context: PrintContext) => string | Uint8Array> = new Map<
  string,
  (context: PrintContext) => string | Uint8Array
>([
  ['issuer', ({ crl, nameOptions }) => nameLine('issuer=', crl.issuer, nameOptions)],
  ['crlnumber', ({ crl }) => `crlNumber=${crlNumber(crl)}\n`],
  [
    'hash',
    ({ crl, isOneOfSeveral }) =>
      `${isOneOfSeveral ? 'issuer name hash=' : ''}${nameHash(crl.issuer, digestNow)}\n`,
  ],
  [
    'hash_old',
    ({ crl, isOneOfSeveral }) =>
      `${isOneOfSeveral ? 'issuer name old hash=' : ''}${oldNameHash(crl.issuer, digestNow)}\n`,
  ],
  ['lastupdate', ({ crl, timeStyle }) => `lastUpdate=${renderTime(crl.thisUpdate, timeStyle)}\n`],
  [
    'nextupdate',
    ({ crl, timeStyle }) =>
      `nextUpdate=${crl.nextUpdate === undefined ? 'NONE' : renderTime(crl.nextUpdate, timeStyle)}\n`,
  ],
  [
    'fingerprint',
    ({ crl, digest }) =>
      `${digestTitle(digest)} Fingerprint=${upperHex(digestByName(digest)?.(crlDer(crl)) ?? new Uint8Array(), ':')}\n`,
  ],
]);

/**
 * `kubepki crl show`: what `openssl crl` prints of a CRL.
 *
 * @returns the exit code of openssl: 0, or 1 also for wrong usage and unreadable input
 */
export async function crlShow({ argv }: CommandInput, io: Io): Promise<number> {
  const given = readOptions(argv, CRL_OPTIONS, { takesOperands: true });
  const { options, digest = 'sha1' } = given;
  if (digestByName(digest) === undefined) throw unknownOption(`-${digest}`);
  const input = { path: inputOf(given, { mayBeOperand: true }), form: formOf(options, 'inform') };
  const isDer = formOf(options, 'outform') === 'DER';
  const style = printStyle(options);
  const crl = loadFirst(await readInput(input.path, io), input, CRL);
  const authorities = lastValue(options, 'CAfile');
  if (authorities !== undefined && !(await reportIssuer(crl, authorities, io))) return 1;
  const prints = options.filter(({ name }) => PRINTERS.has(name));
  const context = { ...style, crl, digest, isOneOfSeveral: prints.length > 1 };
  // What is asked for by its name goes to standard output, whatever -out says.
  for (const name of printOrder(prints)) io.stdout(PRINTERS.get(name)?.(context) ?? '');
  const has = (name: string): boolean => lastValue(options, name) !== undefined;
  const out: Uint8Array[] = [];
  if (has('text')) out.push(renderCrlText(crl, style));
  if (!has('noout')) out.push(isDer ? crlDer(crl) : Buffer.from(encodePem('X509 CRL', crlDer(crl))));
  await writeOutput(Buffer.concat(out), outputOf(options), io);
  return 0;
}

/** A CRL as OpenSSL writes it. */
function crlDer({ tbs, signatureAlgorithm, signature }: CrlInfo): Uint8Array {
  return reencoded({ signed: tbs, signatureAlgorithm, signature });
}

/** Each option once, where it was given last. */
function printOrder(options: readonly GivenOption[]): string[] {
  return [...new Set(options.map(({ name }) => name).reverse())].reverse();
}

const CRL_NUMBER = '2.5.29.20';

function crlNumber({ extensions = [] }: CrlInfo): string {
  const [only, ...others] = extensions.filter(({ oid }) => oid === CRL_NUMBER);
  if (only === undefined || others.length > 0) return '<NONE>';
  try {
    return `0x${hexNumber(new BerReader(only.value).integer('the CRL number'))}`;
  } catch (error) {
    if (isPkiError(error)) return '<NONE>';
    throw error;
  }
}

/** Says whether the CA of that name signed the CRL; `false` where that cannot be told. */
async function reportIssuer(crl: CrlInfo, file: string, io: Io): Promise<boolean> {
  const warn = (message: string): void => {
    io.stderr(`kubepki: crl show: ${printable(message)}\n`);
  };
  const wanted = Buffer.from(canonicalName(crl.issuer));
  const found = [...lenientBlocks(await readInput(file, io))]
    .filter((block) => block !== undefined)
    .filter(({ label }) => CERTIFICATE.labels.includes(label))
    .map(({ label, der }) => CERTIFICATE.read(der, label))
    .find((one) => typeof one !== 'string' && wanted.equals(canonicalName(one.certificate.subject)));
  if (found === undefined || typeof found === 'string') {
    warn('no certificate of the issuer is in the file of -CAfile');
    return false;
  }
  const { tbs: data, signatureAlgorithm: algorithm, signature } = crl;
  const answer = await isSignedBy({ data, algorithm, signature }, found.certificate.publicKey);
  if (answer === undefined) warn('the signature cannot be checked: its algorithm or its key is not known');
  else warn(answer ? 'the CRL is signed by its issuer' : 'the CRL is NOT signed by its issuer');
  return answer !== undefined;
}
