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
