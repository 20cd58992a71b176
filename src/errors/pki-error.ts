/** One thing wrong with a document, named by the path of the field: `networking.serviceSubnet`, `users[2].name`. */
export interface Problem {
  /** Path of the field from the document's root; `''` for the document as a whole. */
  readonly path: string;
  /** What is wrong, what was expected and what was found; lower case, no full stop, input quoted. */
  readonly message: string;
}

/** What each code of {@link PkiError} carries in `details`. */
export interface PkiErrorDetails {
  /** A name, address, duration, version or other value does not have the form it needs. */
  'invalid-value': { readonly kind: string; readonly value: string; readonly expected: string };
  /** Text is not YAML or JSON as Kubernetes reads it. `line` and `column` count from 1. */
  'invalid-yaml': { readonly source?: string; readonly line?: number; readonly column?: number };
  /** A configuration document has problems; all of them are listed. */
  'invalid-config': { readonly source?: string; readonly problems: readonly Problem[] };
  /** A kubeconfig has problems; all of them are listed. */
  'invalid-kubeconfig': { readonly source?: string; readonly problems: readonly Problem[] };
  /** Text is not PEM, or does not hold the block that is needed. */
  'invalid-pem': { readonly source?: string; readonly label?: string; readonly expected?: string };
  /** Bytes are not the DER that is needed. `offset` counts bytes from the start of the input. */
  'invalid-der': { readonly offset: number; readonly expected?: string };
  /** A key cannot be read, or is not the kind that is needed. */
  'invalid-key': { readonly source?: string; readonly expected?: string };
  /** An encrypted key was given without a password. */
  'password-required': { readonly source?: string };
  /** The password does not open the encrypted key. */
  'wrong-password': { readonly source?: string };
  /** A key, signature or cipher algorithm that this library does not handle. */
  'unsupported-algorithm': { readonly algorithm: string; readonly supported: readonly string[] };
  /** Input is larger, deeper or more repetitive than the bound that protects the reader. */
  'limit-exceeded': { readonly limit: string; readonly maximum: number; readonly source?: string };
  /** The issuer cannot sign this: not a CA, outside its validity, wrong key, key usage or path length. */
  'invalid-issuer': {
    readonly reason: 'not-ca' | 'expired' | 'not-yet-valid' | 'key-mismatch' | 'path-length' | 'key-usage';
    readonly subject: string;
  };
  /** What was asked for cannot be issued under this profile. */
  'invalid-request': { readonly problems: readonly Problem[] };
  /** The certificate read back after signing is not the one that was asked for. */
  'verification-failed': { readonly field: string; readonly expected: string; readonly actual: string };
  /** The file system refused. `errno` is the system's code: `EACCES`, `ENOSPC`. */
  io: { readonly operation: string; readonly path: string; readonly errno: string };
  /** A file exists and may not be overwritten. */
  'file-exists': { readonly path: string };
  /** A file is not what it must be: a directory, a dangling link, changed while it was read. */
  'unexpected-file': { readonly path: string; readonly expected: string; readonly actual: string };
  /** Another run holds the lock. */
  locked: { readonly path: string; readonly holder: string; readonly since: string };
  /** The machine does not tell what a default needs: no host name, no default route. */
  'no-default': { readonly option: string };
  /** The command line was used wrongly. */
  usage: { readonly option?: string };
}

/** The closed set of error codes. */
export type PkiErrorCode = keyof PkiErrorDetails;

/** Options of {@link PkiError}: details by code, an optional hint that says what to do, and the cause. */
export interface PkiErrorOptions<C extends PkiErrorCode> {
  readonly details: PkiErrorDetails[C];
  /** What the reader can do about it; lower case, no full stop. */
  readonly hint?: string;
  readonly cause?: unknown;
}

// Shared by the ESM and the CommonJS copy of this class, which `instanceof` tells apart.
const BRAND = Symbol.for('kubepki.PkiError');

/**
 * The one error that this library throws for input it cannot accept and for a world that does not cooperate.
 * Messages are lower case without a full stop and never hold a secret.
 */
export class PkiError<C extends PkiErrorCode = PkiErrorCode> extends Error {
  override readonly name: string = 'PkiError';
  readonly code: C;
  readonly details: PkiErrorDetails[C];
  readonly hint: string | undefined;
  readonly [BRAND] = true;

  constructor(code: C, message: string, options: PkiErrorOptions<C>) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.hint = options.hint;
  }
}

/** A {@link PkiError} of any code, for `switch (error.code)`: each branch knows its details. */
export type AnyPkiError = { [C in PkiErrorCode]: PkiError<C> }[PkiErrorCode];

/** Whether a value is a {@link PkiError}, from whichever copy (ESM or CommonJS) of this library it comes. */
export function isPkiError(value: unknown): value is AnyPkiError;
/**
 * Whether a value is a {@link PkiError} of one code.
 *
 * @param value anything, usually what was caught
 * @param code the only code that counts
 */
export function isPkiError<C extends PkiErrorCode>(value: unknown, code: C): value is PkiError<C>;
export function isPkiError(value: unknown, code?: PkiErrorCode): boolean {
  if (typeof value !== 'object' || value === null || !(BRAND in value)) return false;
  return code === undefined || (value as PkiError).code === code;
}
