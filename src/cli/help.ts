import type { CommandRow, CommandTable, Example, OptionRow } from './command.ts';
import { HELP, valueName } from './parse-arguments.ts';

const INDENT = '  ';
/** Descriptions that do not fit beside their option begin a line of their own. */
const WIDEST_OPTION = 34;
const COLUMNS = 100;

/** The help of a command: runnable examples first. */
export function renderHelp({ path, summary, usage, notes, examples, options }: CommandRow): string {
  const parts = [
    section('Examples', examples.flatMap(exampleLines)),
    `kubepki ${path.join(' ')}: ${summary}\n`,
    section('Usage', [`kubepki ${[...path, usage].join(' ').trim()}`]),
    ...(notes === undefined ? [] : [`${notes.join('\n')}\n`]),
    section('Options', [...options, HELP].flatMap(optionLines)),
  ];
  return parts.join('\n');
}

/**
 * The help of a group of commands, or of the whole program.
 *
 * @param path the words so far; none for the program
 */
export function renderGroupHelp({ commands, groups }: CommandTable, path: readonly string[]): string {
  const below = commands.filter((command) => isPrefix(path, command.path));
  const summary = groups.find((group) => group.path.join(' ') === path.join(' '))?.summary ?? '';
  // One example for each word that can follow.
  const first = new Map(
    below.toReversed().map((command) => [command.path[path.length], command.examples[0]]),
  );
  const examples = [...first.values()].reverse().flatMap((example) => example ?? []);
  const names = below.map((command) => command.path.join(' '));
  const width = Math.max(...names.map((name) => name.length));
  const name = ['kubepki', ...path].join(' ');
  const lines = below.map((command, index) => `${(names[index] ?? '').padEnd(width)}  ${command.summary}`);
  const own: readonly OptionRow[] =
    path.length === 0
      ? [HELP, { name: 'version', type: 'boolean', description: 'print the version' }]
      : [HELP];
  return [
    section('Examples', examples.flatMap(exampleLines)),
    `${name}: ${summary}\n`,
    section('Usage', [`${name} COMMAND [options]`]),
    section('Commands', lines),
    section('Options', own.flatMap(optionLines)),
    `Each command has its own help: ${name} ${(below[0]?.path.slice(path.length) ?? []).join(' ')} --help\n`,
  ].join('\n');
}

/** Whether a path begins with some words. */
export function isPrefix(words: readonly string[], path: readonly string[]): boolean {
  return words.every((word, index) => path[index] === word);
}

function section(title: string, lines: readonly string[]): string {
  return `${title}:\n${lines.map((line) => `${INDENT}${line}\n`).join('')}`;
}

function exampleLines({ what, line }: Example): string[] {
  return [`# ${what}`, line];
}

function optionLines(option: OptionRow): string[] {
  const { name, short, type, multiple, required, description } = option;
  const value = type === 'boolean' ? '' : ` ${valueName(option)}`;
  const head = `${short === undefined ? '    ' : `-${short}, `}--${name}${value}${multiple === true ? ' …' : ''}`;
  const text = wrap(
    required === true ? `${description} (required)` : description,
    COLUMNS - WIDEST_OPTION - 2,
  );
  if (head.length > WIDEST_OPTION - 2)
    return [head, ...text.map((line) => `${' '.repeat(WIDEST_OPTION)}${line}`)];
  return text.map((line, index) => `${(index === 0 ? head : '').padEnd(WIDEST_OPTION)}${line}`);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
