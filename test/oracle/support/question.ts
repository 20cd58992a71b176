/** A configuration that both kubeadm and we are asked for, as documents. */
import { dump } from 'js-yaml';
import { resolve } from 'node:path';

/** A value of a document, as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
/** A document or a part of it. */
export type Fields = Readonly<Record<string, Json>>;

/** How documents are written down. */
export type Style = 'json' | 'block' | 'flow';

/** A configuration. */
export interface Question {
  readonly api: 'v1beta3' | 'v1beta4';
  /** InitConfiguration; without it this machine is asked for its name and address. */
  readonly init: Fields | undefined;
  readonly cluster: Fields;
  /** Documents of others, which are left alone. */
  readonly others: readonly Fields[];
  readonly style: Style;
  /** Whether the ClusterConfiguration stands first. */
  readonly clusterFirst: boolean;
  /** certificatesDir as it is spelled after the root of the test: `/kubernetes/pki`, `/kubernetes/../certs/`. */
  readonly certDir: string;
  /** Whether our tree is made by the command line, not the library. */
  readonly throughCli: boolean;
}

function written(document: Fields, style: Style): string {
  if (style === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  // Quotes everywhere: what the two dialects of YAML read differently is looked at elsewhere.
  return dump(document, {
    forceQuotes: true,
    lineWidth: -1,
    noRefs: true,
    ...(style === 'flow' && { flowLevel: 1 }),
  });
}

/** The documents of a configuration, for a tree below a directory. */
export function documentsOf(question: Question, root: string): string {
  const apiVersion = `kubeadm.k8s.io/${question.api}`;
  const cluster = {
    apiVersion,
    kind: 'ClusterConfiguration',
    certificatesDir: root + question.certDir,
    ...question.cluster,
  };
  const init =
    question.init === undefined ? [] : [{ apiVersion, kind: 'InitConfiguration', ...question.init }];
  const own = question.clusterFirst ? [cluster, ...init] : [...init, cluster];
  return [...own, ...question.others].map((document) => written(document, question.style)).join('---\n');
}

/** Where the certificates lie. */
export function certDirOf(question: Question, root: string): string {
  return resolve(root + question.certDir);
}

/** The text at a path of fields, where there is one. */
export function textAt(fields: Fields | undefined, ...path: readonly string[]): string | undefined {
  let value: unknown = fields;
  for (const name of path) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined;
  }
  return typeof value === 'string' ? value : undefined;
}
