import { isBuiltin } from 'node:module';
import ts from 'typescript';
import { walk } from './source-graph.ts';
import type { Import, SourceFile } from './source-graph.ts';

const KERNEL = ['asn1', 'crypto', 'net', 'yaml', 'errors'];
const MODULES = ['ca', 'kubeconfig', 'inspect', 'node', 'peculiar'];

interface Layer {
  /** Layers it may import besides itself. */
  readonly imports: readonly string[];
  /** Layers of which it may import types as well. */
  readonly types?: readonly string[];
}

const aModule = (also: readonly string[] = []): Layer => ({
  imports: ['x509', ...KERNEL, ...also],
  types: MODULES,
});

/** Which layer may import which: the folders of src/, and `index.ts` beside them. */
const LAYERS: ReadonlyMap<string, Layer> = new Map<string, Layer>([
  ['cli', { imports: ['index.ts', 'check', 'pki', ...MODULES, 'x509', ...KERNEL] }],
  ['index.ts', { imports: ['check', 'pki', ...MODULES, 'x509', ...KERNEL] }],
  ['check', { imports: ['pki', ...MODULES, 'x509', ...KERNEL] }],
  ['pki', { imports: [...MODULES, 'x509', ...KERNEL] }],
  ['ca', aModule()],
  ['kubeconfig', aModule()],
  ['inspect', aModule()],
  ['node', { ...aModule(['ca', 'kubeconfig']), types: [...MODULES, 'check'] }],
  ['peculiar', aModule(['ca'])],
  ['x509', { imports: KERNEL }],
  ['crypto', { imports: ['asn1', 'errors'] }],
  ['yaml', { imports: ['asn1', 'errors'] }],
  ['asn1', { imports: ['errors'] }],
  ['net', { imports: ['errors'] }],
  ['errors', { imports: [] }],
]);

/** The layer of a file: its first folder, or its own name directly under src/. */
export function layerOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function breaksLayers(from: string, { target, typeOnly }: Import): boolean {
  const to = layerOf(target);
  const layer = LAYERS.get(from);
  if (layer === undefined) return true;
  return to !== from && !layer.imports.includes(to) && !(typeOnly && layer.types?.includes(to) === true);
}

/** Imports that do not point down, as `file -> file`. */
export function upwardImports(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter((one) => one.local && breaksLayers(layerOf(path), one))
      .map(({ target }) => `${path} -> ${target}`),
  );
}

/** Layers of src/ that the table does not know. */
export function unknownLayers(files: readonly SourceFile[]): string[] {
  return [...new Set(files.map(({ path }) => layerOf(path)))].filter((layer) => !LAYERS.has(layer));
}

/** Files that import themselves in a circle at run time, as `a -> b -> a`. */
export function cycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ local, typeOnly }) => local && !typeOnly).map(({ target }) => target),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

const NODE_LAYERS = ['cli', 'pki', 'node'];

/**
 * Imports of Node built-ins where the code must run in browsers. Only `crypto` asks the platform for one at run
 * time, and may name its types.
 */
export function builtinImports(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !NODE_LAYERS.includes(layerOf(path)))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => isBuiltin(target))
        .filter(({ typeOnly, asked }) => layerOf(path) !== 'crypto' || !(typeOnly || asked))
        .map(({ target }) => `${path} -> ${target}`),
    );
}

const NODE_GLOBALS = ['Buffer', 'require', '__dirname', '__filename', 'setImmediate'];

// Adapters that only a Node process gets to: they are handed the module that the platform was asked for.
const isNodeAdapter = (path: string): boolean => path.startsWith('crypto/node-');

/** Identifiers that only Node has, by file; `crypto` may look for `process`. */
export function nodeGlobals(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !NODE_LAYERS.includes(layerOf(path)) && !isNodeAdapter(path))
    .flatMap(({ path, tree }) => {
      const found: string[] = [];
      walk(tree, (node) => {
        if (!ts.isIdentifier(node)) return;
        const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
        const isGlobal = NODE_GLOBALS.includes(node.text) && !isMember;
        const isProcess = node.text === 'process' && layerOf(path) !== 'crypto';
        if (isGlobal || isProcess) found.push(`${path}: ${node.text}`);
      });
      return found;
    });
}

/** Printing and ending the process outside src/cli. */
export function prints(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => layerOf(path) !== 'cli')
    .flatMap(({ path, tree }) => {
      const found: string[] = [];
      walk(tree, (node) => {
        if (ts.isIdentifier(node) && node.text === 'console') found.push(`${path}: console`);
        if (!ts.isPropertyAccessExpression(node) || !/(?:^|\.)process$/.test(node.expression.getText()))
          return;
        const forbidden = ['exit', 'exitCode', 'abort', 'stdout', 'stderr', 'emitWarning'];
        if (forbidden.includes(node.name.text)) found.push(`${path}: ${node.getText()}`);
      });
      return found;
    });
}

/** `export *` and default exports. */
export function unnamedExports(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, tree }) =>
    tree.statements
      .filter((statement) => {
        if (ts.isExportDeclaration(statement)) {
          const clause = statement.exportClause;
          const names = clause !== undefined && ts.isNamedExports(clause) ? clause.elements : [];
          return statement.moduleSpecifier !== undefined &&
            (clause === undefined || ts.isNamespaceExport(clause))
            ? true
            : names.some(({ name }) => name.text === 'default');
        }
        if (ts.isExportAssignment(statement)) return true;
        const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
        return modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
      })
      .map((statement) => `${path}: ${statement.getText().split('\n')[0] ?? ''}`),
  );
}

/** Names of files that are not kebab-case. */
export function oddNames(files: readonly SourceFile[]): string[] {
  return files
    .map(({ path }) => path)
    .filter((path) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(path));
}
