import { COMMAND_TABLE, COMMANDS } from '../../../src/cli/commands.ts';
import { completionNodes } from '../../../src/cli/completion/shell.ts';
import { openConsole } from './support/console.ts';

describe('completion', () => {
  test('knows every command, group and option', () => {
    const nodes = new Map(completionNodes(COMMAND_TABLE).map((node) => [node.path.join(' '), node]));
    expect(nodes.get('')?.words.map(({ word }) => word)).toEqual([
      'apply',
      'plan',
      'ca',
      'issue',
      'check',
      'explain',
      'x509',
      'csr',
      'crl',
      'verify',
      'kubeconfig',
      'completion',
    ]);
    for (const { path, options } of COMMANDS) {
      expect(nodes.get(path.join(' '))?.options.map(({ name }) => name)).toEqual([
        ...options.map(({ name }) => name),
        'help',
      ]);
    }
  });

  test.each(['bash', 'zsh', 'fish'])('of %s names each option of each command', async (shell) => {
    const terminal = openConsole();
    const { code, stdout, stderr } = await terminal.kubepki(['completion', shell]);
    terminal.remove();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const spelled = (name: string): RegExp => new RegExp(shell === 'fish' ? `-l ${name}\\b` : `--${name}\\b`);
    for (const { name } of COMMANDS.flatMap(({ options }) => options)) expect(stdout).toMatch(spelled(name));
  });
});
