import { isPkiError } from '../../errors/pki-error.ts';
import { quote } from '../../errors/quote.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { parseKubeconfig } from '../../kubeconfig/parse.ts';
import { located } from '../discover/kubeconfig-uses.ts';
import { joinPaths } from '../discover/paths.ts';
import type { FileSource } from '../files.ts';
import type { Inventory, KubeconfigEntry } from '../inventory.ts';
import type { CheckFinding } from '../report.ts';
import { users } from '../rules/kubeconfig-users.ts';
import { shellWord } from '../rules/words.ts';

const PAGE = 'kubernetes.io, "Organizing cluster access using kubeconfig files"';

/** What is asked about the files that were given, and the machine on which kubectl runs. */
export interface Surroundings {
  readonly files: FileSource;
  readonly paths: readonly string[];
  readonly inventory: Inventory;
  /** Whether they are read as one. */
  readonly asOne: boolean;
  /** Folders in which programs are looked for; `undefined` where that is not known. */
  readonly searchPath: readonly string[] | undefined;
  /** The number of the user who runs kubectl; `undefined` where that is not known. */
  readonly uid: number | undefined;
}

/** Kubeconfigs without a context; of several that are read as one, where none has one. */
export function withoutContexts({ inventory, asOne }: Surroundings): CheckFinding[] {
  const isEmpty = ({ kubeconfig }: KubeconfigEntry): boolean => kubeconfig.contexts.length === 0;
  const { kubeconfigs } = inventory;
  const told = asOne
    ? kubeconfigs.every(isEmpty)
      ? kubeconfigs.slice(0, 1)
      : []
    : kubeconfigs.filter(isEmpty);
  return told.map(({ path }) => ({
    code: 'kubeconfig-without-contexts',
    severity: 'warning',
    path,
    message: 'there is no context in it: kubectl calls localhost:8080',
    fix: `kubectl config set-context NAME --cluster=CLUSTER --user=USER --kubeconfig=${shellWord(path)}`,
    source: PAGE,
  }));
}

/** As it is written, secrets among it: to be compared, and never to be told. */
function readConfig(files: FileSource, path: string): Kubeconfig | undefined {
  try {
    const bytes = files.read(path);
    return bytes === undefined ? undefined : parseKubeconfig(bytes, { source: path });
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

const SECTIONS = [
  ['clusters', 'cluster'],
  ['users', 'user'],
  ['contexts', 'context'],
] as const;

/** Entries of files that are read as one which another of that name hides, in a file before it. */
export function hiddenEntries({ files, paths }: Surroundings): CheckFinding[] {
  const configs = paths.flatMap((path) => {
    const config = readConfig(files, path);
    return config === undefined ? [] : [{ path, config }];
  });
  return SECTIONS.flatMap(([section, word]) => {
    const first = new Map<string, { readonly path: string; readonly text: string }>();
    return configs.flatMap(({ path, config }) =>
      config[section].flatMap((entry, at): CheckFinding[] => {
        const { name } = entry;
        const text = JSON.stringify(entry);
        const before = first.get(name);
        if (before === undefined) first.set(name, { path, text });
        if (before === undefined || before.text === text) return [];
        return [
          {
            code: 'kubeconfig-entry-hidden',
            severity: 'warning',
            path: `${path}#${section}[${at}]`,
            message: `the ${word} ${quote(name)} is never used: ${before.path} comes first, and has another of that name`,
            fix: `give one of the two another name, or use ${path} alone: kubectl --kubeconfig ${shellWord(path)}`,
            source: `${PAGE}; client-go tools/clientcmd/loader.go`,
          },
        ];
      }),
    );
  });
}

/** Programs that give credentials, and are not there. None is run. */
export function missingPrograms({ files, inventory, searchPath }: Surroundings): CheckFinding[] {
  return users({ inventory }).flatMap(({ entry, field, name, user: { exec } }): CheckFinding[] => {
    const command = exec?.command ?? '';
    if (command === '') return [];
    const places = command.includes('/')
      ? [located(entry.path, { path: command })]
      : searchPath?.map((folder) => joinPaths(folder, command));
    if (places === undefined || places.some((place) => isProgram(files, place))) return [];
    return [
      {
        code: 'kubeconfig-exec-missing',
        severity: 'info',
        path: `${entry.path}#${field}.exec.command`,
        message: `user ${quote(name)} gets its credentials from ${quote(command)}, which is not there`,
        expected: 'a program that can be run',
        actual: command.includes('/') ? 'none' : 'none of that name in the PATH',
        fix: 'install it, or name it by its path',
        source: 'kubernetes.io, "Authenticating": client-go credential plugins',
      },
    ];
  });
}

function isProgram(files: FileSource, path: string): boolean {
  const facts = files.stat(path);
  return facts?.kind === 'file' && (facts.mode & 0o111) !== 0;
}

/** Kubeconfigs that somebody else can change: what stands in them as a program is run. */
export function foreignFiles({ files, inventory, uid }: Surroundings): CheckFinding[] {
  return inventory.kubeconfigs.flatMap(({ path }): CheckFinding[] => {
    const facts = files.stat(path);
    if (uid === undefined || facts === undefined || facts.uid === 0 || facts.uid === uid) return [];
    return [
      {
        code: 'kubeconfig-foreign',
        severity: 'warning',
        path,
        message: 'it belongs to another user, who can have any program run by whoever uses it',
        expected: 'a file of your own, or of root',
        actual: facts.owner ?? String(facts.uid),
        fix: `use a copy of your own, once you have read it: install -m 600 ${shellWord(path)} FILE`,
        source: PAGE,
      },
    ];
  });
}
