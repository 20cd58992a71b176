import { isPkiError, type PkiError } from '../../errors/pki-error.ts';
import { isGiven } from '../../kubeconfig/go-values.ts';
import type { User } from '../../kubeconfig/model.ts';
import { readTokenIfJwt } from '../../kubeconfig/service-account-token.ts';
import type { FileSource } from '../files.ts';
import type { TokenFacts } from '../inventory.ts';

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

function readClaims(text: string): TokenFacts {
  const token = readTokenIfJwt(text);
  if (token === undefined) return { state: 'opaque' };
  const { subject, issuer, expiresAt } = token;
  return {
    state: 'jwt',
    ...(subject === undefined ? {} : { subject }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(expiresAt === undefined ? {} : { expires: expiresAt.getTime() }),
  };
}
