import { quote } from '../errors/quote.ts';
import type { CommandRow, CommandTable } from './command.ts';
import { isPrefix } from './help.ts';
import { suggest } from '../errors/suggest.ts';
import { usageError } from './usage-error.ts';

/** What the first words of a command line name. */
export type Found =
  | { readonly kind: 'command'; readonly command: CommandRow; readonly argv: readonly string[] }
  /** Words that several commands begin with, and what follows them. */
  | { readonly kind: 'group'; readonly path: readonly string[]; readonly argv: readonly string[] };

/**
 * Finds the command that a command line begins with.
 *
 * @throws PkiError `usage` for a word that is none
 */
export function findCommand({ commands }: CommandTable, argv: readonly string[]): Found {
  const path: string[] = [];
  for (const given of argv) {
    if (given.startsWith('-')) break;
    const word = commands.find((row) => isAlias(given, path, row))?.path.at(-1) ?? given;
    const below = commands.filter((command) => isPrefix([...path, word], command.path));
    if (below.length === 0) throw unknownCommand(word, path, commands);
    path.push(word);
    const command = below.find((row) => row.path.length === path.length);
    if (command !== undefined) return { kind: 'command', command, argv: argv.slice(path.length) };
  }
  return { kind: 'group', path, argv: argv.slice(path.length) };
}

/** Whether a word stands for the last one of a command, behind the others. */
function isAlias(word: string, before: readonly string[], { path, aliases = [] }: CommandRow): boolean {
  return path.length === before.length + 1 && isPrefix(before, path) && aliases.includes(word);
}

function unknownCommand(word: string, path: readonly string[], commands: readonly CommandRow[]): Error {
  const next = commands
    .filter((command) => isPrefix(path, command.path))
    .map((command) => command.path[path.length] ?? '');
  const words = [...new Set(next)];
  const near = suggest(word, words);
  const name = ['kubepki', ...path].join(' ');
  const hint = near === undefined ? `it is one of ${words.join(', ')}` : `did you mean ${name} ${near}?`;
  return usageError(`${quote(word)} is no command of ${name}`, { hint });
}
