import type { CommandTable, RunCommand } from '../command.ts';
import { renderBash } from '../completion/bash.ts';
import { renderFish } from '../completion/fish.ts';
import type { Shell } from '../completion/shell.ts';
import { renderZsh } from '../completion/zsh.ts';

const RENDERERS: Readonly<Record<Shell, (table: CommandTable) => string>> = Object.freeze({
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
});

/** `kubepki completion SHELL`: prints a script made from the table of commands. */
export function completionOf(shell: Shell): RunCommand {
  return ({ table }, io) => {
    io.stdout(RENDERERS[shell](table));
    return Promise.resolve(0);
  };
}
