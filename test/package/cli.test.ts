import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, run, tempDir } from '../support/foreign.ts';
import type { RunResult } from '../support/foreign.ts';
import { installed, manifest } from './subpaths.ts';

const program = (): string => join(installed('plain'), 'node_modules/kubepki/dist/cli/main.js');

// An empty PATH hides other programs; this also refuses those that are called by their absolute path.
const REFUSE_CHILDREN = `const children = require('node:child_process');
const refuse = () => { throw new Error('a child process was started'); };
for (const name of Object.keys(children)) if (typeof children[name] === 'function') children[name] = refuse;
children.ChildProcess = class { constructor() { refuse(); } };
require('node:module').syncBuiltinESMExports();
`;

interface Command {
  readonly args: readonly string[];
  /** Default 0. */
  readonly code?: number;
}

// Every command once, in this order and in one directory: later rows read what earlier ones wrote.
const COMMANDS: readonly Command[] = [
  { args: ['--version'] },
  { args: ['--help'] },
  { args: ['plan', '--config', 'CONFIG', '--rootfs', 'root'], code: 1 },
  { args: ['apply', '--config', 'CONFIG', '--rootfs', 'root'] },
  { args: ['plan', '--config', 'CONFIG', '--rootfs', 'root'] },
  { args: ['ca', 'create', '--common-name', 'test-ca', '--out', 'ca'] },
  ...['server', 'client', 'peer', 'kubelet-client', 'kubelet-server', 'webhook'].map((profile) => ({
    args: [
      ...['issue', profile, '--ca', 'ca', '--out', profile, '--key-algorithm', 'ECDSA-P256'],
      ...(profile.startsWith('kubelet')
        ? ['--common-name', 'system:node:node01']
        : ['--common-name', 'test']),
      ...(profile === 'kubelet-client' ? ['--organization', 'system:nodes'] : []),
      ...(profile === 'client' || profile === 'kubelet-client' ? [] : ['--san', 'svc.ns.svc']),
    ],
  })),
];

describe('the command line with an empty PATH and child processes refused', () => {
  let folder: string;
  let hook: string;

  beforeAll(() => {
    folder = tempDir();
    hook = join(tempDir(), 'refuse-children.cjs');
    writeFileSync(hook, REFUSE_CHILDREN);
  });

  const kubepki = (args: readonly string[]): Promise<RunResult> =>
    run(process.execPath, ['--require', hook, program(), ...args], {
      cwd: folder,
      env: { PATH: '', HOME: folder },
    });

  test('the hook does refuse', async () => {
    const script = `require('node:child_process').spawnSync('/bin/true')`;
    const { code, stderr } = await run(process.execPath, ['--require', hook, '-e', script]);
    expect(code).toBe(1);
    expect(stderr).toContain('a child process was started');
  });

  test.each(COMMANDS.map(({ args, code = 0 }) => [args.join(' '), args, code] as const))(
    'kubepki %s',
    async (_title, args, code) => {
      const config = join(repositoryRoot, 'examples/cluster.yaml');
      const result = await kubepki(args.map((argument) => (argument === 'CONFIG' ? config : argument)));
      expect({ code: result.code, stderr: result.code === code ? '' : result.stderr }).toEqual({
        code,
        stderr: '',
      });
    },
  );

  test('--version prints the version of package.json', async () => {
    expect((await kubepki(['--version'])).stdout).toBe(`${manifest.version}\n`);
  });

  test('the program is executable and names its interpreter', async () => {
    expect(statSync(program()).mode & 0o111).toBe(0o111);
    const { stdout } = await run(join(installed('plain'), 'node_modules/.bin/kubepki'), ['--version']);
    expect(stdout).toBe(`${manifest.version}\n`);
  });
});
