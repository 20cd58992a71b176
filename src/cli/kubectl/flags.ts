import { quote } from '../../errors/quote.ts';
import { goBoolean } from '../../kubeconfig/go-values.ts';
import { usageError } from '../usage-error.ts';
import type { KubectlOption } from './options.ts';

/** A command line of kubectl. */
export interface KubectlArguments {
  readonly operands: readonly string[];
  /** The last value of a flag; `undefined` where it was not given. */
  readonly text: (name: string) => string | undefined;
  /** The last value of a boolean; `undefined` where it was not given. */
  readonly flag: (name: string) => boolean | undefined;
  /** All values of a list; `undefined` where there is none. */
  readonly all: (name: string) => readonly string[] | undefined;
}

type Flag = Omit<KubectlOption, 'description'>;

const global = (type: Flag['type'], names: string): readonly Flag[] =>
  names.split(' ').map((name) => ({ name, type }));

/** Flags that every command of kubectl takes; those that are about servers have no effect on a file. */
const GLOBAL_FLAGS: readonly Flag[] = Object.freeze([
  ...global(
    'string',
    'as as-group as-uid as-user-extra cache-dir certificate-authority client-certificate client-key cluster context kubeconfig kuberc log-flush-frequency password profile profile-output request-timeout tls-server-name token user username vmodule',
  ),
  ...global(
    'boolean',
    'disable-compression insecure-skip-tls-verify match-server-version warnings-as-errors',
  ),
  { name: 'namespace', short: 'n', type: 'string' },
  { name: 'server', short: 's', type: 'string' },
  { name: 'v', short: 'v', type: 'string' },
]);

/**
 * Reads arguments as kubectl does: flags anywhere, `--name value`, `--name=value`, `-o value`, `-ovalue`, `_` for `-` in
 * names, and nothing but operands behind `--`.
 *
 * @throws PkiError `usage`
 */
export function readFlags(argv: readonly string[], own: readonly Flag[]): KubectlArguments {
  const flags = new Map<string, Flag>();
  // A command's own flag hides the global one of its name, short form and all.
  const isHidden = ({ name }: Flag): boolean => own.some((flag) => flag.name === name);
  for (const flag of [...GLOBAL_FLAGS.filter((one) => !isHidden(one)), ...own]) {
    flags.set(`--${flag.name}`, flag);
    if (flag.short !== undefined) flags.set(`-${flag.short}`, flag);
  }
  const given = new Map<string, readonly string[]>();
  const operands: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--') {
      operands.push(...argv.slice(index + 1));
      break;
    }
    if (argument === '-' || !argument.startsWith('-')) {
      operands.push(argument);
      continue;
    }
    const { name, value } = splitFlag(argument, flags);
    const flag = flags.get(name);
    if (flag === undefined) throw wrong(name, 'is not known');
    const text = value ?? (flag.type === 'boolean' ? 'true' : argv[++index]);
    if (text === undefined) throw wrong(name, 'needs a value');
    given.set(flag.name, [...(given.get(flag.name) ?? []), ...valuesOf(flag, text)]);
  }
  return argumentsOf(operands, given);
}

function valuesOf({ name, type, commas }: Flag, text: string): readonly string[] {
  if (type === 'boolean' && goBoolean(text) === undefined)
    throw wrong(`--${name}`, `expected true or false, got ${quote(text)}`);
  return commas === true ? splitList(name, text) : [text];
}

function argumentsOf(
  operands: readonly string[],
  given: ReadonlyMap<string, readonly string[]>,
): KubectlArguments {
  const last = (name: string): string | undefined => given.get(name)?.at(-1);
  return {
    operands,
    text: last,
    flag: (name) => {
      const value = last(name);
      return value === undefined ? undefined : goBoolean(value);
    },
    all: (name) => {
      const values = given.get(name) ?? [];
      return values.length === 0 ? undefined : values;
    },
  };
}

function splitFlag(
  argument: string,
  flags: ReadonlyMap<string, Flag>,
): { readonly name: string; readonly value: string | undefined } {
  if (argument.startsWith('--')) {
    const [name = ''] = argument.split('=', 1);
    const value = name.length < argument.length ? argument.slice(name.length + 1) : undefined;
    return { name: `--${name.slice(2).replaceAll('_', '-')}`, value };
  }
  const name = argument.slice(0, 2);
  const rest = argument.slice(2);
  if (rest === '' || flags.get(name) === undefined) return { name, value: undefined };
  return { name, value: rest.startsWith('=') ? rest.slice(1) : rest };
}

function wrong(option: string, problem: string): Error {
  return usageError(`${option} ${problem}`, { option, hint: 'see --help for what there is' });
}

/** Values between commas, as encoding/csv reads the first line: in double quotes they may hold commas and breaks. */
function splitList(name: string, text: string): string[] {
  if (text === '') return [];
  const out: string[] = [];
  const line = text.replaceAll('\r\n', '\n').replace(/^\n+/, '');
  if (line === '') throw wrong(`--${name}`, 'is an empty line');
  const piece = /("(?:[^"]|"")*"|[^",\n]*)([,\n]|$)/y;
  for (;;) {
    const match = piece.exec(line);
    // What is in it may be a secret.
    if (match === null) throw wrong(`--${name}`, 'has a quote in its midst');
    const [, value = '', end] = match;
    out.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end !== ',') return out;
  }
}
