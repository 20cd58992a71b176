import type { CommandRow, CommandTable } from './command.ts';
import { COMMAND_TABLE } from './commands.ts';
import { findCommand } from './find-command.ts';
import { quote } from '../errors/quote.ts';
import { isPrefix, renderGroupHelp, renderHelp } from './help.ts';
import type { Io } from './io.ts';
import { parseArguments } from './parse-arguments.ts';
import { reportError } from './report-error.ts';
import { suggest } from '../errors/suggest.ts';
import { usageError } from './usage-error.ts';

/**
 * Runs a command line.
 *
 * @param argv what follows the program's name
 * @param table the commands there are
 * @returns the exit code: 0 done, 1 it failed or the answer is no, 2 wrong usage or input that cannot be read
 */
export async function run(
  argv: readonly string[],
  io: Io,
  table: CommandTable = COMMAND_TABLE,
): Promise<number> {
  const told = argv.map(withoutKeys);
  try {
    const found = findCommand(table, told);
    if (found.kind === 'group') return runGroup(found, io, table);
    return await runCommand(found, io, table);
  } catch (error) {
    return reportError(error, io, { argv: told });
  }
}

const PRIVATE_KEY =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]|-(?!----END))*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g;

/** An argument without private keys: a file's content in place of its name would stand in the error about it. */
function withoutKeys(argument: string): string {
  return argument.includes('PRIVATE KEY-----')
    ? argument.replace(PRIVATE_KEY, '(a private key, which is not repeated)')
    : argument;
}

async function runCommand(
  { command, argv }: { readonly command: CommandRow; readonly argv: readonly string[] },
  io: Io,
  table: CommandTable,
): Promise<number> {
  let failureCode: number | undefined;
  try {
    const values = parseArguments(command, argv);
    if (values === 'help') {
      io.stdout(renderHelp(command));
      return 0;
    }
    failureCode = command.failureCode?.(values);
    const runIt = await command.load();
    return await runIt({ values, argv, table }, withStdinOnce(io));
  } catch (error) {
    const { path, unusableCode } = command;
    return reportError(error, io, { argv, failureCode, unusableCode, what: path.join(' ') });
  }
}

/** Two options that both read standard input would each get a part of it. */
function withStdinOnce(io: Io): Io {
  let isRead = false;
  const stdin = (): Promise<Uint8Array> => {
    if (isRead) throw usageError('standard input is asked for twice: give - once, and name files elsewhere');
    isRead = true;
    return io.stdin();
  };
  return { ...io, stdin };
}

function runGroup(
  { path, argv }: { readonly path: readonly string[]; readonly argv: readonly string[] },
  io: Io,
  table: CommandTable,
): number {
  const name = ['kubepki', ...path].join(' ');
  const [option] = argv;
  if (option === undefined) {
    const words = table.commands
      .filter((row) => isPrefix(path, row.path))
      .map((row) => row.path[path.length] ?? '');
    const list = [...new Set(words)].join(', ');
    throw usageError(`${name} needs a command: one of ${list}`, { hint: `see ${name} --help` });
  }
  if (argv.some((argument) => argument === '--help' || argument === '-h')) {
    io.stdout(renderGroupHelp(table, path));
    return 0;
  }
  if (option === '--version' && path.length === 0) {
    io.stdout(`${io.version}\n`);
    return 0;
  }
  const near = suggest(option.replace(/^-+/, ''), path.length === 0 ? ['help', 'version'] : ['help']);
  const hint =
    near === undefined ? `options come after the command: see ${name} --help` : `did you mean --${near}?`;
  throw usageError(`${name} has no option ${quote(option)}`, { option, hint });
}
