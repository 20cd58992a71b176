import { joinPaths } from './discover/paths.ts';
import type { FileFacts, FileSource } from './files.ts';

/** Options of {@link memoryFiles}. */
export interface MemoryFilesOptions {
  /** Facts of files and directories that are known, by path; default: those of a tree that is in order, of root. */
  readonly facts?: ReadonlyMap<string, Partial<FileFacts>>;
}

const encoder = new TextEncoder();

/** A time that no rule takes for the future. */
const LONG_AGO = new Date(0);

/**
 * Files in memory, with the directories that their paths imply: what a browser has from a dropped folder or an
 * archive. Modes and owners that are not told are those that no rule is about (600, root).
 *
 * @param contents texts and octets by their paths on the machine (`/etc/kubernetes/pki/ca.crt`)
 */
export function memoryFiles(
  contents: Iterable<readonly [path: string, content: string | Uint8Array]>,
  { facts = new Map<string, Partial<FileFacts>>() }: MemoryFilesOptions = {},
): FileSource {
  const octets = new Map(
    [...contents].map(([path, content]) => [
      joinPaths('/', path),
      typeof content === 'string' ? encoder.encode(content) : content,
    ]),
  );
  const folders = namesByFolder(octets.keys());
  const place = (path: string): string | undefined => {
    const whole = joinPaths('/', path);
    return octets.has(whole) || folders.has(whole) ? whole : undefined;
  };
  return {
    stat: (path) => {
      const whole = place(path);
      if (whole === undefined) return undefined;
      const content = octets.get(whole);
      return { ...factsOf(content), ...facts.get(whole) };
    },
    realPath: place,
    list: (path) => {
      const names = folders.get(joinPaths('/', path));
      return names === undefined ? undefined : [...names].sort();
    },
    read: (path) => octets.get(joinPaths('/', path)),
  };
}

/** A file, or a directory where there is no content, that is as it should be. */
function factsOf(content: Uint8Array | undefined): FileFacts {
  const [kind, mode] = content === undefined ? (['directory', 0o755] as const) : (['file', 0o600] as const);
  const size = content?.length ?? 0;
  return { kind, mode, uid: 0, gid: 0, owner: 'root', group: 'root', size, modified: LONG_AGO };
}

function namesByFolder(paths: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([['/', new Set()]]);
  for (const path of paths) {
    for (let rest = path; rest !== '/';) {
      const at = rest.lastIndexOf('/');
      const folder = at === 0 ? '/' : rest.slice(0, at);
      const names = folders.get(folder) ?? new Set();
      folders.set(folder, names.add(rest.slice(at + 1)));
      rest = folder;
    }
  }
  return folders;
}
