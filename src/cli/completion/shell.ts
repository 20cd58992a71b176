import type { CommandTable, OptionRow } from '../command.ts';
import { HELP } from '../parse-arguments.ts';

/** The shells that there are completion scripts for. */
export type Shell = 'bash' | 'zsh' | 'fish';

/** What can stand after some words: sub-commands and options. */
export interface CompletionNode {
  /** The words so far; none for the program itself. */
  readonly path: readonly string[];
  readonly words: readonly { readonly word: string; readonly description: string }[];
  readonly options: readonly OptionRow[];
}

const VERSION_OPTION: OptionRow = { name: 'version', type: 'boolean', description: 'print the version' };

/** What can stand where, for every prefix of every command. */
export function completionNodes({ commands, groups }: CommandTable): CompletionNode[] {
  const nodes = new Map<
    string,
    { path: readonly string[]; words: Map<string, string>; options: readonly OptionRow[] }
  >();
  nodes.set('', { path: [], words: new Map(), options: [HELP, VERSION_OPTION] });
  for (const { path, summary, options } of commands) {
    for (const [index, word] of path.entries()) {
      const prefix = path.slice(0, index + 1);
      const group = groups.find((row) => row.path.join(' ') === prefix.join(' '));
      nodes.get(path.slice(0, index).join(' '))?.words.set(word, group?.summary ?? summary);
      const isCommand = prefix.length === path.length;
      const known = nodes.get(prefix.join(' '));
      if (known === undefined || isCommand) {
        nodes.set(prefix.join(' '), {
          path: prefix,
          words: known?.words ?? new Map<string, string>(),
          options: isCommand ? [...options, HELP] : [HELP],
        });
      }
    }
  }
  return [...nodes.values()].map(({ words, ...node }) => ({
    ...node,
    words: [...words].map(([word, description]) => ({ word, description })),
  }));
}

/** What an option's value is completed with. */
export function valueKind({
  type,
  value = '',
  choices,
}: OptionRow): 'none' | 'choices' | 'file' | 'directory' | 'free' {
  if (type === 'boolean') return 'none';
  if (choices !== undefined) return 'choices';
  if (value === 'DIR') return 'directory';
  return value === 'FILE' || value === 'BASE' ? 'file' : 'free';
}

/** The ways to write an option: `--output`, `-o`. */
export function spellings({ name, short }: OptionRow): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

/** Text in single quotes for bash and zsh. */
export function quoteShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
