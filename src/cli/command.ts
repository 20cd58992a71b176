import type { Io } from './io.ts';
import type { Values } from './values.ts';

/** An option of a command. */
export interface OptionRow {
  /** Without the dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help: `FILE` and `BASE` complete to files, `DIR` to directories. */
  readonly value?: string;
  readonly description: string;
  /** Whether it may be given several times. */
  readonly multiple?: boolean;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** Whether the command does nothing without it. */
  readonly required?: boolean;
}

/** The arguments of a command that are not options. */
export interface Operands {
  /** What stands for one in the help: `FILE` and `PATH` complete to files. */
  readonly name: string;
  /** How many it needs at least, and takes at most. */
  readonly min: number;
  readonly max: number;
}

/** A line that a person can type, and what it is for. */
export interface Example {
  readonly what: string;
  readonly line: string;
}

/** A command: how it is called, what its help says, and where its code is. */
export interface CommandRow {
  /** Its words after `kubepki`: `['ca', 'create']`. */
  readonly path: readonly string[];
  /** Other words for its last one, which no list shows. */
  readonly aliases?: readonly string[];
  /** One line, as a verb: lower case, no full stop. */
  readonly summary: string;
  /** What follows the path in the usage line. */
  readonly usage: string;
  /** What else there is to know, as lines. */
  readonly notes?: readonly string[];
  readonly examples: readonly Example[];
  readonly options: readonly OptionRow[];
  /** Its arguments that are not options; none where it is left out. */
  readonly operands?: Operands;
  /** Whether the command reads its arguments by itself: then `values` is empty, and only `--help` is ours. */
  readonly raw?: boolean;
  /** Exit code of what failed, where it is not 1. */
  readonly failureCode?: (values: Values) => number;
  /** Exit code of wrong usage and of input that cannot be read, where it is not 2. */
  readonly unusableCode?: number;
  /** Loads its code, and nothing before that. */
  readonly load: () => Promise<RunCommand>;
}

/** A word that several commands begin with. */
export interface GroupRow {
  readonly path: readonly string[];
  readonly summary: string;
}

/** Every command and group. */
export interface CommandTable {
  readonly commands: readonly CommandRow[];
  readonly groups: readonly GroupRow[];
}

/** What a command is called with. */
export interface CommandInput {
  readonly values: Values;
  /** The arguments after the command's words, as they were given. */
  readonly argv: readonly string[];
  readonly table: CommandTable;
}

/**
 * Runs a command.
 *
 * @returns the exit code
 */
export type RunCommand = (input: CommandInput, io: Io) => Promise<number>;
