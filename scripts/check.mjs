// Everything that CI runs, step by step; its last line is `N passed, N failed` over all suites.
//
//   node scripts/check.mjs [--only STEP,STEP] [ARGUMENT OF JEST]...
//
// With KUBEPKI_CHECK_RESULTS=FILE the results are kept in FILE, and a later call does not repeat the steps that
// stand there but counts them: this is how CI runs `npm test` first and the rest afterwards.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'kubepki-check-'));

/** Path of a program that a package of node_modules brings. */
function bin(name, command = name) {
  const folder = join(root, 'node_modules', name);
  const field = manifest(folder).bin;
  return join(folder, typeof field === 'string' ? field : field[command]);
}

function manifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Runs a program with its output passed through; whether it ended with 0. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } };
    const child = spawn(command, args, options);
    child.on('error', (error) => {
      console.error(`check: ${command}: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

const node = (program, ...args) => run(process.execPath, [program, ...args]);

/** A step that is one test: it passes or fails as a whole. */
const single = (name, action) => ({ name, action });

/** A step that is a project of Jest; those of one group run together, so that both cores stay busy. */
const suite = (name, group = 'suites') => ({ name, group });

async function types() {
  const sources = await node(bin('typescript', 'tsc'), '--noEmit', '-p', '.');
  const tests = await node(bin('typescript', 'tsc'), '-p', 'test/tsconfig.json');
  const page = await node(bin('typescript', 'tsc'), '-p', 'page/tsconfig.json');
  return sources && tests && page;
}

async function tarball(judge) {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', temporary];
  const file = join(temporary, `kubepki-${manifest(root).version}.tgz`);
  return (existsSync(file) || (await run('npm', args))) && judge(file);
}

const steps = [
  { ...single('tools', () => run('bash', ['scripts/tools.sh', '--system'])), onDemand: true },
  single('format', () => node(bin('prettier'), '--check', '.')),
  single('lint', () => node(bin('eslint'), '.')),
  single('types', types),
  single('build', () => node('scripts/build.mjs')),
  suite('unit'),
  suite('property'),
  suite('differential'),
  suite('package'),
  suite('examples'),
  single('docs', () => node(bin('typedoc'))),
  single('publint', () => tarball((file) => node(bin('publint'), 'run', '--strict', file))),
  single('attw', () =>
    tarball((file) => node(bin('@arethetypeswrong/cli', 'attw'), '--profile', 'node16', file)),
  ),
  single('control-plane', () => node('scripts/control-plane.mjs')),
  suite('browser', 'real'),
  suite('e2e', 'real'),
  suite('oracle', 'real'),
  // Alone, because it kills processes at moments that it measured.
  suite('faults', 'faults'),
];

/** Runs some projects in one go of Jest; one result for each. */
async function runJest(names, args) {
  const summary = join(temporary, 'jest.json');
  const ok = await run(process.execPath, [bin('jest'), ...args, '--selectProjects', ...names], {
    KUBEPKI_JEST_SUMMARY: summary,
  });
  const { projects, leftOut } = existsSync(summary)
    ? JSON.parse(readFileSync(summary, 'utf8'))
    : { projects: [], leftOut: [] };
  const none = { passed: 0, failed: 0, leftOut: 0, seconds: 0 };
  const results = names.map((name) => ({
    ...none,
    ...projects.find((project) => project.name === name),
    name,
  }));
  for (const result of results) {
    // A suite in which nothing ran is not a success, unless the caller asked for some files only.
    if (result.passed + result.failed + result.leftOut === 0 && args.length === 0) {
      console.error(`check: no test of ${result.name} was found`);
      result.failed = 1;
    }
  }
  if (!ok && results.every((result) => result.failed === 0)) results[0].failed = 1;
  results[0].reasons = leftOut;
  return results;
}

async function runStep({ name, action }) {
  const start = performance.now();
  const ok = await action();
  return {
    name,
    passed: ok ? 1 : 0,
    failed: ok ? 0 : 1,
    leftOut: 0,
    seconds: (performance.now() - start) / 1000,
  };
}

function printTable(results) {
  const columns = (row) =>
    row.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(9))).join('');
  console.log(`\n${columns(['step', 'seconds', 'passed', 'failed', 'left out'])}`);
  for (const { name, seconds, passed, failed, leftOut } of results) {
    console.log(columns([name, seconds.toFixed(1), String(passed), String(failed), String(leftOut)]));
  }
  for (const { reason, tests } of results.flatMap((result) => result.reasons ?? [])) {
    console.log(`left out: ${tests} tests (${reason})`);
  }
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed');
}

function parseArguments(argv) {
  const only = argv[0] === '--only' ? (argv[1] ?? '').split(',') : undefined;
  const unknown = (only ?? []).filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0)
    throw new Error(`unknown step "${unknown.join()}", expected one of ${steps.map((s) => s.name)}`);
  const wanted = steps.filter((step) => (only ? only.includes(step.name) : !step.onDemand));
  return { wanted, jestArgs: only ? argv.slice(2) : argv };
}

async function main() {
  const { wanted, jestArgs } = parseArguments(process.argv.slice(2));
  const kept = process.env['KUBEPKI_CHECK_RESULTS'];
  const results = kept && existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8') || '[]') : [];
  const todo = wanted.filter((step) => !results.some((result) => result.name === step.name));
  for (const step of todo) {
    if (results.some((result) => result.name === step.name)) continue;
    const names = todo.filter((other) => step.group && other.group === step.group).map(({ name }) => name);
    console.log(`\n== ${step.group ? names.join(', ') : step.name}`);
    if (step.group) results.push(...(await runJest(names, jestArgs)));
    else results.push(await runStep(step));
    if (kept) writeFileSync(kept, JSON.stringify(results));
  }
  return printTable(results) === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`check: ${error.message}`);
  process.exitCode = 2;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
