import type { Section } from './entries.ts';
import type { Kubeconfig } from './model.ts';

/** One thing that is done to a kubeconfig, or by which two of them differ. It holds no secret. */
export interface KubeconfigChange {
  readonly action: 'add' | 'remove' | 'rename' | 'change' | 'keep';
  /** The list that the entry is in, or the name of a field at the top. */
  readonly section: Section | 'current-context' | 'preferences' | 'extensions' | 'other';
  /** Name of the entry; `''` for what is in no list. */
  readonly name: string;
  /** Of a rename, the new name; of what goes to a file of its own, that file's name. */
  readonly to?: string;
  /** The file that it comes from, where several are made one. */
  readonly source?: string;
  /** Name of the field in the file, such as `certificate-authority-data`. */
  readonly field?: string;
  readonly before?: string;
  readonly after?: string;
  /** Why, as a clause: lower case, no full stop. */
  readonly reason?: string;
}

/** A kubeconfig, and what was done to make it. */
export interface ChangedKubeconfig {
  readonly config: Kubeconfig;
  readonly changes: readonly KubeconfigChange[];
}
