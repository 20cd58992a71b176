import { isMapping, joinPath } from './shape.ts';

/** A value of the configuration, and where it stands: the path of a field, or a flag. */
export interface Setting<T> {
  readonly value: T;
  readonly path: string;
}

/** A mapping of a document whose form has been checked, and its path; absent parts read as absent. */
export class Section {
  readonly path: string;
  private readonly value: Readonly<Record<string, unknown>> | undefined;

  constructor(value: unknown, path: string) {
    this.value = isMapping(value) ? value : undefined;
    this.path = path;
  }

  /** Whether it is there at all. */
  get isPresent(): boolean {
    return this.value !== undefined;
  }

  /** A mapping below this one. */
  section(name: string): Section {
    return new Section(this.get(name), joinPath(this.path, name));
  }

  /** A text; the empty one counts as absent, as in kubeadm's defaults. */
  text(name: string): Setting<string> | undefined {
    const value = this.get(name);
    return typeof value === 'string' && value !== '' ? { value, path: joinPath(this.path, name) } : undefined;
  }

  /** A text, or an empty one where it is written so. */
  anyText(name: string): Setting<string> | undefined {
    const value = this.get(name);
    return typeof value === 'string' ? { value, path: joinPath(this.path, name) } : undefined;
  }

  /** A whole number; 0 counts as absent, as in kubeadm's defaults. */
  number(name: string): Setting<number> | undefined {
    const value = this.get(name);
    return typeof value === 'number' && value !== 0 ? { value, path: joinPath(this.path, name) } : undefined;
  }

  /** A list of texts; a null in it is the empty text, as in Go. */
  texts(name: string): Setting<string>[] {
    return this.items(name).flatMap(({ value, path }) => {
      if (value === undefined) return [];
      return [{ value: typeof value === 'string' ? value : '', path }];
    });
  }

  /** A list of mappings. */
  sections(name: string): Section[] {
    return this.items(name).map(({ value, path }) => new Section(value, path));
  }

  /** The entries of a mapping below this one. */
  entries(name: string): Setting<readonly [name: string, value: unknown]>[] {
    const value = this.get(name);
    const path = joinPath(this.path, name);
    return isMapping(value)
      ? Object.entries(value).map((entry) => ({ value: entry, path: joinPath(path, entry[0]) }))
      : [];
  }

  private items(name: string): Setting<unknown>[] {
    const value = this.get(name);
    const path = joinPath(this.path, name);
    return Array.isArray(value)
      ? value.map((item: unknown, index) => ({ value: item, path: `${path}[${index}]` }))
      : [];
  }

  private get(name: string): unknown {
    return this.value !== undefined && Object.hasOwn(this.value, name) ? this.value[name] : undefined;
  }
}
