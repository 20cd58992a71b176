/** Both linters over every certificate of a tree, those inside kubeconfigs too. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TreeDirectories } from './compare-tree.ts';
import type { GoJudge } from './go.ts';
import { knownLint, traitsOf } from './lint.ts';
import type { KnownLint, LintFinding } from './lint.ts';
import { pkilint } from './pkilint.ts';
import { treeCertificates } from './tree-certificates.ts';
import type { TreeCertificate } from './tree-certificates.ts';
import { zlint } from './zlint.ts';

/** A finding; `known` where kubeadm's own tree gets it too. The file is the certificate's path in the tree. */
interface TreeFinding extends LintFinding {
  readonly linter: KnownLint['linter'];
  readonly known: KnownLint | undefined;
}

/** Lints certificates; each must be the only one of its PEM text. */
async function lintCertificates(
  certificates: readonly TreeCertificate[],
  judge: GoJudge,
): Promise<readonly TreeFinding[]> {
  const directory = await mkdtemp(join(tmpdir(), 'kubepki-lint-'));
  try {
    const files = certificates.map((_, index) => join(directory, `${String(index)}.pem`));
    await Promise.all(certificates.map(({ pem }, index) => writeFile(files[index] ?? '', pem)));
    const facts = await Promise.all(certificates.map(({ pem }) => judge.parse(pem)));
    const judged = (linter: KnownLint['linter'], findings: readonly LintFinding[]): TreeFinding[] =>
      findings.map((finding) => {
        const index = files.indexOf(finding.file);
        const [certificate] = facts[index] ?? [];
        if (certificate === undefined) throw new Error(`${linter}: a finding on ${finding.file}`);
        const known = knownLint(linter, finding, traitsOf(certificate));
        return { ...finding, linter, known, file: certificates[index]?.path ?? '' };
      });
    const [byZlint, byPkilint] = await Promise.all([zlint(files), pkilint(files)]);
    return [...judged('zlint', byZlint), ...judged('pkilint', byPkilint)];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Lints a whole tree. */
const lintTree = async (dirs: TreeDirectories, judge: GoJudge): Promise<readonly TreeFinding[]> =>
  lintCertificates(await treeCertificates(dirs), judge);

/** One line for each finding that kubeadm's own tree does not get. */
const unexpectedFindings = (findings: readonly TreeFinding[]): string[] =>
  findings
    .filter(({ known }) => known === undefined)
    .map(({ file, linter, lint, severity, detail }) => `${file}: ${linter} ${severity} ${lint}: ${detail}`);

export { lintCertificates, lintTree, unexpectedFindings };
export type { TreeFinding };
