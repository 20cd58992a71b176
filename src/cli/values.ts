import type { OptionRow } from './command.ts';

/** What an option was given: nothing, a flag, or texts. */
export type OptionValue = true | readonly string[];

/** The options of one call. Asking for an option that the command does not have is a mistake of ours. */
export class Values {
  readonly #known: ReadonlySet<string>;
  readonly #given: ReadonlyMap<string, OptionValue>;
  /** The arguments that are not options, in order. */
  readonly operands: readonly string[];

  constructor(
    options: readonly OptionRow[],
    given: ReadonlyMap<string, OptionValue> = new Map(),
    operands: readonly string[] = [],
  ) {
    this.#known = new Set(options.map(({ name }) => name));
    this.#given = given;
    this.operands = operands;
  }

  /** The value of an option; `undefined` where it was not given. */
  text(name: string): string | undefined {
    return this.texts(name).at(-1);
  }

  /** The value of an option that is required. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new TypeError(`--${name} is not required`);
    return value;
  }

  /** All values of an option that may be given several times. */
  texts(name: string): readonly string[] {
    const value = this.#of(name);
    return value === undefined || value === true ? [] : value;
  }

  /** All values, of which each may be several with commas between. */
  list(name: string): readonly string[] {
    return this.texts(name).flatMap((text) => text.split(',').map((part) => part.trim()));
  }

  /** Whether a flag was given. */
  flag(name: string): boolean {
    return this.#of(name) === true;
  }

  #of(name: string): OptionValue | undefined {
    if (!this.#known.has(name)) throw new TypeError(`this command has no option --${name}`);
    return this.#given.get(name);
  }
}
