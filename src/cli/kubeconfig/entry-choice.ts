import { quote } from '../../errors/quote.ts';
import { suggest } from '../../errors/suggest.ts';
import type { EntryChoice } from '../../kubeconfig/credential-fields.ts';
import { namesIn } from '../../kubeconfig/entries.ts';
import type { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import { usageError } from '../usage-error.ts';
import type { Values } from '../values.ts';

/**
 * The entries that a command line chooses.
 *
 * @throws PkiError `usage` for one that is in none of the files
 */
export function choiceOf(values: Values, files: KubeconfigFiles, paths: readonly string[]): EntryChoice {
  const chosen = { clusters: values.texts('cluster'), users: values.texts('user') };
  if (chosen.clusters.length + chosen.users.length === 0) return {};
  const there = paths.flatMap((path) => files.loadIfThere(path) ?? []);
  for (const [section, option] of [
    ['clusters', 'cluster'],
    ['users', 'user'],
  ] as const) {
    const names = there.flatMap((config) => namesIn(config, section));
    for (const name of chosen[section]) {
      if (names.includes(name)) continue;
      const near = suggest(name, names);
      throw usageError(`there is no ${option} ${quote(name)}`, {
        option: `--${option}`,
        hint: near === undefined ? `see kubepki kubeconfig get-${section}` : `did you mean ${quote(near)}?`,
      });
    }
  }
  return chosen;
}
