import { quote } from '../../../errors/quote.ts';
import { GoInt } from '../go-int.ts';
import { FUNCTIONS, type TemplateFunction } from './functions.ts';
import type { Operand } from './literals.ts';
import type { Node, Template } from './parse.ts';
import type { Command, Pipe } from './pipes.ts';
import { templateError } from './problem.ts';
import { asGo, isList, isMap, isTrue, sortedEntries, typeOf, written, type Value } from './values.ts';

/** A variable of a template. */
interface Variable {
  readonly name: string;
  value: Value;
}

/** No value, as before the first command of a pipe; `undefined` is one. */
const NONE = Symbol('none');

/** What leaves a loop, or a round of it. */
type Leave = 'break' | 'continue' | undefined;

const MAX_DEPTH = 500;
const NOTHING: TemplateFunction = { parameters: [], isVariadic: false, call: () => undefined };

/**
 * The text that a template makes of a document (text/template/exec.go).
 *
 * @param options `isStrict`: a key that is not there is an error, and not `<no value>`
 * @throws PkiError `usage` where the template asks of a value what it has not
 */
export function renderGoTemplate(
  template: Template,
  document: Value,
  { isStrict = false }: { readonly isStrict?: boolean } = {},
): string {
  const run = new Run(template, isStrict);
  run.all(template.main, asGo(document));
  return run.out.join('');
}

class Run {
  readonly out: string[] = [];
  readonly #template: Template;
  readonly #isStrict: boolean;
  #variables: Variable[] = [];
  #depth = 0;

  constructor(template: Template, isStrict: boolean) {
    this.#template = template;
    this.#isStrict = isStrict;
  }

  /** Nodes with variables of their own, of which `$` is the document. */
  all(nodes: readonly Node[], dot: Value): void {
    if (++this.#depth > MAX_DEPTH)
      throw templateError(`calls templates from templates more than ${MAX_DEPTH} deep`);
    const outside = this.#variables;
    this.#variables = [{ name: '', value: dot }];
    this.#walk(nodes, dot);
    this.#variables = outside;
    this.#depth--;
  }

  #walk(nodes: readonly Node[], dot: Value): Leave {
    for (const node of nodes) {
      const leave = this.#node(node, dot);
      if (leave !== undefined) return leave;
    }
    return undefined;
  }

