import { decodeBase64 } from '../../asn1/base64.ts';
import { isPkiError, type PkiError } from '../../errors/pki-error.ts';
import { isGiven } from '../../kubeconfig/go-values.ts';
import type { User } from '../../kubeconfig/model.ts';
import type { FileSource } from '../files.ts';
import type { TokenFacts } from '../inventory.ts';
import { fields } from './fields.ts';

/** A token's file, and who is told where it cannot be read. */
export interface TokenFiles {
  readonly files: FileSource;
  /** Where a path of the kubeconfig leads. */
  readonly located: (path: string) => string;
  readonly onError: (path: string, error: PkiError) => void;
}

/**
 * What is known of a user's token, without anything of it that is secret. Where there are a token and a file of one, the
 * file counts as long as it can be read (client-go rest/config.go, BearerTokenFile).
 */
export function tokenFacts({ token, tokenFile }: User, place: TokenFiles): TokenFacts | undefined {
  const own = isGiven(token) ? readClaims(token) : undefined;
  if (!isGiven(tokenFile)) return own;
  const path = place.located(tokenFile);
  try {
    const bytes = place.files.read(path);
    if (bytes !== undefined) return readClaims(new TextDecoder().decode(bytes));
    return own ?? { state: 'missing' };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    if (own === undefined) place.onError(path, error);
    return own ?? { state: 'unread' };
  }
}

/** What a JSON Web Token says of itself (RFC 7519 4.1). Its signature is not looked at: only the API server has the key. */
function readClaims(token: string): TokenFacts {
  const parts = token.trim().split('.');
  const claims = parts.length === 3 ? decodeClaims(parts[1] ?? '') : undefined;
  if (claims === undefined) return { state: 'opaque' };
  const { sub, iss, exp } = claims;
  return {
    state: 'jwt',
    ...(typeof sub === 'string' ? { subject: sub } : {}),
    ...(typeof iss === 'string' ? { issuer: iss } : {}),
    // Later than that, a Date has no time.
    ...(typeof exp === 'number' && Math.abs(exp) < 8.64e12 ? { expires: exp * 1000 } : {}),
  };
}

function decodeClaims(part: string): Readonly<Record<string, unknown>> | undefined {
  const plain = part.replace(/-/g, '+').replace(/_/g, '/');
  const bytes = decodeBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, '='));
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? fields(claims)
      : undefined;
  } catch {
    return undefined;
  }
}
