import { quote } from '../../../errors/quote.ts';
import { usageError } from '../../usage-error.ts';
import { GoInt } from '../go-int.ts';

/** Bounds of a slice; `undefined` where none is given. */
export interface Slice {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly step: number | undefined;
  /** Whether `to` only says that one element is meant. */
  readonly isOne: boolean;
}

/** A step of a path (client-go util/jsonpath/node.go). */
export type Step =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: boolean | GoInt | number }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'slice'; readonly slice: Slice }
  | { readonly kind: 'union'; readonly paths: readonly Path[] }
  | { readonly kind: 'filter'; readonly left: Path; readonly operator: string; readonly right: Path }
  | { readonly kind: 'wildcard' | 'recursive' | 'range' | 'end' };

/** Steps, each from what the one before has found. */
export type Path = readonly Step[];

/** Text, and paths in braces. */
export type Template = readonly (string | Path)[];

const SLICE = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;
const COMPARISON = /^([^!<>=]+)([!<>=]+)(.+)$/s;
const TERMINATOR = /[ \t\r\n.,[\]$@{}]/;
const SHORT: Readonly<Record<string, string>> = Object.freeze({
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
});

/**
 * Reads a template of kubectl's JSONPath: `{.users[?(@.name == "e2e")].user.password}`,
 * `{range .contexts[*]}{.name}{"\n"}{end}` (client-go util/jsonpath/parser.go).
 *
 * @throws PkiError `usage`
 */
