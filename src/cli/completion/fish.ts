import type { CommandTable } from '../command.ts';
import { completionNodes, valueKind, type CompletionNode } from './shell.ts';

/** The completion script of fish. */
export function renderFish(table: CommandTable): string {
  const nodes = completionNodes(table);
  const paths = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quoteFish(path.join(' ')));
  return `# fish completion for kubepki; use: kubepki completion fish | source
function __kubepki_at
    set -l path
    for word in (commandline -opc)[2..-1]
        if contains -- (string join ' ' $path $word) ${paths.join(' ')}
            set path $path $word
        end
    end
    test (string join ' ' $path) = "$argv[1]"
end
complete -c kubepki -f
${nodes.flatMap(completions).join('\n')}
`;
}

function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function completions({ path, words, options }: CompletionNode): string[] {
  const at = `complete -c kubepki -n ${quoteFish(`__kubepki_at ${quoteFish(path.join(' '))}`)}`;
  return [
    ...words.map(({ word, description }) => `${at} -a ${quoteFish(word)} -d ${quoteFish(description)}`),
    ...options.map((option) => {
      const short = option.short === undefined ? '' : ` -s ${option.short}`;
      return `${at}${short} -l ${option.name}${values(option)} -d ${quoteFish(option.description)}`;
    }),
  ];
}

function values(option: CompletionNode['options'][number]): string {
  switch (valueKind(option)) {
    case 'none':
      return '';
    case 'choices':
      return ` -x -a ${quoteFish((option.choices ?? []).join(' '))}`;
    case 'directory':
      return " -x -a '(__fish_complete_directories)'";
    case 'file':
      return ' -r -F';
    case 'free':
      return ' -x';
  }
}
