import { COMPONENTS } from './roles.ts';

/** A program and its flags. */
export interface ProgramCall {
  /** The component: the program's name without its folder. */
  readonly name: string;
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

/** Finds a component's call among words: `etcd --cert-file=x`, also behind `exec`, `env`, `hyperkube` or a path. */
export function findCall(words: readonly string[]): ProgramCall | undefined {
  const index = words.findIndex((word) => COMPONENTS.includes(baseName(word)));
  const name = words[index];
  if (name === undefined) return findInShell(words);
  return { name: baseName(name), flags: readFlags(words.slice(index + 1)) };
}

/** `sh -c "exec etcd …"`: a word that holds a command line itself. */
function findInShell(words: readonly string[]): ProgramCall | undefined {
  for (const word of words) {
    if (!/\s/.test(word)) continue;
    for (const command of shellCommands(word)) {
      const found = findCall(command);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `--flag=value`, `--flag value`, `-flag value`, `--flag`: the last means true. */
export function readFlags(words: readonly string[]): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  for (let index = 0; index < words.length; index++) {
    const [, name, inline] = /^--?([A-Za-z][\w.-]*)(?:=([^]*))?$/.exec(words[index] ?? '') ?? [];
    if (name === undefined) continue;
    const next = words[index + 1];
    const takesNext = inline === undefined && next !== undefined && !next.startsWith('-');
    if (takesNext) index++;
    const value = inline ?? (takesNext ? next : 'true');
    const known = flags.get(name);
    if (known === undefined) flags.set(name, [value]);
    else known.push(value);
  }
  return flags;
}

/** Words of a command line as shells and systemd split it: quotes, backslashes, continued lines. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? '';
    if (character === '\\' && quote !== "'") {
      const next = text[++index] ?? '';
      if (next !== '\n') word = (word ?? '') + next;
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  return word === undefined ? words : [...words, word];
}

/** Operators that end a command, those that send its output elsewhere, and words, which may be quoted in parts (POSIX 2.10). */
const SHELL =
  /(?<redirect>\d*(?:&>>?|>>|>&|<&|<<|>|<))|(?<end>[;&|()\n])|#[^\n]*|(?<word>(?:\\[^]|'[^']*'|"(?:\\[^]|[^"\\])*"|[^\s;&|()<>\\'"])+)/g;

/** The commands of a line of a shell, each as its words; what is redirected is left out. */
export function shellCommands(text: string): string[][] {
  const commands: string[][] = [[]];
  let isTarget = false;
  for (const { groups: { redirect, end, word } = {} } of text.matchAll(SHELL)) {
    if (end !== undefined) commands.push([]);
    else if (word !== undefined && !isTarget) commands.at(-1)?.push(...splitWords(word));
    isTarget = redirect !== undefined;
  }
  return commands.filter(({ length }) => length > 0);
}
