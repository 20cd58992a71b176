import type { CommandTable } from '../command.ts';
import { completionNodes, quoteShell, spellings, valueKind, type CompletionNode } from './shell.ts';

/** The completion script of bash 3.2 and later: it starts no program. */
export function renderBash(table: CommandTable): string {
  const nodes = completionNodes(table);
  return `# bash completion for kubepki; use: source <(kubepki completion bash)
_kubepki() {
  local cur prev path='' i words=''
  cur=\${COMP_WORDS[COMP_CWORD]}
  prev=\${COMP_WORDS[COMP_CWORD-1]}
  # bash takes --option=value apart at the sign.
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${paths(nodes)}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$path:$prev" in
${nodes.flatMap(valueCases).join('\n')}
  esac
  case "$path" in
${nodes.map(wordCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _kubepki kubepki
`;
}

function key(path: readonly string[]): string {
  return path.map((word) => ` ${word}`).join('');
}

function paths(nodes: readonly CompletionNode[]): string {
  return nodes
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => quoteShell(key(path)))
    .join('|');
}

function valueCases({ path, options }: CompletionNode): string[] {
  return options.flatMap((option) => {
    const patterns = spellings(option).map((spelling) => quoteShell(`${key(path)}:${spelling}`));
    const line = (action: string): string[] => [`    ${patterns.join('|')}) ${action}; return ;;`];
    switch (valueKind(option)) {
      case 'none':
        return [];
      case 'choices':
        return line(`COMPREPLY=($(compgen -W ${quoteShell((option.choices ?? []).join(' '))} -- "$cur"))`);
      case 'directory':
        return line('compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur"))');
      case 'file':
        return line('compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))');
      case 'free':
        return line(':');
    }
  });
}

function wordCase({ path, words, options }: CompletionNode): string {
  const list = [...words.map(({ word }) => word), ...options.map(({ name }) => `--${name}`)];
  return `    ${quoteShell(key(path))}) words=${quoteShell(list.join(' '))} ;;`;
}
