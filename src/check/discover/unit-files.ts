import type { FileSource } from '../files.ts';
import { splitWords } from './command-line.ts';
import { joinPaths } from './paths.ts';

/** Where units lie; those of the administrator win (systemd.unit(5)). */
const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** A unit by its name, and the file that says what it is: of an instance, its template. */
export interface UnitName {
  readonly name: string;
  readonly path: string;
}

/** What a unit and its drop-ins say that matters here. */
export interface Unit {
  readonly path: string;
  /** Command lines, in order. */
  readonly execStart: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
  readonly workingDirectory: string;
}

const decoder = new TextDecoder();

/** The units whose names fit, each once; instances of templates by the links that start them. */
export function findUnits(files: FileSource, wanted: RegExp): UnitName[] {
  const units = new Map<string, string>();
  const add = (name: string, path: string): void => {
    if (wanted.test(name) && !units.has(name)) units.set(name, path);
  };
  for (const folder of UNIT_FOLDERS)
    for (const name of files.list(folder) ?? []) add(name, `${folder}/${name}`);
  for (const folder of UNIT_FOLDERS) {
    for (const target of files.list(folder) ?? []) {
      if (!/\.(?:wants|requires)$/.test(target)) continue;
      for (const name of files.list(`${folder}/${target}`) ?? []) {
        const template = units.get(name.replace(/@.+(?=\.service$)/, '@'));
        if (template !== undefined) add(name, template);
      }
    }
  }
  return [...units].map(([name, path]) => ({ name, path }));
}

/** Folders whose `.conf` files add to a unit: its own, its template's, those of its name's beginning, all services'. */
function dropInFolders(name: string): string[] {
  const base = name.replace(/\.service$/, '');
  const template = /^[^@]*@/.exec(base)?.[0];
  const parts = (template ?? base).replace(/@$/, '').split('-');
  const prefixes = parts.slice(0, -1).map((_part, at) => `${parts.slice(0, at + 1).join('-')}-.service.d`);
  return [
    `${name}.d`,
    ...(template === undefined ? [] : [`${template}.service.d`]),
    ...prefixes.reverse(),
    'service.d',
  ];
}

/** Drop-ins in the order in which they count: by name, and of one name the first of the folders alone. */
function dropInsOf(files: FileSource, name: string): string[] {
  const byName = new Map<string, string>();
  for (const below of dropInFolders(name)) {
    for (const folder of UNIT_FOLDERS) {
      for (const file of files.list(`${folder}/${below}`) ?? [])
        if (file.endsWith('.conf') && !byName.has(file)) byName.set(file, `${folder}/${below}/${file}`);
    }
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, path]) => path);
}

/** Reads a unit with its drop-ins. */
export function readUnit(files: FileSource, { name, path }: UnitName): Unit {
  const specifiers = specifiersOf(files, name);
  // An empty value takes back what was said before (systemd.exec(5), systemd.service(5)).
  const lists: Record<'ExecStart' | 'Environment' | 'EnvironmentFile', string[]> = {
    ExecStart: [],
    Environment: [],
    EnvironmentFile: [],
  };
  let workingDirectory = '/';
  for (const [key, raw] of [path, ...dropInsOf(files, name)].flatMap((file) => settings(files, file))) {
    const value = raw.replace(/%(.)/g, (whole, letter: string) => specifiers[letter] ?? whole);
    if (key === 'ExecStart' || key === 'Environment' || key === 'EnvironmentFile') {
      if (value === '') lists[key].length = 0;
      else lists[key].push(value);
    }
    if (key === 'WorkingDirectory') workingDirectory = value.replace(/^-/, '').replace(/^~$/, '/root') || '/';
  }
  const variables = new Map<string, string>();
  for (const value of lists.Environment) for (const word of splitWords(value)) setVariable(word, variables);
  // Files win over what the unit says itself, wherever that stands.
  for (const value of lists.EnvironmentFile)
    for (const file of globbed(files, value.replace(/^-/, ''))) readVariables(files, file, variables);
  return { path, execStart: lists.ExecStart, variables, workingDirectory };
}

/** What `%i` and its like stand for in a service of the system (systemd.unit(5), SPECIFIERS). */
function specifiersOf(files: FileSource, name: string): Readonly<Record<string, string>> {
  const base = name.replace(/\.service$/, '');
  const [, prefix = base, instance = ''] = /^([^@]*)@(.*)$/.exec(base) ?? [];
  const host = readText(files, '/etc/hostname').trim();
  return {
    '%': '%',
    n: name,
    N: base,
    p: prefix,
    i: instance,
    I: unescape(instance),
    j: prefix.slice(prefix.lastIndexOf('-') + 1),
    ...(host === '' ? {} : { H: host, l: host.replace(/\..*$/, '') }),
    u: 'root',
    U: '0',
    h: '/root',
    t: '/run',
    E: '/etc',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    T: '/tmp',
    V: '/var/tmp',
  };
}

/** Names of units have `-` for `/`, and other characters as `\x2d` (systemd-escape(1)). */
function unescape(text: string): string {
  return text
    .replaceAll('-', '/')
    .replace(/\\x([0-9a-f]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** The settings of a unit file: continued lines are joined, also over comments between them. */
function settings(files: FileSource, path: string): [string, string][] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const line of readText(files, path).split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line) || (open === undefined && line.trim() === '')) continue;
    const whole = open === undefined ? line : `${open} ${line.trim()}`;
    open = whole.endsWith('\\') ? whole.slice(0, -1) : undefined;
    if (open === undefined) lines.push(whole);
  }
  if (open !== undefined) lines.push(open);
  return lines.flatMap((line): [string, string][] => {
    const [, key, value] = /^\s*([A-Za-z]+)\s*=\s*([^]*?)\s*$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value]];
  });
}

/** The files that a pattern of a shell's kind names (glob(7)), in order. */
function globbed(files: FileSource, pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return [pattern];
  const parts = pattern.split('/').filter((part) => part !== '');
  return parts.reduce<string[]>(
    (folders, part) =>
      folders.flatMap((folder) =>
        /[*?[]/.test(part)
          ? (files.list(folder) ?? [])
              .filter((name) => fits(name, part))
              .map((name) => joinPaths(folder, name))
          : [joinPaths(folder, part)],
      ),
    ['/'],
  );
}

function fits(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const source = pattern.replace(/\[(!?)([^\]/]+)\]|[^]/g, (whole, not?: string, set?: string) =>
    set !== undefined
      ? `[${not === '!' ? '^' : ''}${set.replace(/[\\^\]]/g, '\\$&')}]`
      : whole === '*'
        ? '[^/]*'
        : whole === '?'
          ? '[^/]'
          : whole.replace(/[.+^${}()|[\]\\]/, '\\$&'),
  );
  return new RegExp(`^${source}$`).test(name);
}

/** Variables of a file of `NAME=value` lines. */
export function readVariables(files: FileSource, path: string, into: Map<string, string>): void {
  for (const line of readText(files, path)
    .replace(/\\\r?\n/g, '')
    .split(/\r?\n/))
    if (!/^\s*[#;]/.test(line)) setVariable(line.trim().replace(/^export\s+/, ''), into);
}

function setVariable(assignment: string, into: Map<string, string>): void {
  const [, name, value = ''] = /^([A-Za-z_]\w*)=([^]*)$/.exec(assignment) ?? [];
  if (name !== undefined) into.set(name, value.replace(/^(["'])([^]*)\1$/, '$2'));
}

function readText(files: FileSource, path: string): string {
  try {
    const content = files.read(path);
    return content === undefined ? '' : decoder.decode(content);
  } catch {
    return '';
  }
}
