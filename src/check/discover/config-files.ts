import { isPkiError } from '../../errors/pki-error.ts';
import type { Finding } from '../../errors/finding.ts';
import { parseYamlDocuments } from '../../yaml/parse.ts';
import type { FileSource } from '../files.ts';
import type { FileUse } from '../inventory.ts';
import type { ProgramCall } from './command-line.ts';
import { unreadable } from './contents.ts';
import { flatten } from './fields.ts';
import { usesOf, type Locate } from './uses.ts';

/** A configuration file of a program, and what its fields stand for. */
interface ConfigRow {
  /** The flag that names it, without dashes. */
  readonly flag: string;
  /** Whether all other flags count for nothing beside it. */
  readonly isAll: boolean;
  /** The flag that a field stands for; `undefined` where it is none of ours. */
  readonly flagOf: (field: string) => string | undefined;
}

const CLIENT_CONNECTION: ConfigRow = {
  flag: 'config',
  isAll: false,
  flagOf: (field) => (field === 'clientConnection.kubeconfig' ? 'kubeconfig' : undefined),
};

/** By component (etcd: server/embed/config.go; Kubernetes: KubeSchedulerConfiguration, KubeProxyConfiguration). */
const CONFIGS: Readonly<Record<string, ConfigRow>> = Object.freeze({
  etcd: {
    flag: 'config-file',
    isAll: true,
    flagOf: (field) =>
      field.replace(/^client-transport-security\./, '').replace(/^peer-transport-security\./, 'peer-'),
  },
  'kube-scheduler': CLIENT_CONNECTION,
  'kube-controller-manager': CLIENT_CONNECTION,
  'kube-proxy': CLIENT_CONNECTION,
});

/** A program's flags and files, with those that its configuration says. */
export interface Configured {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly uses: readonly FileUse[];
  readonly problems: readonly Finding[];
}

/** Reads the configuration file that a program's flags name, where there is one. */
export function configured(
  call: ProgramCall,
  source: string,
  { files, locate }: { readonly files: FileSource; readonly locate: Locate },
): Configured {
  const row = CONFIGS[call.name];
  const named = row === undefined ? undefined : call.flags.get(row.flag)?.at(-1);
  const path = row === undefined || named === undefined ? undefined : locate(named, `--${row.flag}`);
  if (row === undefined || path === undefined)
    return { flags: call.flags, uses: usesOf(call, source, locate), problems: [] };
  const problems: Finding[] = [];
  const own = configFlags(files, path, { row, problems });
  const given = row.isAll && own.size > 0 ? new Map([[row.flag, [path]]]) : new Map(call.flags);
  for (const flag of own.keys()) given.delete(flag);
  const file: FileUse = { component: call.name, flag: `--${row.flag}`, source, role: 'configuration', path };
  return {
    flags: new Map([...given, ...own]),
    uses: [
      file,
      ...usesOf({ name: call.name, flags: given }, source, locate),
      ...usesOf({ name: call.name, flags: own }, path, locate),
    ],
    problems,
  };
}

function configFlags(
  files: FileSource,
  path: string,
  { row, problems }: { readonly row: ConfigRow; readonly problems: Finding[] },
): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  for (const [field, value] of readConfig(files, path, problems) ?? []) {
    const flag = row.flagOf(field);
    if (flag !== undefined && value !== '') flags.set(flag, [value]);
  }
  return flags;
}

/** The fields of a configuration, as dotted keys with their values as text. */
export function readConfig(
  files: FileSource,
  path: string,
  problems: Finding[],
): Map<string, string> | undefined {
  try {
    const content = files.read(path);
    if (content === undefined) return undefined;
    const found = new Map<string, string>();
    for (const { value } of parseYamlDocuments(content, { source: path })) flatten(value, '', found);
    return found;
  } catch (error) {
    if (!isPkiError(error)) throw error;
    problems.push(
      error.code === 'io'
        ? unreadable(path, error)
        : { code: 'malformed-manifest', severity: 'error', path, message: error.message },
    );
    return undefined;
  }
}
