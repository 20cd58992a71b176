import type { PkiError } from '../../../errors/pki-error.ts';
import { usageError } from '../../usage-error.ts';

/** A template that cannot be read, or asks of a kubeconfig what it has not. */
export function templateError(problem: string): PkiError<'usage'> {
  return usageError(`the Go template ${problem}`, {
    option: '--output',
    hint: "actions stand in double braces: -o go-template='{{range .users}}{{.name}} {{end}}'",
  });
}