export function parseTemplate(text: string): Template {
  const out: (string | Path)[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{', at);
    const end = open === -1 ? text.length : open;
    if (end > at) out.push(text.slice(at, end));
    if (open === -1) break;
    const scanner = new Scanner(text, open + 1);
    out.push(scanner.path());
    at = scanner.at;
  }
  return out;
}

function parsePath(text: string): Path {
  return new Scanner(`${text}}`, 0).path();
}

function wrong(problem: string): Error {
  return usageError(`the JSONPath ${problem}`, {
    option: '--output',
    hint: "paths stand in braces: -o jsonpath='{.clusters[0].cluster.server}'",
  });
}

/** Reads one path, up to the brace that closes it. */
class Scanner {
  at: number;
  readonly #text: string;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  path(): Path {
    const steps: Step[] = [];
    for (;;) {
      const rest = this.#text.slice(this.at, this.at + 3);
      if (rest.startsWith('}')) {
        this.at++;
        return steps;
      }
      if (rest === '[?(') steps.push(this.#filter());
      else if (rest.startsWith('..')) steps.push(...this.#recursive(steps.at(-1)));
      else steps.push(...this.#step(rest.charAt(0)));
    }
  }

  #step(first: string): readonly Step[] {
    if (first === '' || first === '\n' || first === '\r') throw wrong('has a brace that is not closed');
    if (' @$'.includes(first)) {
      this.at++;
      return [];
    }
    if (first === '[') return this.#brackets();
    if (first === '"' || first === "'") return [{ kind: 'text', text: this.#quoted(first) }];
    if (first === '.') {
      this.at++;
      return [this.#field()];
    }
    if (/[+\-\d]/.test(first)) return [this.#number()];
    if (/[\p{L}_]/u.test(first)) return [this.#word()];
    throw wrong(`has ${quote(first)} where a step is expected`);
  }

  #recursive(last: Step | undefined): readonly Step[] {
    if (last?.kind === 'recursive') throw wrong('has .. twice');
    this.at += 2;
    const recursive: Step = { kind: 'recursive' };
    return /[\p{L}\d_]/u.test(this.#text.charAt(this.at)) ? [recursive, this.#field()] : [recursive];
  }

  #field(): Step {
    let name = '';
    for (; this.at < this.#text.length && !TERMINATOR.test(this.#text.charAt(this.at)); this.at++) {
      if (this.#text.charAt(this.at) === '\\') this.at++;
      name += this.#text.charAt(this.at);
    }
    return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name };
  }

  #number(): Step {
    const [text = ''] = /^[+-]?[\d.]*/.exec(this.#text.slice(this.at)) ?? [];
    this.at += text.length;
    const value = Number(text);
    if (!/\d/.test(text) || Number.isNaN(value)) throw wrong(`has ${quote(text)}, which is no number`);
    return { kind: 'value', value: text.includes('.') ? value : new GoInt(value) };
  }

  #word(): Step {
    const start = this.at;
    while (this.at < this.#text.length && !TERMINATOR.test(this.#text.charAt(this.at))) this.at++;
    const word = this.#text.slice(start, this.at);
    if (word === 'true' || word === 'false') return { kind: 'value', value: word === 'true' };
    if (word === 'range' || word === 'end') return { kind: word };
    throw wrong(`has ${quote(word)}: expected range, end, true or false, or a field behind a dot`);
  }

  #quoted(end: string): string {
    const start = ++this.at;
    for (; this.#text.charAt(this.at) !== end || this.#text.charAt(this.at - 1) === '\\'; this.at++) {
      if (['', '\n'].includes(this.#text.charAt(this.at))) throw wrong('has a quote that is not closed');
    }
    return unquoted(this.#text.slice(start, this.at++), end);
  }

  #brackets(): readonly Step[] {
    const end = this.#text.indexOf(']', this.at);
    const line = this.#text.indexOf('\n', this.at);
    if (end === -1 || (line !== -1 && line < end)) throw wrong('has a bracket that is not closed');
    const inner = this.#text.slice(this.at + 1, end);
    this.at = end + 1;
    const parts = inner.split(',');
    if (parts.length > 1)
      return [{ kind: 'union', paths: parts.map((part) => parsePath(`[${part.replace(/^ +| +$/g, '')}]`)) }];
    const key = /^'([^']*)'$/.exec(inner)?.[1];
    return key === undefined ? [{ kind: 'slice', slice: sliceOf(inner) }] : parsePath(`.${key}`);
  }

  #filter(): Step {
    const start = this.at + 3;
    let pair: string | undefined;
    let isClosed = false;
    for (this.at = start; ; this.at++) {
      const character = this.#text.charAt(this.at);
      if (character === '' || character === '\n') throw wrong('has a filter that is not closed');
      const isQuote = character === '"' || character === "'";
      if (isQuote && pair === undefined) pair = character;
      else if (character === pair && this.#text.charAt(this.at - 1) !== '\\') isClosed = true;
      if (character === ')' && (pair === undefined || isClosed)) break;
    }
    const text = this.#text.slice(start, this.at);
    if (this.#text.charAt(this.at + 1) !== ']') throw wrong('has a filter without a bracket behind it');
    this.at += 2;
    const [, left = text, operator = 'exists', right = ''] = COMPARISON.exec(text) ?? [];
    return { kind: 'filter', left: parsePath(left), operator, right: parsePath(right) };
  }
}

function sliceOf(text: string): Slice {
  const match = SLICE.exec(text === '*' ? ':' : text);
  if (match === null) throw wrong(`has ${quote(text)}, which is no index`);
  const [, from = '', to, step] = match;
  const number = (part: string | undefined): number | undefined =>
    part === undefined || part === '' ? undefined : Number(part);
  const first = number(from);
  if (to === undefined) return { from: first, to: (first ?? 0) + 1, step: undefined, isOne: true };
  return { from: first, to: number(to.slice(1)), step: number(step?.slice(1)), isOne: false };
}

const ESCAPE =
  /\\(?:x(?<hex2>[\da-fA-F]{2})|u(?<hex4>[\da-fA-F]{4})|U(?<hex8>[\da-fA-F]{8})|(?<octal>[0-7]{3})|(?<one>.)|$)/gs;

/** What stands between quotes, with Go's escapes (strconv.UnquoteChar). */
function unquoted(text: string, end: string): string {
  let out = '';
  let at = 0;
  for (const { 0: whole, index, groups = {} } of text.matchAll(ESCAPE)) {
    const { hex2, hex4, hex8, octal, one } = groups;
    const hex = hex2 ?? hex4 ?? hex8;
    const code = octal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(octal, 8);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : one === end ? end : SHORT[one ?? ''];
    if (character === undefined) throw wrong(`has ${quote(whole)}, which is no escape`);
    out += text.slice(at, index) + character;
    at = index + whole.length;
  }
  return out + text.slice(at);
}
