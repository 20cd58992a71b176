/** pkilint as a judge: its Python API in one process for many files. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { repositoryRoot, requireTool, run } from '../support/foreign.ts';
import type { LintFinding } from './lint.ts';

const DRIVER = join(repositoryRoot, 'test/judges/pkilint-driver.py');

/** The Python that has pkilint: its command line is a script that names it in the first line. */
async function pkilintPython(): Promise<string> {
  const script = requireTool('pkilint');
  const python = /^#!(\S+)/.exec(await readFile(script, 'utf8'))?.[1];
  if (python === undefined) throw new Error(`${script} does not name its Python`);
  return python;
}

/** Lints PEM files of one certificate each by the rules of `lint_pkix_cert lint`. */
async function pkilint(files: readonly string[]): Promise<readonly LintFinding[]> {
  if (files.length === 0) return [];
  const result = await run(await pkilintPython(), [DRIVER], { input: files.join('\n') });
  if (result.code !== 0) throw new Error(`pkilint: ${result.stderr.trim()}`);
  // The seam to the driver beside this file.
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LintFinding);
}

export { pkilint };
