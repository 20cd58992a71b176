import { resolveEnvironment, type Environment } from '../crypto/environment.ts';
import { adviceOf } from './advice.ts';
import { describeCertificate } from './describe.ts';
import { discover } from './discover/discover.ts';
import { isRoot, type Target } from './discover/places.ts';
import type { FileSource } from './files.ts';
import type { Inventory } from './inventory.ts';
import { byExpiry, worstFirst, type CheckFinding, type CheckReport } from './report.ts';
import { evaluateRules } from './rules/evaluate.ts';

/** What is checked, and how strictly. */
export interface CheckOptions {
  /** Paths of the source: a root (`/`, or a folder that holds etc/kubernetes), a folder or a file; default: the root. */
  readonly paths?: readonly string[];
  /** How long before its end a certificate is a warning, in milliseconds; default 30 days. */
  readonly warn?: number;
  /** How long before its end a certificate is critical, in milliseconds; default 7 days. */
  readonly crit?: number;
  /** The configuration that the tree is made from, as the commands of fixes name it; default: `FILE`. */
  readonly config?: string;
  /** Further findings: drift from a configuration. */
  readonly findings?: readonly CheckFinding[];
}

const DAY = 86_400_000;

/** How long before its end a certificate is critical unless it is said, in milliseconds. */
export const DEFAULT_CRIT = 7 * DAY;

/**
 * Checks the health of a cluster's certificates: finds them as an administrator would, lists them, and judges them by
 * the rules.
 *
 * @param files a machine's files, or those that stand in for it
 * @param environment the clock and the cryptography; default: now, the platform's
 */
export async function checkFiles(
  files: FileSource,
  options: CheckOptions = {},
  environment: Environment = {},
): Promise<CheckReport> {
  const resolved = resolveEnvironment(environment);
  const { paths = ['/'] } = options;
  const inventory = await discover(
    files,
    paths.map((path) => targetOf(files, path)),
    resolved,
  );
  return reportOn(inventory, { ...options, paths }, resolved.now);
}

/** The report on what was found. */
export function reportOn(
  inventory: Inventory,
  { paths = ['/'], warn = 30 * DAY, crit = DEFAULT_CRIT, config, findings: further = [] }: CheckOptions,
  now: Date,
): CheckReport {
  const findings = [
    ...evaluateRules(inventory, { now, warn, crit, ...(config === undefined ? {} : { config }) }),
    ...further,
  ];
  return {
    checkedAt: now.toISOString(),
    status: statusOf(findings, inventory.certificates.length),
    checked: paths,
    certificates: inventory.certificates.map((entry) => describeCertificate(entry, now)).sort(byExpiry),
    findings: findings.sort(worstFirst),
    components: adviceOf(inventory),
  };
}

/** What a path is: a root that holds a cluster's files, or something to be looked at by itself. */
export function targetOf(files: FileSource, path: string): Target {
  const isThere = (folder: string): boolean => files.stat(folder)?.kind === 'directory';
  return path === '/' || isRoot(path, isThere) ? { kind: 'root' } : { kind: 'path', path };
}

/**
 * The worst that was found, in the words of the monitoring plugins. Where nothing was found to check, or something is
 * kept from the reader, unknown: what is in it may be critical, and only what is known to be is told so.
 */
export function statusOf(findings: readonly CheckFinding[], certificates: number): CheckReport['status'] {
  if (findings.some(({ severity }) => severity === 'error')) return 'CRITICAL';
  if (findings.some(({ code }) => code === 'no-permission')) return 'UNKNOWN';
  if (findings.some(({ severity }) => severity === 'warning')) return 'WARNING';
  return certificates === 0 ? 'UNKNOWN' : 'OK';
}
