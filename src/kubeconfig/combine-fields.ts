import type { Finding } from '../errors/finding.ts';
import { quote } from '../errors/quote.ts';
import { setField } from '../yaml/compose.ts';
import { jsonText } from './entry-names.ts';
import type { KubeconfigChange } from './kubeconfig-change.ts';
import type { LoadedKubeconfig } from './merge.ts';
import type { Kubeconfig, NamedExtension, OtherFields, Preferences } from './model.ts';
import { compact } from './object-reader.ts';

/** Where what is done is noted. */
export interface Notes {
  readonly changes: KubeconfigChange[];
  readonly notices: Finding[];
}

type Singles = Pick<Kubeconfig, 'preferences' | 'extensions' | 'other'>;

/**
 * What a kubeconfig has beside its lists, with what another one adds to it: nothing that is there changes, and what
 * differs is noted.
 */
export function combineFields(target: Singles, source: LoadedKubeconfig, notes: Notes): Singles {
  const { preferences, extensions, other } = source.config;
  const adding = (section: KubeconfigChange['section'], inside: string): Adding => ({
    ...{ section, inside, source: source.path, notes },
  });
  return compact({
    preferences: combinePreferences(target.preferences, preferences, adding('preferences', 'preferences.')),
    extensions: addExtensions(target.extensions, extensions, adding('extensions', '')),
    other: addOthers(target.other, other, adding('other', '')),
  });
}

interface Adding {
  readonly section: KubeconfigChange['section'];
  /** What stands before the names of fields in messages. */
  readonly inside: string;
  readonly source: string;
  readonly notes: Notes;
}

function combinePreferences(
  target: Preferences | undefined,
  source: Preferences | undefined,
  adding: Adding,
): Preferences | undefined {
  if (source === undefined) return target;
  const colors = addOthers(
    target?.colors === undefined ? undefined : { colors: target.colors },
    source.colors === undefined ? undefined : { colors: source.colors },
    adding,
  )?.['colors'];
  const extensions = addExtensions(target?.extensions, source.extensions, adding);
  const other = addOthers(target?.other, source.other, adding);
  if (target === undefined && colors === undefined && extensions === undefined && other === undefined)
    return undefined;
  return compact({ ...target, ...(typeof colors === 'boolean' ? { colors } : {}), extensions, other });
}

function addExtensions(
  target: readonly NamedExtension[] | undefined,
  source: readonly NamedExtension[] | undefined,
  adding: Adding,
): readonly NamedExtension[] | undefined {
  const out = [...(target ?? [])];
  for (const one of source ?? []) {
    const present = out.find(({ name }) => name === one.name);
    if (present === undefined) {
      out.push(one);
      noteAdded(adding, {
        name: one.name,
        field: adding.section === 'extensions' ? undefined : 'extensions',
      });
    } else if (contentOf(present) !== contentOf(one)) noteLeft(adding, `extensions[${quote(one.name)}]`);
  }
  return out.length === 0 ? target : out;
}

function addOthers(
  target: OtherFields | undefined,
  source: OtherFields | undefined,
  adding: Adding,
): OtherFields | undefined {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(target ?? {})) setField(out, key, value);
  for (const [key, value] of Object.entries(source ?? {})) {
    if (!Object.hasOwn(out, key)) {
      setField(out, key, value);
      noteAdded(adding, { name: '', field: key });
    } else if (jsonText(out[key]) !== jsonText(value)) noteLeft(adding, quote(key));
  }
  return Object.keys(out).length === 0 ? target : out;
}

function contentOf({ extension = null, other = {} }: NamedExtension): string {
  return jsonText({ extension, other });
}

function noteAdded(
  { section, source, notes }: Adding,
  { name, field }: { readonly name: string; readonly field: string | undefined },
): void {
  notes.changes.push({ action: 'add', section, name, ...(field === undefined ? {} : { field }), source });
}

function noteLeft({ inside, source, notes }: Adding, field: string): void {
  notes.notices.push({
    code: 'field-not-merged',
    severity: 'warning',
    path: source,
    message: `${inside}${field} is another than that of the target, which stays`,
    fix: 'where it is wanted, put it into the target by hand: there can be one of that name only',
  });
}
