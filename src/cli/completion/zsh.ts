import type { CommandTable } from '../command.ts';
import { completionNodes, quoteShell, spellings, valueKind, type CompletionNode } from './shell.ts';

/** The completion script of zsh, to be sourced or put into a directory of `fpath` as `_kubepki`. */
export function renderZsh(table: CommandTable): string {
  const nodes = completionNodes(table);
  const paths = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quoteShell(key(path)));
  return `#compdef kubepki
# zsh completion for kubepki; use: source <(kubepki completion zsh)
_kubepki() {
  local path_ word
  local -a items
  path_=''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
      (${paths.join('|')}) path_="$path_ $word" ;;
    esac
  done
  case "$path_:\${words[CURRENT-1]}" in
${nodes.flatMap(valueCases).join('\n')}
  esac
  case "$path_" in
${nodes.map(itemCase).join('\n')}
  esac
  _describe 'kubepki' items
}
if [ "$funcstack[1]" = '_kubepki' ]; then
  _kubepki "$@"
else
  compdef _kubepki kubepki
fi
`;
}

function key(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join('');
}

function valueCases({ path, options }: CompletionNode): string[] {
  return options.flatMap((option) => {
    const patterns = spellings(option).map((spelling) => quoteShell(`${key(path)}:${spelling}`));
    const line = (action: string): string[] => [`    (${patterns.join('|')}) ${action}; return ;;`];
    switch (valueKind(option)) {
      case 'none':
        return [];
      case 'choices':
        return line(`compadd -- ${(option.choices ?? []).map(quoteShell).join(' ')}`);
      case 'directory':
        return line('_files -/');
      case 'file':
        return line('_files');
      case 'free':
        return line(`_message ${quoteShell(option.value ?? 'value')}`);
    }
  });
}

function itemCase({ path, words, options }: CompletionNode): string {
  const rows = [
    ...words.map(({ word, description }) => [word, description] as const),
    ...options.map(({ name, description }) => [`--${name}`, description] as const),
  ];
  // A colon ends the word in _describe.
  const items = rows.map(([word, description]) =>
    quoteShell(`${word.replaceAll(':', '\\:')}:${description}`),
  );
  return `    (${quoteShell(key(path))}) items=(${items.join(' ')}) ;;`;
}