  #node(node: Node, dot: Value): Leave {
    switch (node.kind) {
      case 'text':
        this.out.push(node.text);
        return undefined;
      case 'action': {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.out.push(written(value));
        return undefined;
      }
      case 'template': {
        const named = this.#template.named.get(node.name);
        if (named === undefined) throw templateError(`defines no template ${quote(node.name)}`);
        this.all(named, node.pipe === undefined ? undefined : this.#pipe(node.pipe, dot));
        return undefined;
      }
      case 'range':
        return this.#within(() => this.#range(node, dot));
      case 'if':
      case 'with':
        return this.#within(() => {
          const value = this.#pipe(node.pipe, dot);
          if (isTrue(value)) return this.#walk(node.body, node.kind === 'with' ? value : dot);
          return this.#walk(node.otherwise, dot);
        });
      default:
        return node.kind;
    }
  }

  /** Variables that are made within end with it. */
  #within(work: () => Leave): Leave {
    const known = this.#variables.length;
    const leave = work();
    this.#variables.length = known;
    return leave;
  }

  #range({ pipe, body, otherwise }: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: Value): Leave {
    const rounds = roundsOf(this.#pipe(pipe, dot));
    if (rounds.length === 0) return this.#walk(otherwise, dot);
    for (const [key, value] of rounds) {
      const values = pipe.variables.length > 1 ? [key, value] : [value];
      for (const [at, name] of pipe.variables.entries()) this.#variable(name).value = values[at];
      if (this.#within(() => this.#walk(body, value)) === 'break') break;
    }
    return undefined;
  }

  /** The variable of a name: of several the last one made. */
  #variable(name: string): Variable {
    const found = this.#variables.findLast((one) => one.name === name);
    if (found === undefined)
      throw templateError(`uses the variable ${quote(`$${name}`)} before it has a value`);
    return found;
  }

  #pipe({ commands, variables, isAssignment }: Pipe, dot: Value): Value {
    let value: Value = NONE;
    // What comes out of a command is there, or is not: a null is not.
    for (const command of commands) value = this.#command(command, dot, value) ?? undefined;
    for (const name of variables) {
      if (isAssignment) this.#variable(name).value = value;
      else this.#variables.push({ name, value });
    }
    return value;
  }

  #command([first, ...rest]: Command, dot: Value, piped: Value): Value {
    if (first.kind === 'function') return this.#call(first.name, rest, { dot, piped });
    if (first.kind === 'nil') throw templateError('has nil where a value is expected');
    if (rest.length === 0 && piped === NONE) return this.#operand(first, dot);
    // A field of what is not there takes arguments: it is nothing in any case.
    const names = 'names' in first ? first.names : [];
    const owner =
      'names' in first && names.length > 0
        ? this.#operand({ ...first, names: names.slice(0, -1) }, dot)
        : null;
    if (owner === undefined && !this.#isStrict) return undefined;
    throw templateError('gives arguments to what is no function');
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return operand.value;
      case 'field':
        return this.#fields(dot, operand.names);
      case 'variable':
        return this.#fields(this.#variable(operand.name).value, operand.names);
      case 'chain':
        if (operand.of.kind === 'nil') throw templateError('asks a field of nil');
        return this.#fields(this.#operand(operand.of, dot), operand.names);
      case 'pipe':
        return this.#pipe(operand.pipe, dot);
      case 'function':
        return this.#call(operand.name, [], { dot, piped: NONE });
    }
  }

  #fields(value: Value, names: readonly string[]): Value {
    return names.reduce((one, name) => this.#field(one, name), value);
  }

  #field(value: Value, name: string): Value {
    if (value === undefined) {
      if (this.#isStrict) throw templateError(`asks ${quote(name)} of what is not there`);
      return undefined;
    }
    if (!isMap(value)) throw templateError(`asks ${quote(name)} of a value of type ${typeOf(value)}`);
    if (Object.hasOwn(value, name)) return value[name];
    if (this.#isStrict) throw templateError(`asks for ${quote(name)}, which is not there`);
    return undefined;
  }

  #call(name: string, operands: readonly Operand[], { dot, piped }: { dot: Value; piped: Value }): Value {
    const { parameters, isVariadic, call } = FUNCTIONS[name] ?? NOTHING;
    const count = operands.length + (piped === NONE ? 0 : 1);
    if (count < parameters.length || (!isVariadic && count > parameters.length))
      throw templateError(`calls ${name} with ${count} arguments`);
    if (name === 'and' || name === 'or') return this.#chain(name, operands, { dot, piped });
    const values = operands.map((operand) => this.#operand(operand, dot));
    if (piped !== NONE) values.push(piped);
    for (const [at, value] of values.entries())
      if (parameters[at] === 'text' && typeof value !== 'string')
        throw templateError(`gives ${name} a value of type ${typeOf(value)} where text is expected`);
    return call(values);
  }

  /** The first of them that decides it, and no more than that one is asked for. */
  #chain(
    name: 'and' | 'or',
    operands: readonly Operand[],
    { dot, piped }: { readonly dot: Value; readonly piped: Value },
  ): Value {
    let value: Value;
    for (const operand of operands) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped === NONE ? value : piped;
  }
}

/** Rounds of a loop: key and value. */
function roundsOf(value: Value): readonly (readonly [Value, Value])[] {
  if (value === undefined || value === null) return [];
  if (isList(value)) return value.map((one, at) => [new GoInt(at), one]);
  if (isMap(value)) return sortedEntries(value);
  throw templateError(`has a range over a value of type ${typeOf(value)}`);
}
