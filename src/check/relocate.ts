import { isUnknown, statusOf } from './check.ts';
import { folderOf } from './discover/paths.ts';
import type { FileUse } from './inventory.ts';
import { applyCommand } from './rules/remedies.ts';
import { shellWord } from './rules/words.ts';
import { byExpiry, worstFirst, type CheckReport } from './report.ts';

/**
 * A report about files that lie below a directory in place of a machine's root, with their paths as they are here. What
 * is to be done on the machine itself (logs, restarts) keeps its own.
 *
 * @param config the configuration that the files here are made from, where it is here as well
 */
export function relocate(report: CheckReport, root: string, config?: string): CheckReport {
  if (root === '/') return report;
  const known = knownPaths(report);
  const moved = (path: string): string => (path === '/' ? root : path.startsWith('/') ? root + path : path);
  const text = (value: string): string =>
    value.replace(/(?<![\w./=-])\/[\w./@%+=:-]*/g, (run) => {
      const path = withoutStop(run);
      return known.has(path) || known.has(folderOf(path)) ? root + run : run;
    });
  const use = (one: FileUse): FileUse => ({ ...one, path: moved(one.path), source: moved(one.source) });
  return {
    ...report,
    checked: report.checked.map(moved),
    certificates: report.certificates.map((one) => ({
      ...one,
      id: moved(one.id),
      path: moved(one.path),
      uses: one.uses.map(use),
      signedBy: one.signedBy.map(moved),
    })),
    findings: report.findings.map((one) => ({
      ...one,
      path: moved(one.path),
      message: text(one.message),
      // A command with the paths of that machine is for that machine: typed here it would hit this one. The check runs here.
      ...(one.fix === undefined || isUnknown(one.code)
        ? {}
        : { fix: elsewhere(one.fix, { root, config, text }) }),
    })),
  };
}

/**
 * A fix for the machine that the files are of. With its configuration here, the tree is made here, and the machine gets
 * it from here.
 */
function elsewhere(
  fix: string,
  {
    root,
    config,
    text,
  }: {
    readonly root: string;
    readonly config: string | undefined;
    readonly text: (value: string) => string;
  },
): string {
  const [command = '', ...after] = fix.split(', then ');
  const apply = applyCommand({ settings: { config } });
  if (config === undefined || !command.includes(apply)) return `on that machine: ${fix}`;
  const made = command
    .split(apply)
    .map(text)
    .join(`${apply} --rootfs ${shellWord(root)}`);
  return [made, 'bring the files to that machine', ...after].join(', then ');
}

/** A path at the end of a clause, without what ends that: a loop, for a pattern would try each place of a hostile name. */
function withoutStop(run: string): string {
  let end = run.length;
  while (end > 1 && './:'.includes(run.charAt(end - 1))) end--;
  return run.slice(0, end);
}

/** Every path that a report names as a file of the machine, and the folders of those: keys lie in them. */
function knownPaths({ certificates, findings }: CheckReport): ReadonlySet<string> {
  const known = new Set<string>();
  for (const { path, uses } of certificates) {
    known.add(path);
    for (const use of uses) known.add(use.path).add(use.source);
  }
  for (const { path } of findings) known.add(path.split('#')[0] ?? path);
  return new Set([...known, ...[...known].map(folderOf).filter((folder) => folder !== '/')]);
}

/** Several reports as one: the worst counts. */
export function joinReports(reports: readonly CheckReport[]): CheckReport | undefined {
  const [first] = reports;
  if (first === undefined || reports.length === 1) return first;
  const advice = new Map(reports.flatMap(({ components }) => components).map((one) => [one.component, one]));
  const findings = reports.flatMap((report) => report.findings);
  return {
    checkedAt: first.checkedAt,
    status: statusOf(findings),
    checked: reports.flatMap(({ checked }) => checked),
    certificates: reports.flatMap(({ certificates }) => certificates).sort(byExpiry),
    findings: findings.sort(worstFirst),
    components: [...advice.values()],
  };
}
