import { quote } from '../../errors/quote.ts';
import { emptyName, usageError } from '../usage-error.ts';

/** An option in the manner of OpenSSL: one dash or two, its value behind it or behind `=`. */
export interface OpensslOption {
  readonly name: string;
  /** What its value is; none for flags. */
  readonly value?: string;
  /** What it does; of options that are not offered, what to do instead. */
  readonly description: string;
  /** Whether OpenSSL has it, and kubepki does not. */
  readonly refused?: true;
}

/** One option as it was given. */
export interface GivenOption {
  readonly name: string;
  readonly value: string;
}

/** A command line: options in the order given, and the digests among them. */
export interface GivenOptions {
  readonly options: readonly GivenOption[];
  /** The last option that is no other's name, taken for a digest. */
  readonly digest: string | undefined;
  readonly rest: readonly string[];
}

/**
 * Reads arguments as OpenSSL's programs do (apps/lib/opt.c): up to the first that is no option, or `--`.
 *
 * @param takesOperands whether arguments that are no options may stand between them, as in our own commands
 * @throws PkiError `usage`
 */
export function readOptions(
  argv: readonly string[],
  table: readonly OpensslOption[],
  { takesOperands = false }: { readonly takesOperands?: boolean } = {},
): GivenOptions {
  const known = new Map(table.map((option) => [option.name, option]));
  const options: GivenOption[] = [];
  const operands: string[] = [];
  let digest: string | undefined;
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--') return { options, digest, rest: [...operands, ...argv.slice(index + 1)] };
    // Standard input is what is read by default.
    if (argument === '-') continue;
    if (!argument.startsWith('-')) {
      if (!takesOperands) return { options, digest, rest: argv.slice(index) };
      operands.push(argument);
      continue;
    }
    const [, name = '', inline] = /^--?([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    const option = known.get(name);
    if (option === undefined) {
      if (name === '') throw unknownOption(argument);
      digest = name;
      continue;
    }
    if (option.refused === true) throw usageError(`-${name} is not offered: ${option.description}`);
    if (option.value === undefined) {
      if (inline !== undefined) throw usageError(`-${name} takes no value, got ${quote(inline)}`);
      options.push({ name, value: '' });
      continue;
    }
    const value = inline ?? argv[++index];
    if (value === undefined) throw usageError(`-${name} needs a value: ${option.value}`);
    if (value === '' && option.value === 'FILE') throw emptyName(`-${name}`);
    options.push({ name, value });
  }
  return { options, digest, rest: operands };
}

/** An option that is in no table. */
export function unknownOption(argument: string): Error {
  return usageError(`there is no option ${quote(argument)}`, { hint: 'see --help for the options' });
}
