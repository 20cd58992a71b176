import * as fs from 'node:fs';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { PkiError } from '../errors/pki-error.ts';
import { quotePath } from '../errors/quote.ts';
import { canonicalKubeconfig } from '../kubeconfig/canonical.ts';
import { EMPTY_KUBECONFIG } from '../kubeconfig/entries.ts';
import { mergeKubeconfigs, type LoadedKubeconfig, type MergedKubeconfig } from '../kubeconfig/merge.ts';
import type { Kubeconfig } from '../kubeconfig/model.ts';
import { parseKubeconfig } from '../kubeconfig/parse.ts';
import { renderKubeconfig } from '../kubeconfig/render.ts';
import { hasErrno, ioError } from '../errors/io-error.ts';
import { writeWhole } from './whole-file.ts';

/** Where kubeconfigs are looked for. */
export interface KubeconfigLocation {
  /** `--kubeconfig`: this file alone. */
  readonly explicit?: string | undefined;
  /** `KUBECONFIG` and `HOME` are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to; default: the working directory. */
  readonly cwd?: string | undefined;
}

/**
 * The files of kubectl's loading rules, as they are written: the explicit one, those of KUBECONFIG without repetitions,
 * or `~/.kube/config` (client-go tools/clientcmd/config.go, PathOptions).
 */
export function kubeconfigPaths({ explicit, env }: KubeconfigLocation): readonly string[] {
  if (explicit !== undefined && explicit !== '') return [explicit];
  const list = env['KUBECONFIG'] ?? '';
  if (list !== '') return [...new Set(list.split(delimiter))];
  return [join(env['HOME'] ?? '', '.kube', 'config')];
}

/** How {@link KubeconfigFiles.change} writes. */
export interface KubeconfigChangeOptions {
  /** Leave what is replaced beside it, as `FILE.TIME.bak`. */
  readonly backup?: boolean | undefined;
  /** `kubectl` (default): entries by name, empty fields left out. `kept`: entries in their order, and all fields. */
  readonly form?: 'kubectl' | 'kept' | undefined;
}

/** Kubeconfigs on disk, read and written by kubectl's rules. */
export class KubeconfigFiles {
  readonly paths: readonly string[];
  readonly isExplicit: boolean;
  readonly #cwd: string;

  constructor(location: KubeconfigLocation) {
    this.paths = kubeconfigPaths(location);
    this.isExplicit = location.explicit !== undefined && location.explicit !== '';
    this.#cwd = location.cwd ?? process.cwd();
  }

  /** The file that new entries go to: the first that exists, else the last. */
  get defaultPath(): string {
    const [first = ''] = this.paths;
    if (this.paths.length === 1) return first;
    const isThere = (path: string): boolean => path !== '' && fs.existsSync(this.absolute(path));
    return this.paths.find(isThere) ?? this.paths.at(-1) ?? first;
  }

  /** A path of this location, absolute. */
  absolute(path: string): string {
    return resolve(this.#cwd, path);
  }

  /**
   * All files as one; those that are missing hold nothing.
   *
   * @param paths which of them; default: all
   * @throws PkiError `invalid-kubeconfig`, `invalid-yaml`, `io`
   */
  load(paths: readonly string[] = this.paths): MergedKubeconfig {
    return mergeKubeconfigs(paths.filter((path) => path !== '').flatMap((path) => this.#loadOne(path) ?? []));
  }

  /**
   * One file, which has to be there.
   *
   * @throws PkiError `invalid-kubeconfig`, `invalid-yaml`, `io`
   */
  loadFile(path: string): Kubeconfig {
    const loaded = this.#loadOne(path);
    if (loaded === undefined) throw ioError('read', path, Object.assign(new Error(), { code: 'ENOENT' }));
    return loaded.config;
  }

  /**
   * One file; `undefined` where it is not there.
   *
   * @throws PkiError `invalid-kubeconfig`, `invalid-yaml`, `io`
   */
  loadIfThere(path: string): Kubeconfig | undefined {
    return path === '' ? undefined : this.#loadOne(path)?.config;
  }

  #loadOne(path: string): LoadedKubeconfig | undefined {
    let bytes: Uint8Array;
    try {
      bytes = fs.readFileSync(this.absolute(path));
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return undefined;
      throw ioError('read', path, error);
    }
    return { path, config: parseKubeconfig(bytes, { source: path }) };
  }

  /**
   * Runs work while the files are locked as kubectl locks them, by `FILE.lock` beside each; the folders are made.
   *
   * @throws PkiError `locked` where another program has the lock, `io`
   */
  withLock<T>(work: () => T): T {
    const held: string[] = [];
    try {
      for (const path of [...this.paths].sort()) held.push(lock(this.absolute(`${path}.lock`)));
      return work();
    } finally {
      for (const path of held) fs.rmSync(path, { force: true });
    }
  }

  /**
   * Changes one file, which need not be there: it is written whole or not at all, keeps its mode, its owner and its links,
   * and is made with mode 0600. Call it under {@link withLock}.
   *
   * @returns the path of the backup, where one was asked for and something was replaced
   * @throws PkiError `invalid-kubeconfig`, `io`
   */
  change(
    path: string,
    edit: (config: Kubeconfig) => Kubeconfig,
    options: KubeconfigChangeOptions = {},
  ): string | undefined {
    return this.replace(path, edit(this.#loadOne(path)?.config ?? EMPTY_KUBECONFIG), options);
  }

  /**
   * Writes one file, whatever was there, in the way of {@link change}.
   *
   * @returns the path of the backup, where one was asked for and something was replaced
   * @throws PkiError `io`, `unexpected-file`
   */
  replace(
    path: string,
    config: Kubeconfig,
    { backup = false, form = 'kubectl' }: KubeconfigChangeOptions = {},
  ): string | undefined {
    const text = renderKubeconfig(form === 'kubectl' ? canonicalKubeconfig(config) : config);
    return writeWhole(this.absolute(path), text, { backup });
  }

  /**
   * A path as it is written into the kubeconfig at `origin`: relative to its folder where it lies below, else absolute
   * (client-go tools/clientcmd/loader.go, RelativizePathWithNoBacksteps).
   */
  relativePath(path: string, origin: string): string {
    if (path === '') return path;
    const folder = dirname(this.absolute(origin));
    const absolute = resolve(folder, path);
    const inside = relative(folder, absolute) || '.';
    return inside.startsWith('../') ? absolute : inside;
  }
}

function lock(path: string): string {
  try {
    fs.mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    fs.closeSync(fs.openSync(path, 'wx', 0));
    return path;
  } catch (error) {
    if (!hasErrno(error, 'EEXIST')) throw ioError('lock', path, error);
    const since = fs.statSync(path, { throwIfNoEntry: false })?.mtime.toISOString() ?? 'now';
    throw new PkiError(
      'locked',
      `${quotePath(path)} is there since ${since}: another program changes the kubeconfig`,
      {
        details: { path, holder: 'an unknown process', since },
        hint: `run again when it is done; where none is running, rm ${path}`,
      },
    );
  }
}
