import { quote } from '../../errors/quote.ts';
import { compareBytes } from '../../kubeconfig/canonical.ts';
import { entryOf, namesIn, withEntry, withoutEntry, type Section } from '../../kubeconfig/entries.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { cannotBe } from '../../kubeconfig/parse.ts';
import { setProperty, unsetProperty } from '../../kubeconfig/property.ts';
import type { RunCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import { renderColumns } from './columns.ts';
import { readFlags } from './flags.ts';
import { goQuote } from './go-quote.ts';
import { filesOf, operandsOf } from './kubeconfig.ts';
import { modify } from './modify.ts';
import { FILE_OPTIONS, GET_CONTEXTS_OPTIONS, SET_OPTIONS } from './options.ts';

const SINGULAR = Object.freeze({ clusters: 'cluster', contexts: 'context', users: 'user' });

/** There is no entry of a name, and which there are. */
function missing(config: Kubeconfig, section: Section, name: string): Error {
  const there = namesIn(config, section);
  const list = there.length === 0 ? 'there are none' : `there are ${there.map(quote).join(', ')}`;
  return cannotBe(section, `there is no ${SINGULAR[section]} ${quote(name)}; ${list}`);
}

function done(io: Io, text: string): Promise<number> {
  io.stdout(text);
  return Promise.resolve(0);
}

/** `kubeconfig current-context` */
export const currentContext: RunCommand = ({ argv }, io) => {
  const { config } = filesOf(readFlags(argv, FILE_OPTIONS), io).load();
  if (config.currentContext !== '') return done(io, `${config.currentContext}\n`);
  throw cannotBe('current-context', 'no context is chosen: kubepki kubeconfig use-context NAME chooses one');
};

/** `kubeconfig use-context NAME` */
export const useContext: RunCommand = async ({ argv }, io) => {
  const given = readFlags(argv, FILE_OPTIONS);
  const [name = ''] = operandsOf(given, ['NAME']);
  const use = (config: Kubeconfig): Kubeconfig => {
    if (name === '' || entryOf(config, 'contexts', name) === undefined)
      throw missing(config, 'contexts', name);
    return { ...config, currentContext: name };
  };
  await modify(io, filesOf(given, io), use, { relative: true });
  return done(io, `Switched to context ${goQuote(name)}.\n`);
};

/** `kubeconfig rename-context OLD NEW` */
export const renameContext: RunCommand = async ({ argv }, io) => {
  const given = readFlags(argv, FILE_OPTIONS);
  const [from = '', to = ''] = operandsOf(given, ['OLD', 'NEW']);
  if (to === '') throw usageError('the new name is empty');
  const rename = (config: Kubeconfig): Kubeconfig => {
    const context = entryOf(config, 'contexts', from);
    if (context === undefined) throw missing(config, 'contexts', from);
    if (entryOf(config, 'contexts', to) !== undefined)
      throw cannotBe('contexts', `there is a context ${quote(to)} already`);
    const renamed = withEntry(withoutEntry(config, 'contexts', from), 'contexts', [to, context]);
    return config.currentContext === from ? { ...renamed, currentContext: to } : renamed;
  };
  await modify(io, filesOf(given, io), rename, { relative: true, renamed: { from, to } });
  return done(io, `Context ${goQuote(from)} renamed to ${goQuote(to)}.\n`);
};

/** `kubeconfig delete-cluster`, `delete-context` and `delete-user NAME` */
export function deleteFrom(section: Section): RunCommand {
  return async ({ argv }, io) => {
    const given = readFlags(argv, FILE_OPTIONS);
    const [name = ''] = operandsOf(given, ['NAME']);
    const files = filesOf(given, io);
    const remove = (config: Kubeconfig): Kubeconfig => {
      if (entryOf(config, section, name) === undefined) throw missing(config, section, name);
      return withoutEntry(config, section, name);
    };
    const path = files.defaultPath;
    const before = await modify(io, files, remove, { relative: true });
    if (section === 'contexts' && before.currentContext === name)
      io.stderr(
        'warning: this was the current context; kubepki kubeconfig use-context NAME chooses another\n',
      );
    return done(io, `deleted ${SINGULAR[section]} ${name} from ${path}\n`);
  };
}

/** `kubeconfig get-clusters` and `get-users` */
export function listOf(section: Section): RunCommand {
  return ({ argv }, io) => {
    const { config } = filesOf(readFlags(argv, FILE_OPTIONS), io).load();
    const names = [...namesIn(config, section)].sort(compareBytes);
    return done(io, ['NAME', ...names].map((name) => `${name}\n`).join(''));
  };
}

/** `kubeconfig get-contexts [NAME…]` */
export const getContexts: RunCommand = ({ argv }, io) => {
  const given = readFlags(argv, GET_CONTEXTS_OPTIONS);
  const output = given.text('output') ?? '';
  if (output !== '' && output !== 'name')
    throw usageError(`--output ${output} is not there: expected name, or nothing for a table`, {
      option: '--output',
    });
  const { config } = filesOf(given, io).load();
  const wanted = given.operands.length === 0 ? namesIn(config, 'contexts') : given.operands;
  const found = wanted.filter((name) => entryOf(config, 'contexts', name) !== undefined).sort(compareBytes);
  if (output === 'name') io.stdout(found.map((name) => `${name}\n`).join(''));
  else {
    const header =
      given.flag('no-headers') === true ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']];
    const rows = found.map((name) => {
      const {
        cluster,
        user,
        namespace = '',
      } = entryOf(config, 'contexts', name) ?? { cluster: '', user: '' };
      return [name === config.currentContext ? '*' : ' ', name, cluster, user, namespace];
    });
    io.stdout(renderColumns([...header, ...rows].map((row) => `${row.join('\t')}\n`).join('')));
  }
  const unknown = wanted.find((name) => entryOf(config, 'contexts', name) === undefined);
  if (unknown !== undefined) throw missing(config, 'contexts', unknown);
  return Promise.resolve(0);
};

/** `kubeconfig set PROPERTY VALUE` */
export const set: RunCommand = async ({ argv }, io) => {
  const given = readFlags(argv, SET_OPTIONS);
  const [path = '', value = ''] = operandsOf(given, ['PROPERTY', 'VALUE']);
  if (value === '') throw usageError('the value is empty', { hint: 'kubeconfig unset removes a property' });
  const rawBytes = given.flag('set-raw-bytes') === true;
  await modify(io, filesOf(given, io), (config) => setProperty(config, path, { value, rawBytes }), {
    relative: false,
  });
  return done(io, `Property ${goQuote(path)} set.\n`);
};

/** `kubeconfig unset PROPERTY` */
export const unset: RunCommand = async ({ argv }, io) => {
  const given = readFlags(argv, FILE_OPTIONS);
  const [path = ''] = operandsOf(given, ['PROPERTY']);
  if (path === '') throw usageError('the property is empty');
  await modify(io, filesOf(given, io), (config) => unsetProperty(config, path), { relative: false });
  return done(io, `Property ${goQuote(path)} unset.\n`);
};
