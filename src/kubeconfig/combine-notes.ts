import { quote } from '../errors/quote.ts';
import type { Notes } from './combine-fields.ts';
import { missingIn, type Names, type SourcePlaces } from './combine-names.ts';
import { MISSING, type Place } from './entry-names.ts';
import type { KubeconfigChange } from './kubeconfig-change.ts';
import type { LoadedKubeconfig } from './merge.ts';
import type { Context } from './model.ts';

/** An entry of a source, and where it goes. */
interface PlacedEntry {
  readonly section: keyof Names;
  /** Its name in the source. */
  readonly name: string;
  readonly place: Place;
  readonly source: LoadedKubeconfig;
  /** Of a context, what it names in the source and what it names now. */
  readonly follows?: { readonly was: Context; readonly is: Context } | undefined;
}

/** What is done with an entry of a source. */
export function changeOf(entry: PlacedEntry, names: Names): KubeconfigChange {
  const { section, name, place, source } = entry;
  const isRenamed = place.name !== name;
  const from = { source: source.path };
  if (place.isThere)
    return {
      ...{ action: 'keep', section, name: place.name },
      ...(isRenamed ? { reason: `it was ${quote(name)}` } : {}),
      ...from,
    };
  const reasons = [...(isRenamed ? whyRenamed(entry, names) : []), ...whatFollows(entry)];
  const reason = reasons.length === 0 ? {} : { reason: reasons.join(', ') };
  if (isRenamed) return { action: 'rename', section, name, to: place.name, ...reason, ...from };
  return { action: 'add', section, name, ...reason, ...from };
}

function whyRenamed({ section, name }: PlacedEntry, names: Names): readonly string[] {
  const held = names[section].meaningAt(name);
  if (held === undefined) return [];
  return [held === MISSING ? 'a context names another, which is not there' : 'there is another of that name'];
}

/** Of a context, the new names of its cluster and user. */
function whatFollows({ follows }: PlacedEntry): readonly string[] {
  if (follows === undefined) return [];
  const { was, is } = follows;
  return [
    ...(was.cluster === is.cluster ? [] : [`its cluster is ${quote(is.cluster)}`]),
    ...(was.user === is.user ? [] : [`its user is ${quote(is.user)}`]),
  ];
}

const WHAT = Object.freeze({ clusters: 'cluster', users: 'user' });

const JOIN = 'where the files belong together, join them (--join), as KUBECONFIG does';

/** Says which contexts lead nowhere, and which ones do not get what has the name of what they lack. */
export function noteMissing(
  source: LoadedKubeconfig,
  places: Pick<SourcePlaces, 'clusters' | 'users'>,
  names: Names,
  { notices }: Notes,
): void {
  const { path, config } = source;
  const about = { code: 'dangling-context', path };
  for (const section of ['clusters', 'users'] as const) {
    for (const { name, context } of missingIn(config, section)) {
      const is = places[section].get(name)?.name ?? name;
      const message = `the context ${quote(context)} names the ${WHAT[section]} ${quote(name)}, which is not there`;
      if (is === name) notices.push({ ...about, severity: 'info', message });
      else
        notices.push({
          ...{ ...about, severity: 'warning', fix: JOIN },
          message: `${message}: it names ${quote(is)} now, so that it does not get another's`,
        });
    }
    for (const { name } of config[section]) {
      const is = places[section].get(name)?.name ?? name;
      if (is === name || names[section].meaningAt(name) !== MISSING) continue;
      const message = `the ${WHAT[section]} ${quote(name)} is ${quote(is)} now: a context of another file names one that is not there, and does not get this`;
      notices.push({ ...about, severity: 'warning', message, fix: JOIN });
    }
  }
}
