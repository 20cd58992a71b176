import { PkiError } from '../errors/pki-error.ts';

/** A command line that cannot be understood: exit code 2. */
export function usageError(
  message: string,
  { option, hint }: { readonly option?: string; readonly hint?: string } = {},
): PkiError<'usage'> {
  return new PkiError('usage', message, {
    details: option === undefined ? {} : { option },
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The error where nothing stands in place of a file's name, as a variable that is not set leaves it. */
export function emptyName(what: string, details: { readonly option?: string } = {}): PkiError<'usage'> {
  return usageError(`${what} is empty`, { ...details, hint: 'is a variable not set?' });
}
