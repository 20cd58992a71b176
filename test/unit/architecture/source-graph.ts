import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../../support/foreign.ts';

/** One import of a file, static, dynamic or in a type. */
export interface Import {
  /** Path below src/ with `/`, or the specifier of a package or built-in. */
  readonly target: string;
  readonly local: boolean;
  /** Gone when compiled. */
  readonly typeOnly: boolean;
  /** By `getBuiltinModule`, which answers undefined where there is no such module. */
  readonly asked: boolean;
}

/** One file of src/. */
export interface SourceFile {
  /** Path below src/, with `/`: `x509/name.ts`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

const sourceRoot = join(repositoryRoot, 'src');
const slashes = (path: string): string => path.split(sep).join('/');

/** Calls `visit` for a node and everything below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => {
    walk(child, visit);
  });
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  // Under verbatimModuleSyntax `import { type A }` stays as an import, so only the whole statement counts.
  return ts.isExportDeclaration(node)
    ? node.isTypeOnly
    : node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function specifierOf(node: ts.Node): { specifier: ts.Node; typeOnly?: boolean; asked?: boolean } | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return { specifier: node.moduleSpecifier, typeOnly: isTypeOnly(node) };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { specifier: node.argument.literal, typeOnly: true };
  }
  if (!ts.isCallExpression(node) || node.arguments[0] === undefined) return undefined;
  const called = node.expression.getText();
  if (called.endsWith('getBuiltinModule')) return { specifier: node.arguments[0], asked: true };
  return called === 'import' || called === 'require' ? { specifier: node.arguments[0] } : undefined;
}

function importsOf(tree: ts.SourceFile, file: string): Import[] {
  const found: Import[] = [];
  walk(tree, (node) => {
    const one = specifierOf(node);
    if (one === undefined) return;
    const { specifier, typeOnly = false, asked = false } = one;
    const text = ts.isStringLiteralLike(specifier) ? specifier.text : specifier.getText();
    const local = text.startsWith('.');
    const target = local ? slashes(relative(sourceRoot, resolve(dirname(file), text))) : text;
    found.push({ target, local, typeOnly, asked });
  });
  return found;
}

/** Parses one file; `path` is below src/. */
export function parseSource(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  return { path, text, tree, imports: importsOf(tree, join(sourceRoot, path)) };
}

/** All files of src/, parsed. */
export function readSources(): readonly SourceFile[] {
  return readdirSync(sourceRoot, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => slashes(relative(sourceRoot, join(entry.parentPath, entry.name))))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(sourceRoot, path), 'utf8')));
}
