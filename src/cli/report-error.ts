import { isPkiError, type AnyPkiError, type PkiErrorCode, type Problem } from '../errors/pki-error.ts';
import type { Io } from './io.ts';
import { renderDocument } from './json.ts';
import { printable } from './text.ts';

/** What was being done when an error came up. */
export interface ErrorContext {
  readonly argv: readonly string[];
  /** The command's words; none where it was not found. */
  readonly what?: string;
  /** Exit code of what failed, where it is not 1. */
  readonly failureCode?: number | undefined;
  /** Exit code of wrong usage and of input that cannot be read, where it is not 2. */
  readonly unusableCode?: number | undefined;
}

const UNUSABLE = 2;
const FAILED = 1;

/** Errors that mean wrong usage, or input that cannot be read; all others mean that it failed. */
const UNUSABLE_INPUT: ReadonlySet<PkiErrorCode> = new Set<PkiErrorCode>([
  'usage',
  'no-default',
  'invalid-value',
  'invalid-request',
  'invalid-config',
  'invalid-kubeconfig',
  'invalid-yaml',
  'invalid-pem',
  'invalid-der',
  'invalid-key',
  'password-required',
  'wrong-password',
  'unsupported-algorithm',
  'limit-exceeded',
]);

/**
 * Says what went wrong: on standard error as text, and with `-o json` on standard output as a document too.
 *
 * @returns the exit code
 */
export function reportError(error: unknown, io: Io, context: ErrorContext): number {
  const known = isPkiError(error) ? error : undefined;
  const what = context.what ?? (known?.code === 'usage' ? known.code : undefined);
  const prefix = what === undefined ? 'kubepki: ' : `kubepki: ${what}: `;
  if (known === undefined) {
    const message = error instanceof Error ? error.message : String(error);
    io.stderr(`${prefix}internal error: ${printable(message)}\n`);
    if (!isDebugging(io)) io.stderr('hint: this is a bug of kubepki; KUBEPKI_DEBUG=1 shows where\n');
  } else {
    io.stderr(
      `${[...errorLines(known)].map((line, index) => (index === 0 ? prefix + line : line)).join('\n')}\n`,
    );
    if (known.hint !== undefined) io.stderr(`hint: ${printable(known.hint)}\n`);
  }
  if (isDebugging(io)) io.stderr(`${stackOf(error)}\n`);
  if (wantsJson(context.argv)) io.stdout(renderDocument('Error', errorFields(error)));
  return exitCodeOf(error) === FAILED ? (context.failureCode ?? FAILED) : (context.unusableCode ?? UNUSABLE);
}

function exitCodeOf(error: unknown): number {
  if (!isPkiError(error)) return FAILED;
  if (error.code === 'io') return error.details.operation === 'read' ? UNUSABLE : FAILED;
  // What would outlive its CA is well asked for, but the answer is no.
  if (error.code === 'invalid-request' && error.details.problems.every(({ path }) => path === 'validity'))
    return FAILED;
  return UNUSABLE_INPUT.has(error.code) ? UNUSABLE : FAILED;
}

const WHOSE_PROBLEMS: Readonly<Partial<Record<PkiErrorCode, string>>> = Object.freeze({
  'invalid-config': 'the configuration',
  'invalid-request': 'what is asked for',
});

function problemsOf(error: AnyPkiError): readonly Problem[] {
  return 'problems' in error.details ? error.details.problems : [];
}

function* errorLines(error: AnyPkiError): Generator<string> {
  const problems = problemsOf(error);
  if (problems.length < 2) {
    yield printable(error.message);
    return;
  }
  const source = 'source' in error.details ? error.details.source : undefined;
  yield `${printable(source ?? WHOSE_PROBLEMS[error.code] ?? 'the input')} has ${problems.length} problems`;
  for (const { path, message } of problems)
    yield `  ${printable(path === '' ? message : `${path}: ${message}`)}`;
}

function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (!isPkiError(error))
    return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
  const { code, message, hint, details } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }), details };
}

// The command line may be what could not be read, so it is only looked at.
function wantsJson(argv: readonly string[]): boolean {
  return argv.some((argument, index) => {
    if (argument === '-o' || argument === '--output') return argv[index + 1] === 'json';
    return argument === '-ojson' || argument === '-o=json' || argument === '--output=json';
  });
}

function isDebugging({ env }: Io): boolean {
  const value = env['KUBEPKI_DEBUG'];
  return value !== undefined && value !== '' && value !== '0';
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by: ${stackOf(error.cause)}`;
}
