import { fields, list, text, type Fields } from './fields.ts';

/** The variables of a container. */
export interface PodVariables {
  /** Values that the manifest says itself. */
  readonly values: ReadonlyMap<string, string>;
  /** Whether a variable has a value that only the cluster knows. */
  readonly isElsewhere: (name: string) => boolean;
}

/** What `env` and `envFrom` of a container say; a value may refer to variables before it. */
export function podVariables(container: Fields): PodVariables {
  const values = new Map<string, string>();
  const elsewhere = new Set<string>();
  for (const item of list(container['env'])) {
    const variable = fields(item);
    const name = text(variable['name']);
    if (variable['valueFrom'] === undefined)
      values.set(name, expandReferences(text(variable['value']), values));
    else elsewhere.add(name);
  }
  const hasOthers = list(container['envFrom']).length > 0;
  const isElsewhere = (name: string): boolean => elsewhere.has(name) || (hasOthers && !values.has(name));
  return { values, isElsewhere };
}

const REFERENCE = /\$\$|\$\(([^()]+)\)/g;

/**
 * `$(NAME)` in a command or argument is put in by the kubelet, `$$` stands for one `$`, and what is not known stays
 * (Kubernetes: third_party/forked/golang/expansion).
 */
export function expandReferences(word: string, values: ReadonlyMap<string, string>): string {
  return word.replace(REFERENCE, (whole, name?: string) =>
    name === undefined ? '$' : (values.get(name) ?? whole),
  );
}

/** Whether a path has a part that the manifest does not say: a value of the cluster, or a variable of a shell. */
export function isOpenPath(path: string, { isElsewhere }: PodVariables): boolean {
  if (/\$(?:\{|[A-Za-z_])/.test(path)) return true;
  return [...path.matchAll(/\$\(([^()]+)\)/g)].some(([, name = '']) => isElsewhere(name));
}
