import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../../support/foreign.ts';
import { moduleOf, readDocuments } from './documents.ts';

/** Compiles texts as modules of this package, against its sources; the messages of what is wrong. */
function compile(modules: ReadonlyMap<string, string>): string[] {
  const configFile = join(repositoryRoot, 'tsconfig.json');
  const { config } = ts.readConfigFile(configFile, (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repositoryRoot);
  const texts = new Map(
    [...modules].map(([name, text]) => [join(repositoryRoot, 'docs', `${name}.ts`), text]),
  );
  const paths = { kubepki: ['./src/index.ts'], 'kubepki/*': ['./src/*/index.ts'] };
  const settings = {
    ...options,
    noEmit: true,
    declaration: false,
    rootDir: repositoryRoot,
    paths,
    pathsBasePath: repositoryRoot,
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(settings);
  const onDisk = ts.createCompilerHost(settings);
  host.getSourceFile = (path, target, ...rest) => {
    const text = texts.get(path);
    if (text === undefined) return onDisk.getSourceFile(path, target, ...rest);
    // As an ECMAScript module, which package.json says by "type".
    const file = ts.createSourceFile(path, text, target, true);
    file.impliedNodeFormat = ts.ModuleKind.ESNext;
    return file;
  };
  host.fileExists = (path) => texts.has(path) || onDisk.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? onDisk.readFile(path);
  const program = ts.createProgram([...texts.keys()], settings, host);
  return [...texts.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText, start = 0 }) => {
      const line = file?.text.slice(start).split('\n')[0] ?? '';
      return `${path.slice(repositoryRoot.length + 1)}: ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

describe('the TypeScript of the documentation', () => {
  const modules = new Map(
    readDocuments()
      .filter(({ blocks }) => blocks.some(({ language }) => language === 'ts'))
      .map((document) => [document.name.replace('/', '-'), moduleOf(document)]),
  );

  test('compiles, strictly, against the sources', () => {
    expect([...modules.keys()]).toContain('README.md');
    expect(compile(modules)).toEqual([]);
  }, 60_000);

  test('would not compile with a name or type that is not there', () => {
    const text = `import { gone } from 'kubepki';\nimport { issue } from 'kubepki/ca';\ngone(issue(1));\n`;
    expect(compile(new Map([['wrong', text]]))).toEqual([
      expect.stringContaining("no exported member 'gone'"),
      expect.stringContaining('Expected 2-3 arguments, but got 1'),
    ]);
  }, 60_000);
});
