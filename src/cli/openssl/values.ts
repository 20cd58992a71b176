import { quote } from '../../errors/quote.ts';
import { NAME_STYLE, parseNameOptions, type NameOptions } from '../../inspect/text/name-options.ts';
import {
  DEFAULT_CERTIFICATE_OPTIONS,
  parseCertificateOptions,
  type CertificateOptions,
} from '../../inspect/text/text-options.ts';
import type { TimeStyle } from '../../inspect/text/time.ts';
import { STANDARD } from '../input.ts';
import { emptyName, usageError } from '../usage-error.ts';
import type { GivenOption, GivenOptions } from './options.ts';

/** The forms of a file. */
export type Form = 'PEM' | 'DER';

/** How names, dates and texts are printed. */
export interface PrintStyle {
  readonly nameOptions: NameOptions;
  readonly certificateOptions: CertificateOptions;
  readonly timeStyle: TimeStyle;
}

/** The value of an option that was given last; `''` for flags, `undefined` where it was not given. */
export function lastValue(options: readonly GivenOption[], name: string): string | undefined {
  return options.findLast((option) => option.name === name)?.value;
}

/** What the value that was given last says; those before must say something, too. */
export function everyValue<T>(
  options: readonly GivenOption[],
  name: string,
  read: (value: string) => T,
): T | undefined {
  return options
    .filter((option) => option.name === name)
    .map(({ value }) => read(value))
    .at(-1);
}

/**
 * The file that is read: of `-in`, or the one operand where the command takes one; default: standard input.
 *
 * @throws PkiError `usage`
 */
export function inputOf(
  { options, rest }: GivenOptions,
  { mayBeOperand }: { readonly mayBeOperand: boolean },
): string {
  const named = lastValue(options, 'in');
  const operands = mayBeOperand && named === undefined ? 1 : 0;
  const extra = rest[operands];
  if (extra !== undefined) {
    const hint = mayBeOperand ? 'name one file' : 'give the file with -in FILE';
    throw usageError(`the argument ${quote(extra)} is one too many`, { hint });
  }
  if (rest[0] === '') throw emptyName('an argument');
  return named ?? rest[0] ?? STANDARD;
}

/**
 * The form that an option names (apps/lib/opt.c, opt_format); `undefined` where it was not given.
 *
 * @throws PkiError `usage`
 */
export function formOf(options: readonly GivenOption[], name: string): Form | undefined {
  return everyValue(options, name, (value) => {
    if (['PEM', 'pem', 'P', 'p'].includes(value)) return 'PEM';
    if (/^d/i.test(value)) return 'DER';
    throw usageError(`-${name} ${quote(value)} is no form: expected DER or PEM`);
  });
}

/**
 * Checks the form of `-passin`, whose password nothing here needs. The value is not repeated.
 *
 * @throws PkiError `usage`
 */
export function checkPassword(options: readonly GivenOption[]): void {
  const value = lastValue(options, 'passin');
  if (value !== undefined && !/^(?:(?:pass|env|file|fd):|stdin$)/.test(value))
    throw usageError('-passin needs pass:, env:, file:, fd: or stdin');
}

/**
 * What `-nameopt`, `-certopt` or `-reqopt`, and `-dateopt` say.
 *
 * @throws PkiError `usage`
 */
export function printStyle(options: readonly GivenOption[]): PrintStyle {
  let nameOptions: NameOptions | undefined;
  let certificateOptions: CertificateOptions = DEFAULT_CERTIFICATE_OPTIONS;
  let timeStyle: TimeStyle = 'rfc_822';
  for (const { name, value } of options) {
    if (name === 'nameopt') nameOptions = known(name, value, parseNameOptions(value, nameOptions));
    if (name === 'certopt' || name === 'reqopt')
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
