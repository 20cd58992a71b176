import { loadAuthority, type Authority } from '../ca/authority.ts';
import type { Environment } from '../crypto/environment.ts';
import { readInput, sourceName, STANDARD } from './input.ts';
import type { Io } from './io.ts';
import { passwordOf } from './passwords.ts';
import type { Values } from './values.ts';

/**
 * Loads the CA that an option names: BASE.crt and BASE.key, or both from standard input.
 *
 * @throws PkiError `usage`, `io`, and those of certificates and keys that cannot be read
 */
export async function loadAuthorityOf(
  base: string,
  { values, environment }: { readonly values: Values; readonly environment: Environment },
  io: Io,
): Promise<Authority> {
  const [certificateFile, keyFile] =
    base === STANDARD ? [STANDARD, STANDARD] : [`${base}.crt`, `${base}.key`];
  const certificate = await readInput(certificateFile, io);
  const key = keyFile === STANDARD ? certificate : await readInput(keyFile, io);
  const password = await passwordOf(values, 'ca-key-password', io);
  const sources = { source: sourceName(certificateFile), keySource: sourceName(keyFile) };
  return loadAuthority(
    { certificate, key, ...sources, ...(password === undefined ? {} : { password }) },
    environment,
  );
}
