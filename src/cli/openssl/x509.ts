import { toHex } from '../../asn1/bytes.ts';
import { certificateFields } from '../../check/describe.ts';
import { quote } from '../../errors/quote.ts';
import { objectNames } from '../../inspect/text/objects.ts';
import { matchesAddress, matchesEmail, matchesHost } from '../../inspect/text/match.ts';
import { renderKey } from '../../inspect/text/public-key.ts';
import { encodePem } from '../../x509/pem.ts';
import type { CommandInput } from '../command.ts';
import { readInput } from '../input.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { printable } from '../text.ts';
import { usageError } from '../usage-error.ts';
import { digestByName, digestNow } from './digest.ts';
import { loadFirst, type Source } from './load.ts';
import { CERTIFICATE, type LoadedCertificate } from './load-x509.ts';
import { readOptions, type GivenOption } from './options.ts';
import { outputOf, writeOutput } from './output.ts';
import { checkPassword, everyValue, formOf, inputOf, lastValue, printStyle } from './values.ts';
import { certificateDer, NEEDS_KEY, PRINTERS, withExtensions, type PrintContext } from './x509-print.ts';
import { X509_OPTIONS } from './x509-options.ts';

/** Everything that the options say. */
interface Settings {
  readonly input: Source;
  readonly output: string;
  readonly isDer: boolean;
  readonly isTrusted: boolean;
  readonly writesCertificate: boolean;
  /** Whether a document takes the place of all that is printed. */
  readonly isJson: boolean;
  /** Printing options in the order in which they are printed. */
  readonly prints: readonly string[];
  readonly checkEnd: number | undefined;
  readonly checks: ReadonlyMap<string, string>;
  readonly print: Omit<PrintContext, keyof LoadedCertificate | 'warn'>;
}

/** Options that print two things, and those that are another's name. */
const EXPANDED = new Map<string, readonly string[]>([
  ['dates', ['startdate', 'enddate']],
  ['hash', ['subject_hash']],
]);

/**
 * `kubepki x509`: what `openssl x509` prints of a certificate.
 *
 * @returns the exit code of openssl: 0, or 1 also for wrong usage and unreadable input
 */
export async function x509({ argv }: CommandInput, io: Io): Promise<number> {
  const settings = readSettings(argv);
  const { input } = settings;
  const whole = loadFirst(await readInput(input.path, io), input, CERTIFICATE);
  const { extensionNames: extensions } = settings.print;
  const loaded =
    extensions === undefined
      ? whole
      : { ...whole, certificate: withExtensions(whole.certificate, extensions) };
  const out: Uint8Array[] = [];
  const code = settings.isJson
    ? printDocument(settings, whole, { io, out })
    : print(settings, loaded, { io, out });
  await writeOutput(Buffer.concat(out), settings.output, io);
  return code;
}

function print(
  settings: Settings,
  loaded: LoadedCertificate,
  { io, out }: { readonly io: Io; readonly out: Uint8Array[] },
): number {
  const warn = (message: string): void => {
    io.stderr(`kubepki: x509: ${printable(message)}\n`);
  };
  const context: PrintContext = { ...settings.print, ...loaded, warn };
  const { digest } = context;
  // openssl takes any other option for a digest, and looks for it where it needs one.
  if (!settings.prints.includes('fingerprint') && digestByName(digest) === undefined)
    warn(`-${digest} is not known, and is passed over as openssl does`);
  if (
    settings.prints.some((name) => NEEDS_KEY.has(name)) &&
    renderKey(loaded.certificate.publicKey) === undefined
  ) {
    warn('the public key cannot be read');
    return 1;
  }
  for (const name of settings.prints) {
    const text = PRINTERS.get(name)?.(context);
    if (text === undefined) return 1;
    out.push(typeof text === 'string' ? Buffer.from(text) : text);
  }
  if (settings.checkEnd !== undefined) {
    const isExpiring = expiresWithin(loaded, settings.checkEnd, io.now());
    out.push(Buffer.from(`Certificate will ${isExpiring ? '' : 'not '}expire\n`));
    return isExpiring ? 1 : 0;
  }
  out.push(...checkNames(settings.checks, loaded));
  if (settings.writesCertificate) out.push(encoded(loaded, settings));
  return 0;
}

