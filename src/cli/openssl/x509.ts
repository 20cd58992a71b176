import { quote } from '../../errors/quote.ts';
import { matchesAddress, matchesEmail, matchesHost } from '../../inspect/text/match.ts';
import { NAME_STYLE, parseNameOptions, type NameOptions } from '../../inspect/text/name-options.ts';
import {
  DEFAULT_CERTIFICATE_OPTIONS,
  parseCertificateOptions,
  type CertificateOptions,
} from '../../inspect/text/text-options.ts';
import type { TimeStyle } from '../../inspect/text/time.ts';
import { encodePem } from '../../x509/pem.ts';
import type { CommandInput } from '../command.ts';
import { readInput, STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import { digestByName } from './digest.ts';
import { loadCertificate, type LoadedCertificate } from './load-x509.ts';
import { readOptions, type GivenOption } from './options.ts';
import { writeOutput } from './output.ts';
import { PRINTERS, withExtensions, type PrintContext } from './x509-print.ts';
import { X509_OPTIONS } from './x509-options.ts';

/** Everything that the options say. */
interface Settings {
  readonly input: string;
  readonly output: string;
  readonly isDer: boolean;
  readonly isTrusted: boolean;
  readonly writesCertificate: boolean;
  /** Short names of the extensions that are looked at; all where it is left out. */
  readonly extensions: readonly string[] | undefined;
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
  const source = settings.input === STANDARD ? '<stdin>' : settings.input;
  const whole = loadCertificate(await readInput(settings.input, io), source);
  const { extensions } = settings;
  const loaded =
    extensions === undefined
      ? whole
      : { ...whole, certificate: withExtensions(whole.certificate, extensions) };
  const out: Uint8Array[] = [];
  const code = print(settings, loaded, { io, out });
  await writeOutput(Buffer.concat(out), settings.output, io);
  return code;
}

function print(
  settings: Settings,
  loaded: LoadedCertificate,
  { io, out }: { readonly io: Io; readonly out: Uint8Array[] },
): number {
  const warn = (message: string): void => {
    io.stderr(`kubepki: x509: ${message}\n`);
  };
  const context: PrintContext = { ...settings.print, ...loaded, warn };
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
  const der =
    isTrusted && trust !== undefined ? Buffer.concat([certificate.der, trust.der]) : certificate.der;
  return isDer ? der : Buffer.from(encodePem(isTrusted ? 'TRUSTED CERTIFICATE' : 'CERTIFICATE', der));
}

function readSettings(argv: readonly string[]): Settings {
  const { options, digest, rest } = readOptions(argv, X509_OPTIONS);
  if (rest.length > 0) {
    const hint = 'give the file with -in FILE';
    throw usageError(`the argument ${quote(rest[0] ?? '')} is one too many`, { hint });
  }
  const last = (name: string): string | undefined =>
    options.findLast((option) => option.name === name)?.value;
  const has = (name: string): boolean => last(name) !== undefined;
  formatOf(last('inform') ?? 'PEM');
  const checkEnd = last('checkend');
  const seconds = checkEnd === undefined ? undefined : secondsOf(checkEnd);
  return {
    input: last('in') ?? STANDARD,
    output: last('out') ?? STANDARD,
    isDer: formatOf(last('outform') ?? 'PEM') === 'DER',
    isTrusted: has('trustout'),
    extensions: last('ext')
      ?.split(',')
      .map((name) => name.trim()),
    writesCertificate: !has('noout') && !has('nocert'),
    prints: printOrder(options),
    checkEnd: seconds,
    checks: new Map(
      options.filter(({ name }) => name.startsWith('check')).map(({ name, value }) => [name, value]),
    ),
    print: {
      ...printOptions(options),
      fingerprint: fingerprintOf(digest),
    },
  };
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

function printOptions(
  options: readonly GivenOption[],
): Pick<PrintContext, 'nameOptions' | 'certificateOptions' | 'timeStyle'> {
  let nameOptions: NameOptions | undefined;
  let certificateOptions: CertificateOptions = DEFAULT_CERTIFICATE_OPTIONS;
  let timeStyle: TimeStyle = 'rfc_822';
  for (const { name, value } of options) {
    if (name === 'nameopt') nameOptions = known(name, value, parseNameOptions(value, nameOptions));
    if (name === 'certopt')
      certificateOptions = known(name, value, parseCertificateOptions(value, certificateOptions));
    if (name === 'dateopt') timeStyle = known(name, value, timeStyleOf(value));
  }
  return { nameOptions: nameOptions ?? NAME_STYLE.oneline, certificateOptions, timeStyle };
}

function timeStyleOf(value: string): TimeStyle | undefined {
  const lower = value.toLowerCase();
  return lower === 'rfc_822' || lower === 'iso_8601' ? lower : undefined;
}

function known<T>(option: string, value: string, parsed: T | undefined): T {
  if (parsed === undefined) throw usageError(`-${option} ${quote(value)} is not known`);
  return parsed;
}

function formatOf(value: string): 'PEM' | 'DER' {
  const upper = value.toUpperCase();
  if (upper === 'PEM' || upper === 'P' || upper === 'B64') return 'PEM';
  if (upper === 'DER' || upper === 'D' || upper === 'ASN1') return 'DER';
  throw usageError(`${quote(value)} is no form of a certificate: expected DER or PEM`);
}

function secondsOf(value: string): number {
  if (!/^[+-]?(?:0x[0-9a-f]+|\d+)$/i.test(value))
    throw usageError(`-checkend ${quote(value)} is no number of seconds`);
  return Number(value);
}

function fingerprintOf(name: string | undefined): PrintContext['fingerprint'] {
  const digest = digestByName(name ?? 'sha1');
  if (digest === undefined) throw usageError(`-${name ?? ''} is no option, and no digest of this platform`);
  return { name: name ?? 'SHA1', digest };
}
