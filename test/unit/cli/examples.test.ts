import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitWords } from '../../../src/check/discover/command-line.ts';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { repositoryRoot } from '../../support/foreign.ts';
import { CLUSTER, openConsole, type Console } from './support/console.ts';

// Shells run these lines; what they complete with is tested with bash itself.
const LINES = COMMANDS.flatMap(({ examples }) => examples).filter(
  ({ line }) => line.startsWith('kubepki ') && !line.includes('|'),
);
// It reads the configuration of the machine that the tests run on.
const NOT_HERE = ['kubepki plan --config cluster.yaml', 'kubepki check --warn 30d --crit 7d --quiet'];

describe('each example of the help does what it says, in their order', () => {
  let terminal: Console;
  beforeAll(() => {
    terminal = openConsole();
    writeFileSync(join(terminal.cwd, 'cluster.yaml'), CLUSTER);
    writeFileSync(join(terminal.cwd, 'password.txt'), 'correct horse\n');
    for (const name of ['web.csr', 'ca.crl'])
      copyFileSync(join(repositoryRoot, 'test/fixtures/openssl', name), join(terminal.cwd, name));
  });
  afterAll(() => {
    terminal.remove();
  });

  test.each(LINES.filter(({ line }) => !NOT_HERE.includes(line)).map(({ line }) => [line]))(
    '%s',
    async (line) => {
      const [words = '', file] = line.slice('kubepki '.length).split(' < ');
      const { code, stderr } = await terminal.kubepki(
        splitWords(words),
        file === undefined ? {} : { input: CLUSTER },
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );
});
