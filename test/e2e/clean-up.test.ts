/** What the tests of this folder leave behind when they are killed: nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, runOk, tempDir } from '../support/foreign.ts';
import { until } from './support/processes.ts';

/** Starts a server as the tests do, says which, and goes on. */
const TESTS = `
import { Processes } from './processes.mjs';
const processes = new Processes(process.argv[2]);
processes.start('server', process.execPath, ['-e', 'console.log(process.pid); setInterval(() => 0, 1000)']);
await processes.ready('server', async () => processes.logOf('server').trim() !== '');
console.log(processes.logOf('server'));
setInterval(() => 0, 1000);
`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('when tests end in the middle', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'by %s, their servers end and their files go',
    async (signal) => {
      const folder = tempDir();
      const esbuild = join(repositoryRoot, 'node_modules/.bin/esbuild');
      const source = join(repositoryRoot, 'test/e2e/support/processes.ts');
      await runOk(esbuild, [
        source,
        '--format=esm',
        '--platform=node',
        `--outfile=${join(folder, 'processes.mjs')}`,
      ]);
      writeFileSync(join(folder, 'tests.mjs'), TESTS);
      const files = join(folder, 'files');
      mkdirSync(files);
      const tests = spawn(process.execPath, [join(folder, 'tests.mjs'), files], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [printed] = await once(tests.stdout, 'data');
      const server = Number(String(printed));
      expect(isAlive(server)).toBe(true);
      expect(existsSync(join(files, 'server.log'))).toBe(true);
      tests.kill(signal);
      await until('the end of the server', () => Promise.resolve(isAlive(server) ? undefined : true), 20);
      await until('the end of the files', () => Promise.resolve(existsSync(files) ? undefined : true), 20);
    },
  );
});
