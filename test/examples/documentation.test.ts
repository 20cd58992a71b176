/** Every command and every TypeScript block of README.md and docs/ is run, in the order in which a reader meets it. */
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../support/foreign.ts';
import { moduleOf, readDocuments, shellLinesOf, type Document } from '../unit/docs/documents.ts';

interface Outcome {
  readonly code: number;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string, path: string): Promise<Outcome> {
  // What a person has at home is not touched.
  const env = { ...process.env, PATH: path, HOME: cwd, KUBECONFIG: '' };
  const options = { cwd, timeout: 120_000, env };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

/** The exit code that a line announces: `# exits 1` at its end. */
const expectedCode = (line: string): number => Number(/# exits (\d)$/.exec(line)?.[1] ?? 0);

/** Lines that set the repository up, which a test of it cannot run inside it. */
const SET_UP = /^npm /;
/** Without one of these, a tree goes to /etc/kubernetes of this machine. */
const ELSEWHERE = /--rootfs|completion|kubepki (?:ca|issue|verify|check|x509|explain|csr|crl|kubeconfig) /;

test('the main job of the README shows the tree that it has made', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubepki-demo-'));
  try {
    const args = [join(repositoryRoot, 'scripts/demo.mjs'), '--built', directory];
    const first = await run(process.execPath, args, directory, process.env['PATH'] ?? '');
    expect(first).toEqual({ code: 0, output: expect.stringContaining('47 created') });
    expect(first.output).toMatch(
      /── apiserver\.crt +644 {2}kube-apiserver, signed by kubernetes, until \d{4}-\d\d-\d\d\n/,
    );
    expect(first.output).toMatch(
      /── jane\.conf +600 {2}jane@production, at https:\/\/api\.k8s\.example\.com:6443\n/,
    );
    const second = await run(process.execPath, args, directory, process.env['PATH'] ?? '');
    expect(second).toEqual({ code: 0, output: expect.stringContaining('47 unchanged') });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 120_000);

const commandsOf = (document: Document): string[] =>
  shellLinesOf(document).filter((line) => !SET_UP.test(line));
const hasPrograms = ({ blocks }: Document): boolean => blocks.some(({ language }) => language === 'ts');

// A guide to the repository itself has neither: its commands set the repository up.
const runnable = readDocuments().filter(
  (document) => commandsOf(document).length > 0 || hasPrograms(document),
);

describe.each(runnable.map((document) => [document.name, document] as const))('%s', (_name, document) => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubepki-docs-'));
    const bin = join(directory, '.bin');
    mkdirSync(bin);
    const main = join(repositoryRoot, 'dist/cli/main.js');
    writeFileSync(join(bin, 'kubepki'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    chmodSync(join(bin, 'kubepki'), 0o755);
    path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
    cpSync(join(repositoryRoot, 'examples'), join(directory, 'examples'), { recursive: true });
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const lines = commandsOf(document);
  if (lines.length > 0) {
    test('has commands that do as it says', async () => {
      expect(lines.filter((line) => line.startsWith('kubepki ') && !ELSEWHERE.test(line))).toEqual([]);
      // What a line says about the environment holds for those after it.
      const settings: string[] = [];
      for (const line of lines) {
        if (/^(?:export|unset) /.test(line)) settings.push(line);
        const { code, output } = await run('sh', ['-c', [...settings, line].join('\n')], directory, path);
        expect({ line, code, output }).toEqual({ line, code: expectedCode(line), output });
      }
    }, 180_000);
  }

  if (hasPrograms(document)) {
    test('has programs that run', async () => {
      // Below the repository, where `kubepki` means this package.
      mkdirSync(join(repositoryRoot, '.cache'), { recursive: true });
      const folder = mkdtempSync(join(repositoryRoot, '.cache/docs-'));
      try {
        const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
        const { outputText } = ts.transpileModule(moduleOf(document), { compilerOptions: options });
        const program = join(folder, 'program.mjs');
        writeFileSync(program, outputText);
        const { code, output } = await run(process.execPath, [program], directory, path);
        expect({ code, output }).toEqual({ code: 0, output });
        expect(output).not.toBe('');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }, 60_000);
  }
});
