import { quote } from '../../../errors/quote.ts';
import { FUNCTIONS } from './functions.ts';
import type { Token } from './lex.ts';
import { operandOf, type Operand } from './literals.ts';
import { templateError } from './problem.ts';

/** A function or a value with its arguments. */
export type Command = readonly [Operand, ...Operand[]];

/** Commands, each with what the one before gave as its last argument; and the variables that it is for. */
export interface Pipe {
  readonly variables: readonly string[];
  /** `=` rather than `:=`. */
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

/** Most levels of what stands in something else. */
export const MAX_NESTING = 500;

/** Words that are no functions. */
export const KEYWORDS: readonly string[] = Object.freeze(
  'block break continue define else end if range template with'.split(' '),
);

const OPERANDS: readonly Token['kind'][] = [
  'word',
  'dot',
  'field',
  'number',
  'rune',
  'string',
  'raw',
  'variable',
];

/** Reads pieces of a template one after the other, and what stands in an action. */
export class PipeReader {
  /** Names that are known here; that of `$` is empty. */
  variables: string[] = [''];
  readonly #tokens: readonly Token[];
  #at = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The next piece. */
  peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  /** Takes the next piece. */
  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** The next piece that is no blank. */
  skipSpace(): Token {
    while (this.peek().kind === 'space') this.#at++;
    return this.peek();
  }

  /** Takes the next piece, if it is this one. */
  isNext(kind: Token['kind'], text?: string): boolean {
    const next = this.skipSpace();
    if (next.kind !== kind || (text !== undefined && next.text !== text)) return false;
    this.#at++;
    return true;
  }

  /** Commands up to the end of the action, or to the parenthesis that ends them. */
  pipe(context: string): Pipe {
    const end: Pick<Token, 'kind' | 'text'> =
      context === '(' ? { kind: 'sign', text: ')' } : { kind: 'right', text: '}}' };
    const { variables, isAssignment } = this.#declaration(context);
    const commands: Command[] = [];
    while (!this.isNext(end.kind, end.text)) commands.push(this.#command());
    if (commands.length === 0) throw templateError('has an action in which there is nothing');
    const isValue = ([first]: Command): boolean => ['literal', 'dot', 'nil'].includes(first.kind);
    if (commands.slice(1).some(isValue))
      throw templateError('has a value behind | where a function is expected');
    return { variables, isAssignment, commands };
  }

  #declaration(context: string): { readonly variables: readonly string[]; readonly isAssignment: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    while (this.skipSpace().kind === 'variable') {
      variables.push(this.next().text);
      const { kind, text } = this.skipSpace();
      if (kind === 'sign' && (text === ':=' || text === '=')) {
        this.#at++;
        this.variables.push(...variables);
        return { variables, isAssignment: text === '=' };
      }
      if (text !== ',') break;
      if (context !== 'range' || variables.length > 1)
        throw templateError('declares too many variables at once');
      this.#at++;
    }
    if (variables.length > 1) throw templateError('has a range with variables and no := behind them');
    this.#at = start;
    return { variables: [], isAssignment: false };
  }

  #command(): Command {
    const operands: Operand[] = [];
    for (;;) {
      this.skipSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const { kind, text } = this.peek();
      if (kind === 'space') this.#at++;
      else if (text === '|') {
        this.#at++;
        break;
      } else if (kind === 'right' || text === ')') break;
      else throw templateError(`has ${quote(text)} right behind a value`);
    }
    const [first, ...rest] = operands;
    if (first === undefined) throw templateError('has an empty command');
    return [first, ...rest];
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined || this.peek().kind !== 'field') return term;
    const names: string[] = [];
    while (this.peek().kind === 'field') names.push(this.next().text);
    if (term.kind === 'field' || term.kind === 'variable')
      return { ...term, names: [...term.names, ...names] };
    if (['literal', 'dot', 'nil'].includes(term.kind))
      throw templateError(`asks ${quote(names[0])} of what has no fields`);
    return { kind: 'chain', of: term, names };
  }

  #term(): Operand | undefined {
    const token = this.peek();
    if (token.text === '(' && token.kind === 'sign') {
      this.#at++;
      if (++this.#nesting > MAX_NESTING) throw templateError(`is nested deeper than ${MAX_NESTING} levels`);
      const pipe = this.pipe('(');
      this.#nesting--;
      return { kind: 'pipe', pipe };
    }
    if (!OPERANDS.includes(token.kind)) return undefined;
    if (token.kind === 'word' && KEYWORDS.includes(token.text))
      throw templateError(`has ${quote(token.text)} in the midst of an action`);
    this.#at++;
    const operand = operandOf(token);
    if (operand.kind === 'function' && !Object.hasOwn(FUNCTIONS, operand.name))
      throw templateError(`has no function ${quote(operand.name)}`);
    if (operand.kind === 'variable' && !this.variables.includes(operand.name))
      throw templateError(`has no variable ${quote(`$${operand.name}`)}`);
    return operand;
  }
}
