import { platformCrypto, type Environment } from '../crypto/environment.ts';
import { parseDuration, parseInstant } from '../x509/duration.ts';
import type { Io } from './io.ts';
import { usageError } from './usage-error.ts';
import type { Values } from './values.ts';

/**
 * The cryptography and the clock that the options ask for.
 *
 * @throws PkiError `invalid-value` for a `--now` that is no RFC 3339 time
 */
export function environmentOf(values: Values, io: Io): Required<Environment> {
  const rsaGeneration = values.text('rsa-generation') === 'platform' ? 'platform' : 'primes';
  return { now: clockOf(values, io), crypto: platformCrypto({ rsaGeneration }) };
}

/**
 * The time that is taken for now.
 *
 * @throws PkiError `invalid-value` for a `--now` that is no RFC 3339 time
 */
export function clockOf(values: Values, io: Io): Date {
  const now = values.text('now');
  return now === undefined ? io.now() : parseInstant(now);
}

/**
 * A whole number from an option; `undefined` where it was not given.
 *
 * @throws PkiError `usage`
 */
export function wholeNumber(values: Values, name: string, maximum: number): number | undefined {
  const text = values.text(name);
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (number <= maximum) return number;
  throw usageError(`--${name} is a whole number from 0 to ${maximum}, got ${JSON.stringify(text)}`, {
    option: `--${name}`,
  });
}

/**
 * A duration from an option, in milliseconds; `0` is none at all.
 *
 * @throws PkiError `invalid-value`
 */
export function durationOption(values: Values, name: string): number | undefined {
  const text = values.text(name);
  return text === undefined ? undefined : parseDuration(text);
}
