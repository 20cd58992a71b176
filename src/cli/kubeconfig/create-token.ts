import type { Finding } from '../../errors/finding.ts';
import { isPkiError, PkiError } from '../../errors/pki-error.ts';
import { readServiceAccountToken, type ServiceAccountToken } from '../../kubeconfig/service-account-token.ts';
import type { Credentials } from './create-credentials.ts';
import { below, type Place } from './create-place.ts';

/** Where a token is from and where it goes. */
interface TokenContext {
  /** Its file, absolute. */
  readonly path: string;
  /** What to call that in messages. */
  readonly source: string;
  readonly place: Place;
  readonly now: Date;
}

/**
 * The credentials that a token is.
 *
 * @throws PkiError `invalid-value` where it is none: empty, or several words
 */
export function tokenCredentials(text: string, { path, source, place, now }: TokenContext): Credentials {
  const token = tokenOf(text, source);
  const isNamed = place.form !== 'embed';
  const user = isNamed ? { tokenFile: place.form === 'files' ? below(path, place.target) : path } : { token };
  const read = jwtOf(token);
  if (read === undefined) {
    const notices = [note('opaque-token', 'warning', source, OPAQUE)];
    return { name: undefined, identity: { user: undefined, groups: [] }, user, notices };
  }
  const { subject, namespace, serviceAccount, expiresAt } = read;
  return {
    // As flags of kubectl name service accounts: NAMESPACE:NAME.
    name:
      serviceAccount === undefined || namespace === undefined ? subject : `${namespace}:${serviceAccount}`,
    identity: { user: subject, groups: [] },
    user,
    // What is named by path is replaced before it ends.
    notAfter: isNamed ? undefined : expiresAt,
    namespace,
    notices: tokenNotices(read, { source, now, isNamed }),
  };
}

const OPAQUE = 'the token is no JWT: whose it is, and until when, only the API server can say';

function tokenOf(text: string, source: string): string {
  const token = text.trim();
  if (token !== '' && /^[\x21-\x7e]+$/.test(token)) return token;
  const actual = token === '' ? 'it is empty' : 'there are several words, or characters that no token has';
  throw new PkiError('invalid-value', `${source} holds no token: ${actual}`, {
    details: { kind: 'token', value: '(not repeated)', expected: 'one word of ASCII characters' },
  });
}

/** What a token says about itself; `undefined` where it is of another kind. */
function jwtOf(token: string): ServiceAccountToken | undefined {
  try {
    return readServiceAccountToken(token);
  } catch (error) {
    if (isPkiError(error, 'invalid-value')) return undefined;
    throw error;
  }
}

function tokenNotices(
  { expiresAt, notBefore, boundTo }: ServiceAccountToken,
  { source, now, isNamed }: { readonly source: string; readonly now: Date; readonly isNamed: boolean },
): Finding[] {
  const found = [note('token-not-verified', 'info', source, UNVERIFIED)];
  if (notBefore !== undefined && now < notBefore)
    found.push(note('not-yet-valid', 'warning', source, `the token is valid from ${iso(notBefore)} only`));
  const until = boundTo === undefined ? '' : `, or when the ${boundTo.kind} ${boundTo.name} is deleted`;
  if (expiresAt === undefined) {
    const message = `the token has no end: it is valid until ${boundTo === undefined ? 'the keys of the API server change' : `the ${boundTo.kind} ${boundTo.name} is deleted`}`;
    found.push({
      ...note('token-without-end', 'warning', source, message),
      fix: 'make one that ends: kubectl create token NAME --duration 8h',
    });
  } else if (now >= expiresAt)
    found.push({
      ...note('expired', 'warning', source, `the token expired at ${iso(expiresAt)}`),
      fix: 'make another: kubectl create token NAME',
    });
  else if (!isNamed)
    found.push(note('token-ends', 'info', source, `the token ends at ${iso(expiresAt)}${until}`));
  return found;
}

const UNVERIFIED = 'the token is read, not verified: whether it is good, only the API server can say';

/** A date of a token, to the second as tokens have them. */
const iso = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

function note(code: string, severity: Finding['severity'], path: string, message: string): Finding {
  return { code, severity, path, message };
}
