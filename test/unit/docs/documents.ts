/** README.md and docs/*.md, taken apart: code blocks, links, headings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/foreign.ts';

interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

interface Document {
  /** Path below the repository's root. */
  readonly name: string;
  readonly blocks: readonly CodeBlock[];
  /** What stands outside code blocks. */
  readonly prose: string;
}

function parseDocument(name: string, text: string): Document {
  const blocks: CodeBlock[] = [];
  const prose = text.replace(/^```(\w*)\n([^]*?)^```$/gm, (_whole, language: string, body: string) => {
    blocks.push({ language, text: body });
    return '';
  });
  return { name, blocks, prose };
}

/** README.md first, then docs/ by name. */
function readDocuments(): Document[] {
  const names = readdirSync(join(repositoryRoot, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...names.sort().map((name) => `docs/${name}`)].map((name) =>
    parseDocument(name, readFileSync(join(repositoryRoot, name), 'utf8')),
  );
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf({ prose }: Document): Set<string> {
  const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The targets of a document's links that are not addresses of the web. */
function linksOf({ prose }: Document): string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The lines of a document's shell blocks; a backslash at the end of a line joins it to the next. */
function shellLinesOf({ blocks }: Document): string[] {
  return blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replaceAll('\\\n', '').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** All TypeScript of a document as one module: its blocks build on each other, as a reader reads them. */
function moduleOf({ blocks }: Document): string {
  const lines = blocks.filter(({ language }) => language === 'ts').flatMap(({ text }) => text.split('\n'));
  const isImport = (line: string): boolean => line.startsWith('import ');
  const imports = [...new Set(lines.filter(isImport))];
  return [...imports, ...lines.filter((line) => !isImport(line)), 'export {};', ''].join('\n');
}

export { anchorsOf, linksOf, moduleOf, parseDocument, readDocuments, shellLinesOf };
export type { CodeBlock, Document };
