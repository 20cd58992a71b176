/**
 * The one error class of kubepki, its codes, and findings.
 *
 * @module
 */
export { PkiError, isPkiError } from './pki-error.ts';
export type { AnyPkiError, PkiErrorCode, PkiErrorDetails, PkiErrorOptions, Problem } from './pki-error.ts';
export type { Finding, Severity } from './finding.ts';
