import { parseArgs } from 'node:util';
import { quote } from '../errors/quote.ts';
import type { CommandRow, OptionRow } from './command.ts';
import { suggest } from '../errors/suggest.ts';
import { emptyName, usageError } from './usage-error.ts';
import { Values, type OptionValue } from './values.ts';

/** An option as node:util found it (`tokens` of parseArgs). */
interface Token {
  readonly index: number;
  readonly name: string;
  /** With its dashes. */
  readonly rawName: string;
  readonly value: string | undefined;
  /** Whether the value stands behind a `=`. */
  readonly inlineValue: boolean | undefined;
}

/** The option that every command has. */
export const HELP: OptionRow = Object.freeze({
  name: 'help',
  short: 'h',
  type: 'boolean',
  description: 'show this help',
});

/**
 * Reads the arguments of a command by its table.
 *
 * @param argv what follows the command's words
 * @returns `help` where that is asked for, whatever else is wrong
 * @throws PkiError `usage`
 */
export function parseArguments(command: CommandRow, argv: readonly string[]): Values | 'help' {
  if (command.raw === true) {
    const end = argv.indexOf('--');
    const isAsked = argv
      .slice(0, end === -1 ? undefined : end)
      .some((argument) => ['--help', '-help', '-h'].includes(argument));
    return isAsked ? 'help' : new Values([]);
  }
  const options = [...command.options, HELP];
  const config = options.map(
    ({ name, type, short }) => [name, short === undefined ? { type } : { type, short }] as const,
  );
  // The checks of strict mode are made here, so that the messages are ours.
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(config),
    strict: false,
    tokens: true,
  });
  if (tokens.some((token) => token.kind === 'option' && token.name === HELP.name)) return 'help';
  const given = new Map<string, OptionValue>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option') take(token, given, { options, argv });
    else if (token.kind === 'positional') operands.push(token.value);
  }
  checkOperands(command, operands);
  checkRequired(command, given);
  return new Values(options, given, operands);
}

function take(
  token: Token,
  given: Map<string, OptionValue>,
  { options, argv }: { readonly options: readonly OptionRow[]; readonly argv: readonly string[] },
): void {
  const option = options.find(({ name }) => name === token.name);
  if (option === undefined) throw unknown(token, { options, argument: argv[token.index] ?? '' });
  const earlier = given.get(option.name);
  if (earlier !== undefined && option.multiple !== true)
    throw usageError(`--${option.name} is given twice`, { option: `--${option.name}` });
  if (option.type === 'boolean') {
    if (token.value !== undefined)
      throw usageError(`--${option.name} takes no value, got ${quote(token.value)}`, {
        option: `--${option.name}`,
      });
    given.set(option.name, true);
  } else
    given.set(option.name, [
      ...(earlier === undefined || earlier === true ? [] : earlier),
      checked(option, token),
    ]);
}

function checked(option: OptionRow, { value, inlineValue }: Token): string {
  const { name, choices } = option;
  const what = { option: `--${name}` };
  if (value === undefined) throw usageError(`--${name} needs a value: ${valueName(option)}`, what);
  if (inlineValue !== true && value.length > 1 && value.startsWith('-')) {
    const hint = `if that is the value, write --${name}=${value}`;
    throw usageError(`--${name} needs a value, got the option ${quote(value)}`, { ...what, hint });
  }
  if (value === '' && NAMES_FILES.has(valueName(option))) throw emptyName(`--${name}`, what);
  if (choices !== undefined && !choices.includes(value)) {
    const near = suggest(value, choices);
    const hint = near === undefined ? {} : { hint: `did you mean ${near}?` };
    throw usageError(`--${name} is one of ${choices.join(', ')}, got ${quote(value)}`, { ...what, ...hint });
  }
  return value;
}

/** Values that name files, as the help has them. */
const NAMES_FILES: ReadonlySet<string> = new Set(['FILE', 'DIR', 'BASE']);

/** What stands for an option's value in the help. */
export function valueName({ value, choices }: OptionRow): string {
  return value ?? choices?.join('|') ?? 'VALUE';
}

function unknown(
  { rawName }: Token,
  { options, argument }: { readonly options: readonly OptionRow[]; readonly argument: string },
): Error {
  const names = options.map(({ name }) => name);
  // `-config` is meant to be `--config`, though it reads as six short options.
  const long = argument.startsWith('--') ? rawName : argument;
  const near = suggest(long.replace(/^-+/, '').replace(/=.*$/s, ''), names);
  const hint = near === undefined ? 'see --help for the options' : `did you mean --${near}?`;
  return usageError(`there is no option ${quote(long.replace(/=.*$/s, '')).slice(1, -1)}`, {
    option: rawName,
    hint,
  });
}

function checkOperands({ path, operands }: CommandRow, given: readonly string[]): void {
  const { name, min, max } = operands ?? { name: '', min: 0, max: 0 };
  const hint = `see kubepki ${path.join(' ')} --help`;
  const extra = given[max];
  if (extra !== undefined) {
    const takes = max === 0 ? 'options only' : `${max} ${name} at most`;
    throw usageError(`the argument ${quote(extra)} is one too many: this command takes ${takes}`, { hint });
  }
  if (given.includes('')) throw emptyName('an argument');
  if (given.length < min) throw usageError(`the argument ${name} is missing`, { hint });
}

function checkRequired({ options, path }: CommandRow, given: ReadonlyMap<string, OptionValue>): void {
  const missing = options.filter(({ name, required }) => required === true && !given.has(name));
  const [first] = missing;
  if (first === undefined) return;
  const list = missing.map((option) => `--${option.name} ${valueName(option)}`).join(', ');
  const hint = `see kubepki ${path.join(' ')} --help`;
  throw usageError(`${missing.length === 1 ? 'an option is' : 'options are'} missing: ${list}`, {
    option: `--${first.name}`,
    hint,
  });
}
