import { quote } from '../../../errors/quote.ts';
import { lex } from './lex.ts';
import { textOf } from './literals.ts';
import { KEYWORDS, MAX_NESTING, PipeReader, type Pipe } from './pipes.ts';
import { templateError } from './problem.ts';

/** A part of a template (text/template/parse/node.go). */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipe: Pipe;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | undefined }
  | { readonly kind: 'break' | 'continue' };

/** A template, and those that it defines by name. */
export interface Template {
  readonly main: readonly Node[];
  readonly named: ReadonlyMap<string, readonly Node[]>;
}

/**
 * Reads a template of Go's text/template, as `kubectl config view -o go-template` has it.
 *
 * @throws PkiError `usage`
 */
export function parseGoTemplate(text: string): Template {
  return new Parser(new PipeReader(lex(text))).template();
}

/** What ended a list of nodes. */
interface List {
  readonly nodes: readonly Node[];
  readonly end: 'end' | 'else' | '';
}

class Parser {
  readonly #pieces: PipeReader;
  readonly #named = new Map<string, readonly Node[]>();
  #nesting = 0;
  #loops = 0;

  constructor(pieces: PipeReader) {
    this.#pieces = pieces;
  }

  template(): Template {
    const { nodes, end } = this.#list({ isTop: true });
    if (end !== '') throw templateError(`has {{${end}}} without an {{if}}, {{range}} or {{with}} before it`);
    return { main: nodes, named: this.#named };
  }

  #close(what: string): void {
    if (!this.#pieces.isNext('right')) throw templateError(`has more in {{${what}}} than belongs there`);
  }

  #list({ isTop = false } = {}): List {
    if (++this.#nesting > MAX_NESTING) throw templateError(`is nested deeper than ${MAX_NESTING} levels`);
    const nodes: Node[] = [];
    for (;;) {
      const { kind, text } = this.#pieces.next();
      if (kind === 'end') {
        if (!isTop) throw templateError('has an {{if}}, {{range}} or {{with}} without its {{end}}');
        return { nodes, end: '' };
      }
      if (kind === 'text') {
        nodes.push({ kind: 'text', text });
        continue;
      }
      const word = this.#pieces.skipSpace();
      const keyword = word.kind === 'word' && KEYWORDS.includes(word.text) ? word.text : '';
      if (keyword !== '') this.#pieces.next();
      if (keyword === 'end' || keyword === 'else') {
        if (keyword === 'end') this.#close('end');
        this.#nesting--;
        return { nodes, end: keyword };
      }
      nodes.push(...this.#node(keyword, isTop));
    }
  }

  #node(keyword: string, isTop: boolean): readonly Node[] {
    switch (keyword) {
      case 'if':
      case 'with':
      case 'range':
        return [this.#control(keyword)];
      case 'break':
      case 'continue':
        if (this.#loops === 0) throw templateError(`has {{${keyword}}} outside of {{range}}`);
        this.#close(keyword);
        return [{ kind: keyword }];
      case 'template': {
        const name = this.#name();
        return [
          {
            kind: 'template',
            name,
            pipe: this.#pieces.isNext('right') ? undefined : this.#pieces.pipe('template'),
          },
        ];
      }
      case 'define':
        if (!isTop) throw templateError('has {{define}} within something else');
        this.#define(this.#name(), () => {
          this.#close('define');
        });
        return [];
      case 'block': {
        const name = this.#name();
        const pipe = this.#pieces.pipe('block');
        this.#define(name, () => undefined);
        return [{ kind: 'template', name, pipe }];
      }
      default:
        return [{ kind: 'action', pipe: this.#pieces.pipe('action') }];
    }
  }

  #name(): string {
    this.#pieces.skipSpace();
    const token = this.#pieces.next();
    if (token.kind !== 'string' && token.kind !== 'raw')
      throw templateError('has a template without a name in quotes');
    return textOf(token);
  }

  #define(name: string, open: () => void): void {
    const outside = { variables: this.#pieces.variables, loops: this.#loops };
    this.#pieces.variables = [''];
    this.#loops = 0;
    open();
    const { nodes, end } = this.#list();
    if (end !== 'end') throw templateError(`has {{else}} in the template ${quote(name)}`);
    const isEmpty = (list: readonly Node[]): boolean =>
      list.every((node) => node.kind === 'text' && node.text.trim() === '');
    const present = this.#named.get(name) ?? [];
    if (!isEmpty(present) && !isEmpty(nodes)) throw templateError(`defines ${quote(name)} twice`);
    if (isEmpty(present)) this.#named.set(name, nodes);
    this.#pieces.variables = outside.variables;
    this.#loops = outside.loops;
  }

  #control(kind: 'if' | 'with' | 'range'): Node {
    const known = this.#pieces.variables.length;
    const pipe = this.#pieces.pipe(kind);
    if (kind === 'range') this.#loops++;
    const { nodes: body, end } = this.#list();
    if (kind === 'range') this.#loops--;
    const otherwise = end === 'else' ? this.#otherwise(kind) : [];
    this.#pieces.variables.length = known;
    return { kind, pipe, body, otherwise };
  }

  #otherwise(kind: 'if' | 'with' | 'range'): readonly Node[] {
    if (kind !== 'range' && this.#pieces.isNext('word', kind)) return [this.#control(kind)];
    this.#close('else');
    const { nodes, end } = this.#list();
    if (end !== 'end') throw templateError('has {{else}} twice');
    return nodes;
  }
}
