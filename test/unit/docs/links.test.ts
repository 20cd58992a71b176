import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { COMMAND_TABLE } from '../../../src/cli/commands.ts';
import { PROFILES } from '../../../src/ca/profiles.ts';
import { AUTHORITY_ROWS, CERTIFICATE_ROWS } from '../../../src/pki/layout/certificate-rows.ts';
import { KUBECONFIG_ROWS } from '../../../src/pki/layout/kubeconfig-rows.ts';
import { parseClusterConfig } from '../../../src/pki/spec/parse.ts';
import { repositoryRoot } from '../../support/foreign.ts';
import { anchorsOf, linksOf, parseDocument, readDocuments, shellLinesOf } from './documents.ts';
import type { Document } from './documents.ts';

const documents = readDocuments();
const byName = new Map(documents.map((document) => [document.name, document]));

/** Links of a document that lead nowhere. */
function brokenLinks(document: Document): string[] {
  return linksOf(document).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? document.name : join(dirname(document.name), path);
    if (!existsSync(join(repositoryRoot, file))) return true;
    const target = byName.get(file);
    return anchor !== undefined && (target === undefined || !anchorsOf(target).has(anchor));
  });
}

const flagsIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag);

const ALWAYS = ['--help', '--version'];
const knownFlags = new Set([
  ...ALWAYS,
  ...COMMAND_TABLE.commands.flatMap(({ options }) => options.map(({ name }) => `--${name}`)),
]);

/** What is wrong with a shell line that calls kubepki: no such command, or a flag that the command does not have. */
function wrongCall(line: string): string | undefined {
  const words = line.split(/\s+/).slice(1);
  if (words.every((word) => ALWAYS.includes(word))) return undefined;
  const command = COMMAND_TABLE.commands.find(({ path }) =>
    path.every((word, index) => words[index] === word),
  );
  if (command === undefined) return `no such command: ${line}`;
  const own = new Set([...ALWAYS, ...command.options.map(({ name }) => `--${name}`)]);
  const unknown = flagsIn(line).filter((flag) => !own.has(flag));
  return unknown.length === 0 ? undefined : `${unknown.join()}: ${line}`;
}

const callsIn = (document: Document): string[] =>
  shellLinesOf(document).filter((line) => line.startsWith('kubepki ') && !line.includes('--no-such-flag'));

describe.each(documents.map((document) => [document.name, document] as const))('%s', (_name, document) => {
  test('links to what is there', () => {
    expect(brokenLinks(document)).toEqual([]);
  });

  test('names flags that exist', () => {
    // Words of other programs stand in code spans that begin with the program's name.
    const spans = [...document.prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
    const own = spans.filter((span) => /^(?:--|kubepki )/.test(span));
    expect(own.flatMap(flagsIn).filter((flag) => !knownFlags.has(flag))).toEqual([]);
  });

  test('calls commands that exist, with flags that they have', () => {
    expect(callsIn(document).flatMap((line) => wrongCall(line) ?? [])).toEqual([]);
  });
});

test('the README is short, and leads to every guide', () => {
  const readme = readFileSync(join(repositoryRoot, 'README.md'), 'utf8');
  expect(readme.split('\n').length).toBeLessThanOrEqual(200);
  const guides = documents.map(({ name }) => name).filter((name) => name !== 'README.md');
  expect(guides.filter((name) => !readme.includes(`(${name})`))).toEqual([]);
});

test('the scripts that the documentation runs are in the manifest', () => {
  const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  const wanted = documents.flatMap(({ prose, blocks }) => {
    const text = [prose, ...blocks.map((block) => block.text)].join('\n');
    return [...text.matchAll(/\bnpm (?:run )?(build|test|demo|lint|docs|check|run ([\w:-]+))\b/g)].map(
      ([, name = '', run]) => run ?? name,
    );
  });
  expect(wanted).toContain('test');
  expect(wanted.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('every flag of every command stands in a guide', () => {
  const guides = documents.filter(({ name }) => name !== 'README.md');
  const explained = new Set(
    guides.flatMap(({ prose, blocks }) => flagsIn([prose, ...blocks.map(({ text }) => text)].join('\n'))),
  );
  expect([...knownFlags].filter((flag) => !explained.has(flag) && !ALWAYS.includes(flag))).toEqual([]);
});

test('the table of the tree has every certificate and kubeconfig', () => {
  const prose = byName.get('docs/cluster-tree.md')?.prose ?? '';
  const rows = [...AUTHORITY_ROWS, ...CERTIFICATE_ROWS].map(({ base }) => `\`${base}.crt\``);
  expect(
    [...rows, ...KUBECONFIG_ROWS.map(({ id }) => `\`${id}\``)].filter((name) => !prose.includes(name)),
  ).toEqual([]);
});

describe('the configurations shown', () => {
  const shown = documents.flatMap(({ name, blocks }) =>
    blocks
      .filter(({ language, text }) => language === 'yaml' && /^apiVersion: (?:kubeadm|kubepki)/m.test(text))
      .map(({ text }) => [name, text] as const),
  );
  const example = readFileSync(join(repositoryRoot, 'examples/cluster.yaml'), 'utf8');

  test.each([...shown, ['examples/cluster.yaml', example] as const])(
    '%s is read without a warning',
    (_name, text) => {
      const defaults = { hostName: () => 'cp-1', address: () => '10.0.0.10' };
      expect(parseClusterConfig(text, { strict: true, defaults }).warnings).toEqual([]);
    },
  );

  test('are some', () => {
    expect(shown.length).toBeGreaterThan(2);
  });
});

test('the table of errors has every code and what it carries', () => {
  const source = readFileSync(join(repositoryRoot, 'src/errors/pki-error.ts'), 'utf8');
  const body = /export interface PkiErrorDetails \{([^]*?)\n\}/.exec(source)?.[1] ?? '';
  const codes = [...body.matchAll(/^ {2}'?([a-z-]+)'?: \{([^]*?)\};?$/gm)].map(([, code, fields = '']) => [
    code,
    [...fields.matchAll(/readonly (\w+)\??:/g)].map(([, field]) => field),
  ]);
  const rows = [
    ...(byName.get('docs/errors.md')?.prose ?? '').matchAll(/^\| `([a-z-]+)`[^\n]*\|([^|\n]*)\|$/gm),
  ].map(([, code, fields = '']) => [code, [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field)]);
  expect(codes.length).toBeGreaterThan(15);
  expect(rows).toEqual(codes);
});

test('the table of profiles has every profile and its validity', () => {
  const prose = byName.get('docs/library.md')?.prose ?? '';
  const rows = [...prose.matchAll(/^\| `([a-z-]+)`\s*\|[^|\n]*\| `(\d+y)`/gm)].map(([, ...row]) => row);
  expect(rows).toEqual(PROFILES.map(({ name, validity }) => [name, validity]));
});

describe('the checks find', () => {
  const wrong = parseDocument(
    'docs/wrong.md',
    '# A title\n\n[a](gone.md) [b](#a-title) [c](#gone)\n\n```sh\nkubepki apply --rootfs x --gone\nkubepki gone\n```\n',
  );

  test('links that lead nowhere', () => {
    expect(brokenLinks({ ...wrong, name: 'docs/errors.md' })).toEqual(['gone.md', '#a-title', '#gone']);
  });

  test('commands and flags that are not there', () => {
    expect(callsIn(wrong).map(wrongCall)).toEqual([
      '--gone: kubepki apply --rootfs x --gone',
      'no such command: kubepki gone',
    ]);
  });
});
