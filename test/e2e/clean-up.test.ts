/** What the tests of this folder leave behind when they are killed: nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, runOk, tempDir } from '../support/foreign.ts';
import { until } from './support/processes.ts';

/** Starts a server as the tests do, says which, and goes on for a while. */
const TESTS = `
import { Processes } from './processes.mjs';
const processes = new Processes(process.argv[2]);
processes.start('server', process.execPath, ['-e', 'console.log(process.pid); setInterval(() => 0, 1000)']);
await processes.ready('server', async () => processes.logOf('server').trim() !== '');
console.log(processes.logOf('server'));
setTimeout(() => process.exit(), 60_000);
`;

/** Runs them in a worker, as Jest does. */
const PARENT = `
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
fork(fileURLToPath(new URL('./tests.mjs', import.meta.url)), process.argv.slice(2));
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
  const folder = tempDir();

  beforeAll(async () => {
    const esbuild = join(repositoryRoot, 'node_modules/.bin/esbuild');
    const source = join(repositoryRoot, 'test/e2e/support/processes.ts');
    const out = `--outfile=${join(folder, 'processes.mjs')}`;
    await runOk(esbuild, [source, '--format=esm', '--platform=node', out]);
    writeFileSync(join(folder, 'tests.mjs'), TESTS);
    writeFileSync(join(folder, 'parent.mjs'), PARENT);
  });

  test.each([
    ['they are sent SIGKILL', 'tests.mjs', 'SIGKILL'],
    ['they are sent SIGTERM', 'tests.mjs', 'SIGTERM'],
    ['they are sent SIGINT', 'tests.mjs', 'SIGINT'],
    ['they run in a worker whose parent is sent SIGKILL', 'parent.mjs', 'SIGKILL'],
  ] as const)('because %s, their servers end and their files go', async (_, program, signal) => {
    const files = join(folder, `${program}-${signal}`);
    mkdirSync(files);
    const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
    const tests = spawn(process.execPath, [join(folder, program), files], { stdio });
    const [printed] = await once(tests.stdout, 'data');
    // Else who outlives its parent against expectation would keep this open.
    tests.stdout.destroy();
    const server = Number(String(printed));
    expect(isAlive(server)).toBe(true);
    expect(existsSync(join(files, 'server.log'))).toBe(true);
    tests.kill(signal);
    await until('the end of the server', () => Promise.resolve(isAlive(server) ? undefined : true));
    await until('the end of the files', () => Promise.resolve(existsSync(files) ? undefined : true));
  });
});
