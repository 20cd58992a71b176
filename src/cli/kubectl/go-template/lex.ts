import { quote } from '../../../errors/quote.ts';
import { templateError } from './problem.ts';

/** A piece of a template (text/template/parse/lex.go). */
export interface Token {
  readonly kind:
    | 'text'
    | 'left'
    | 'right'
    | 'space'
    | 'word'
    | 'field'
    | 'variable'
    | 'number'
    | 'rune'
    | 'string'
    | 'raw'
    | 'dot'
    | 'sign'
    | 'end';
  readonly text: string;
}

const WORD = /[\p{L}\p{Nd}_]*/uy;
const NUMBER = /[+-]?(?:0[xX][\da-fA-F_]*|0[bB][01_]*|0[oO][0-7_]*|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)/y;
const LITERALS = Object.freeze({
  '"': { kind: 'string', pattern: /"(?:[^"\\\n]|\\[^\n])*"/y },
  "'": { kind: 'rune', pattern: /'(?:[^'\\\n]|\\[^\n])*'/y },
  '`': { kind: 'raw', pattern: /`[^`]*`/y },
} as const);
const COMMENT = /\/\*[^]*?\*\/(\s-)?\}\}/y;
const RIGHT = /\}\}|[ \t\r\n]-\}\}/y;
const TERMINATOR = /^(?:[ \t\r\n.,|:()]|\}\}|$)/;

/**
 * The pieces of a template: text, and what stands in double braces; comments and the blanks that `{{- ` and ` -}}` take
 * are gone.
 *
 * @throws PkiError `usage`
 */
export function lex(text: string): readonly Token[] {
  return new Lexer(text).run();
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly Token[] {
    for (;;) {
      const open = this.#text.indexOf('{{', this.#at);
      const text = this.#text.slice(this.#at, open === -1 ? undefined : open);
      const isTrimmed = open !== -1 && /^-[ \t\r\n]/.test(this.#text.slice(open + 2, open + 4));
      const kept = isTrimmed ? text.replace(/[ \t\r\n]+$/, '') : text;
      if (kept !== '') this.#add('text', kept);
      if (open === -1) break;
      this.#at = open + (isTrimmed ? 4 : 2);
      if (this.#text.startsWith('/*', this.#at)) this.#comment();
      else this.#action();
    }
    this.#add('end', '');
    return this.#tokens;
  }

  #add(kind: Token['kind'], text: string): void {
    this.#tokens.push({ kind, text });
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#at += found[0].length;
    return found;
  }

  #comment(): void {
    const found = this.#match(COMMENT);
    if (found === undefined) throw templateError('has a comment that is not closed by */}}');
    if (found[1] !== undefined) this.#trim();
  }

  #trim(): void {
    this.#match(/[ \t\r\n]*/y);
  }

  #action(): void {
    this.#add('left', '{{');
    let depth = 0;
    for (;;) {
      const right = this.#match(RIGHT)?.[0];
      if (right !== undefined) {
        if (depth > 0) throw templateError('has a parenthesis that is not closed');
        this.#add('right', '}}');
        if (right !== '}}') this.#trim();
        return;
      }
      const token = this.#token();
      if (token.text === '(') depth++;
      if (token.text === ')' && --depth < 0) throw templateError('has a ) that closes nothing');
      this.#tokens.push(token);
    }
  }

  #token(): Token {
    const first = this.#text.charAt(this.#at);
    if (first === '') throw templateError('has an action that is not closed by }}');
    if (/[ \t\r\n]/.test(first)) return this.#space();
    if (first in LITERALS) return this.#literal(first as keyof typeof LITERALS);
    if (first === '$') return this.#name('variable');
    if (first === '.' && !/\d/.test(this.#text.charAt(this.#at + 1))) return this.#name('field');
    if (/[.+\-\d]/.test(first)) return this.#number();
    const word = this.#word();
    if (word !== '') return { kind: 'word', text: this.#terminated(word) };
    const [sign = ''] = this.#match(/:=|[=|(),]/y) ?? [];
    if (sign === '') throw templateError(`has ${quote(first)} where it means nothing`);
    return { kind: 'sign', text: sign };
  }

  /** Blanks, but for the one that belongs to ` -}}`. */
  #space(): Token {
    const [text = ''] = this.#match(/[ \t\r\n]+?(?=[ \t\r\n]-\}\}|[^ \t\r\n]|$)/y) ?? [];
    return { kind: 'space', text };
  }

  #literal(first: keyof typeof LITERALS): Token {
    const { kind, pattern } = LITERALS[first];
    const text = this.#match(pattern)?.[0];
    if (text === undefined) throw templateError('has a quote that is not closed');
    return { kind, text };
  }

  #name(kind: 'field' | 'variable'): Token {
    this.#at++;
    const name = this.#terminated(this.#word());
    return kind === 'field' && name === '' ? { kind: 'dot', text: '.' } : { kind, text: name };
  }

  #word(): string {
    return this.#match(WORD)?.[0] ?? '';
  }

  #number(): Token {
    const [text = ''] = this.#match(NUMBER) ?? [];
    if (text === '' || this.#word() !== '') throw templateError(`has ${quote(text)}, which is no number`);
    return { kind: 'number', text };
  }

  #terminated(name: string): string {
    if (!TERMINATOR.test(this.#text.slice(this.#at, this.#at + 2)))
      throw templateError(
        `has ${quote(this.#text.charAt(this.#at))} behind ${quote(name)}: a key with such a character is had by {{index . "KEY"}}`,
      );
    return name;
  }
}
