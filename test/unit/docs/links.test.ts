import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { COMMAND_TABLE } from '../../../src/cli/commands.ts';
import { PROFILES } from '../../../src/ca/profiles.ts';
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
