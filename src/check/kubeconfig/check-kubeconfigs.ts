import { resolveEnvironment, type Environment } from '../../crypto/environment.ts';
import { quote } from '../../errors/quote.ts';
import { kubeconfigError } from '../../kubeconfig/parse.ts';
import { visibleLine } from '../../errors/visible.ts';
import { DEFAULT_CRIT, DEFAULT_WARN, milliseconds, statusOf } from '../check.ts';
import { discover } from '../discover/discover.ts';
import type { FileSource } from '../files.ts';
import type { Inventory } from '../inventory.ts';
import { worstFirst, type CheckFinding } from '../report.ts';
import { evaluateRules } from '../rules/evaluate.ts';
import { machineOf } from '../rules/machine.ts';
import type { RuleSettings } from '../rules/rule.ts';
import { describeContexts, type Group } from './describe-contexts.ts';
import type { ConnectionFacts, ContextReport, KubeconfigReport } from './kubeconfig-report.ts';
import {
  withoutContexts,
  foreignFiles,
  hiddenEntries,
  missingPrograms,
  type Surroundings,
} from './list-findings.ts';
import { chooseContext, concerning } from './relevance.ts';

/** Which kubeconfigs are checked, and how. */
export interface KubeconfigCheckOptions {
  /** Absolute paths of kubeconfigs. */
  readonly paths: readonly string[];
  /** Whether they are read as one, as those of KUBECONFIG are; default: each by itself. */
  readonly asOne?: boolean;
  /** This context alone, and what it uses; default: all. */
  readonly context?: string;
  /** How long before its end a certificate is a warning: milliseconds, or a duration such as `90d`; default 30 days. */
  readonly warn?: number | string;
  /** How long before its end a certificate is critical: milliseconds, or a duration such as `14d`; default 7 days. */
  readonly crit?: number | string;
  /** Folders in which programs of `exec` are looked for; default: those that are named without a path are not looked for. */
  readonly searchPath?: readonly string[];
  /** The number of the user who uses the kubeconfigs; default: whose they are is not looked at. */
  readonly uid?: number;
}

/**
 * Checks kubeconfigs: for every context where it leads, who its user is to the API server and until when, and what is
 * wrong. Nothing is called, no program is run, and no secret is told.
 *
 * @param files a machine's files, or those that stand in for it
 * @param environment the clock and the cryptography; default: now, the platform's
 * @throws PkiError `invalid-kubeconfig` where there is no context of the name; `invalid-value` for a text that is no duration
 */
export async function checkKubeconfigs(
  files: FileSource,
  options: KubeconfigCheckOptions,
  environment: Environment = {},
): Promise<KubeconfigReport> {
  const { paths, asOne = false, context, warn = DEFAULT_WARN, crit = DEFAULT_CRIT } = options;
  const resolved = resolveEnvironment(environment);
  const targets = paths.map((path) => ({ kind: 'kubeconfig', path }) as const);
  const whole = await discover(files, targets, resolved);
  const groups = groupsOf(whole, { asOne, context });
  const inventory = context === undefined ? whole : chosen(whole, groups, context);
  const settings: RuleSettings = {
    now: resolved.now,
    warn: milliseconds(warn),
    crit: milliseconds(crit),
    kubeconfigsAreOne: asOne,
  };
  const findings = findingsOf(
    { files, paths, inventory, asOne, searchPath: options.searchPath, uid: options.uid },
    settings,
  );
  const concerns = context === undefined ? undefined : groups.map((group) => concerning(group, context));
  const told = findings.filter(({ path }) => concerns?.every((one) => one(path)) ?? true);
  const machine = machineOf(inventory, settings);
  return {
    checkedAt: resolved.now.toISOString(),
    status: statusOf(told),
    checked: paths,
    contexts: groupsOf(inventory, { asOne, context })
      .flatMap((group) => describeContexts(machine, group))
      .filter(({ name }) => context === undefined || name === context),
    findings: told.sort(worstFirst),
  };
}

/** Kubeconfigs as they are read: all as one, or each by itself; where a context is asked for, those that have it. */
function groupsOf(
  { kubeconfigs }: Inventory,
  { asOne, context }: { readonly asOne: boolean; readonly context: string | undefined },
): Group[] {
  const groups: Group[] = asOne ? [kubeconfigs] : kubeconfigs.map((entry) => [entry]);
  if (context === undefined) return groups;
  const found = groups.filter((group) =>
    group.some(({ kubeconfig }) => kubeconfig.contexts.some(({ name }) => name === context)),
  );
  if (found.length > 0) return found;
  const known = new Set(kubeconfigs.flatMap(({ kubeconfig }) => kubeconfig.contexts.map(({ name }) => name)));
  const names = [...known].map((name) => quote(name)).join(', ') || 'none';
  throw kubeconfigError([
    { path: 'contexts', message: `there is no context ${quote(context)}; there are: ${names}` },
  ]);
}

function chosen(inventory: Inventory, groups: readonly Group[], context: string): Inventory {
  const concerns = groups.map((group) => concerning(group, context));
  const kubeconfigs = groups.flat();
  return chooseContext({ ...inventory, kubeconfigs }, context, (place) =>
    concerns.every((one) => one(place)),
  );
}

/** Rules that are about a control plane's files, which belong to root. */
const OF_MACHINES: ReadonlySet<string> = new Set([
  'kubeconfig-owner',
  'key-file-owner',
  'certificate-file-owner',
  'pki-directory-owner',
  'nothing-found',
]);

function findingsOf(around: Surroundings, settings: RuleSettings): CheckFinding[] {
  const { inventory } = around;
  const hidden = around.asOne ? hiddenEntries(around) : [];
  const further = [...withoutContexts(around), ...missingPrograms(around), ...foreignFiles(around)];
  const judged = [
    ...evaluateRules(inventory, settings).filter(({ code }) => !OF_MACHINES.has(code)),
    ...further.map((one) => ({ ...one, message: visibleLine(one.message) })),
  ];
  // Of what is never used, that is all there is to say.
  const isUsed = (path: string): boolean =>
    !hidden.some((one) => path === one.path || path.startsWith(`${one.path}.`));
  return [
    ...judged.filter(({ path }) => isUsed(path)),
    ...hidden.map((one) => ({ ...one, message: visibleLine(one.message) })),
  ];
}

/**
 * A report with what came of calling the servers: what was found there is among its findings.
 *
 * @param connect calls the server of a context; `undefined` where it is not called
 */
export async function withConnections(
  report: KubeconfigReport,
  connect: (context: ContextReport) => Promise<ConnectionFacts | undefined>,
): Promise<KubeconfigReport> {
  const contexts: ContextReport[] = [];
  for (const context of report.contexts) {
    const connection = await connect(context);
    contexts.push(connection === undefined ? context : { ...context, connection });
  }
  const found = contexts.flatMap(({ connection }) => connection?.findings ?? []);
  const findings = [...report.findings, ...found].sort(worstFirst);
  return { ...report, contexts, findings, status: statusOf(findings) };
}