/** A document of kind Certificate; what is asked with `-checkend` is answered by the exit code. */
function printDocument(
  { checkEnd }: Settings,
  loaded: LoadedCertificate,
  { io, out }: { readonly io: Io; readonly out: Uint8Array[] },
): number {
  const { certificate } = loaded;
  const fingerprint = digestNow('sha256', certificate.der);
  const document = {
    ...(certificate.version === undefined ? {} : { version: certificate.version + 1 }),
    ...certificateFields(certificate, toHex(fingerprint), io.now()),
    extensions: (certificate.extensions ?? []).map(({ oid, critical, value }) => ({
      oid,
      name: objectNames(oid)?.long ?? oid,
      critical,
      value: toHex(value),
    })),
    pem: encodePem('CERTIFICATE', certificate.der),
  };
  out.push(Buffer.from(renderDocument('Certificate', document)));
  return checkEnd !== undefined && expiresWithin(loaded, checkEnd, io.now()) ? 1 : 0;
}

function expiresWithin({ certificate }: LoadedCertificate, seconds: number, now: Date): boolean {
  const { notAfter } = certificate;
  if (notAfter.date === undefined || !notAfter.strict) return false;
  return notAfter.date.getTime() <= Math.floor(now.getTime() / 1000) * 1000 + seconds * 1000;
}

const CHECKS = Object.freeze([
  { option: 'checkhost', title: 'Hostname', matches: matchesHost },
  { option: 'checkemail', title: 'Email', matches: matchesEmail },
  { option: 'checkip', title: 'IP', matches: matchesAddress },
]);

function checkNames(checks: ReadonlyMap<string, string>, { certificate }: LoadedCertificate): Buffer[] {
  return CHECKS.flatMap(({ option, title, matches }) => {
    const value = checks.get(option);
    if (value === undefined) return [];
    const answer = matches(certificate, value);
    // openssl says that what is no address matches.
    if (answer === undefined) throw usageError(`-${option} ${quote(value)} is no IP address`);
    return [Buffer.from(`${title} ${value} does${answer ? '' : ' NOT'} match certificate\n`)];
  });
}

function encoded({ certificate, trust }: LoadedCertificate, { isDer, isTrusted }: Settings): Uint8Array {
  const bare = certificateDer(certificate);
  const der = isTrusted && trust !== undefined ? Buffer.concat([bare, trust.der]) : bare;
  return isDer ? der : Buffer.from(encodePem(isTrusted ? 'TRUSTED CERTIFICATE' : 'CERTIFICATE', der));
}

function readSettings(argv: readonly string[]): Settings {
  const given = readOptions(argv, X509_OPTIONS);
  const { options, digest = 'SHA1' } = given;
  const has = (name: string): boolean => lastValue(options, name) !== undefined;
  checkPassword(options);
  return {
    input: { path: inputOf(given, { mayBeOperand: false }), form: formOf(options, 'inform') },
    output: outputOf(options),
    isDer: formOf(options, 'outform') === 'DER',
    isTrusted: has('trustout'),
    isJson: resultForm(options) === 'json',
    writesCertificate: !has('noout') && !has('nocert'),
    prints: printOrder(options),
    checkEnd: everyValue(options, 'checkend', secondsOf),
    checks: new Map(
      options.filter(({ name }) => name.startsWith('check')).map(({ name, value }) => [name, value]),
    ),
    print: { ...printStyle(options), digest, extensionNames: lastValue(options, 'ext') },
  };
}

function resultForm(options: readonly GivenOption[]): string | undefined {
  const form = options.findLast(({ name }) => name === 'o' || name === 'output')?.value;
  if (form === undefined || form === 'text' || form === 'json') return form;
  throw usageError(`-o is text or json, got ${quote(form)}`);
}

/** Each printing option once, where it was given last. */
function printOrder(options: readonly GivenOption[]): string[] {
  const prints: string[] = [];
  for (const { name } of options) {
    for (const print of EXPANDED.get(name) ?? [name]) {
      if (!PRINTERS.has(print)) continue;
      const before = prints.indexOf(print);
      if (before !== -1) prints.splice(before, 1);
      prints.push(print);
    }
  }
  return prints;
}

const LARGEST_NUMBER = 2n ** 63n - 1n;

/** A number as C reads it: decimal, hexadecimal with `0x`, octal with `0`. */
function secondsOf(value: string): number {
  const [, sign, digits = ''] = /^\s*([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.exec(value) ?? [];
  const size = sign === undefined ? undefined : BigInt(digits.replace(/^0(?=[0-7])/, '0o'));
  if (size === undefined || size > (sign === '-' ? LARGEST_NUMBER + 1n : LARGEST_NUMBER))
    throw usageError(`-checkend ${quote(value)} is no number of seconds`);
  return Number(size) * (sign === '-' ? -1 : 1);
}
