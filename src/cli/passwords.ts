import { readInput } from './input.ts';
import type { Io } from './io.ts';
import { usageError } from './usage-error.ts';
import type { Values } from './values.ts';

/**
 * The password of a key, from `--NAME-file` or `--NAME-env`; the newline at the end of a file is cut.
 *
 * @param name `key-password` or `ca-key-password`
 * @throws PkiError `usage`, `io`
 */
export async function passwordOf(values: Values, name: string, io: Io): Promise<string | undefined> {
  const file = values.text(`${name}-file`);
  const variable = values.text(`${name}-env`);
  if (file !== undefined && variable !== undefined) {
    throw usageError(`--${name}-file and --${name}-env exclude each other`, { option: `--${name}-file` });
  }
  if (file !== undefined) {
    const text = new TextDecoder().decode(await readInput(file, io));
    return nonEmpty(text.replace(/\r?\n$/, ''), `--${name}-file`);
  }
  if (variable === undefined) return undefined;
  const value = io.env[variable];
  if (value !== undefined) return nonEmpty(value, `--${name}-env`);
  throw usageError(`--${name}-env names an environment variable that is not set`, {
    option: `--${name}-env`,
  });
}

function nonEmpty(password: string, option: string): string {
  if (password !== '') return password;
  throw usageError(`${option} gives an empty password`, { option });
}
