/** What a call throws or rejects with, for assertions on code, details and message. */
import { isPkiError } from '../../src/errors/index.ts';
import type { AnyPkiError } from '../../src/errors/index.ts';

/** The PkiError that the call ends with; anything else, and success too, fails the test. */
async function failureOf(call: () => unknown): Promise<AnyPkiError> {
  let value: unknown;
  try {
    value = await call();
  } catch (error) {
    if (isPkiError(error)) return error;
    throw error;
  }
  throw new Error(`expected a PkiError, got ${String(value)}`);
}

export { failureOf };
