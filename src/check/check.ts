import { resolveEnvironment, type Environment } from '../crypto/environment.ts';
import { parseDuration } from '../x509/duration.ts';
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
  /** How long before its end a certificate is a warning: milliseconds, or a duration such as `90d`; default 30 days. */
  readonly warn?: number | string;
  /** How long before its end a certificate is critical: milliseconds, or a duration such as `14d`; default 7 days. */
  readonly crit?: number | string;
  /** The configuration that the tree is made from, as the commands of fixes name it; default: `FILE`. */
  readonly config?: string;
  /** Further findings: drift from a configuration. */
  readonly findings?: readonly CheckFinding[];
}

const DAY = 86_400_000;

/** How long before its end a certificate is a warning unless it is said, in milliseconds. */
export const DEFAULT_WARN = 30 * DAY;

/** How long before its end a certificate is critical unless it is said, in milliseconds. */
export const DEFAULT_CRIT = 7 * DAY;

/**
 * Checks the health of a cluster's certificates: finds them as an administrator would, lists them, and judges them by
 * the rules.
 *
 * @param files a machine's files, or those that stand in for it
 * @param environment the clock and the cryptography; default: now, the platform's
 * @throws PkiError `invalid-value` for a text that is no duration
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
  { paths = ['/'], warn = DEFAULT_WARN, crit = DEFAULT_CRIT, config, findings: further = [] }: CheckOptions,
  now: Date,
): CheckReport {
  const limits = { now, warn: milliseconds(warn), crit: milliseconds(crit) };
  const given = config === undefined ? {} : { config };
  const found = [...evaluateRules(inventory, { ...limits, ...given }), ...further];
  const isTold =
    inventory.certificates.length > 0 ||
    found.some(({ severity, code }) => severity !== 'info' || isUnknown(code));
  const findings = isTold ? found : [...found, ...paths.map(nothingFound)];
  return {
    checkedAt: now.toISOString(),
    status: statusOf(findings),
    checked: paths,
    certificates: inventory.certificates.map((entry) => describeCertificate(entry, now)).sort(byExpiry),
    findings: findings.sort(worstFirst),
    components: adviceOf(inventory),
  };
}

/** A duration in milliseconds. */
export function milliseconds(duration: number | string): number {
  return typeof duration === 'number' ? duration : parseDuration(duration);
}

/** What a path is: a root that holds a cluster's files, or something to be looked at by itself. */
export function targetOf(files: FileSource, path: string): Target {
  const isThere = (folder: string): boolean => files.stat(folder)?.kind === 'directory';
  return path === '/' || isRoot(path, isThere) ? { kind: 'root' } : { kind: 'path', path };
}

/** Where nothing was found to check: why that may be. */
function nothingFound(path: string): CheckFinding {
  const isRootPath = path === '/';
  return {
    code: 'nothing-found',
    severity: 'info',
    path,
    message: `no certificate was found ${isRootPath ? 'where a cluster keeps its PKI' : 'in it'}`,
    fix: isRootPath
      ? 'run it on a control plane or a node, or name what is to be checked: kubepki check PATH'
      : 'name the files that hold certificates: those are read whatever their names are',
    source: 'what was looked at',
  };
}

/** Whether a finding says that something is not known. */
export function isUnknown(code: string): boolean {
  return code === 'no-permission' || code === 'nothing-found';
}

/**
 * The worst that was found, in the words of the monitoring plugins. Where nothing was found to check, or something is
 * kept from the reader, unknown: what is in it may be critical, and only what is known to be is told so.
 */
export function statusOf(findings: readonly CheckFinding[]): CheckReport['status'] {
  if (findings.some(({ severity }) => severity === 'error')) return 'CRITICAL';
  if (findings.some(({ code }) => code === 'no-permission')) return 'UNKNOWN';
  if (findings.some(({ severity }) => severity === 'warning')) return 'WARNING';
  return findings.some(({ code }) => code === 'nothing-found') ? 'UNKNOWN' : 'OK';
}
