import { decodeBase64 } from '../asn1/base64.ts';
import { isPkiError, PkiError } from '../errors/pki-error.ts';

/** What a token says about itself. Nothing of it is verified: only the API server can. */
export interface ServiceAccountToken {
  /** The user that the API server knows its holder as: `system:serviceaccount:NAMESPACE:NAME`. */
  readonly subject: string | undefined;
  readonly namespace: string | undefined;
  /** Name of the service account. */
  readonly serviceAccount: string | undefined;
  /** `https` URL of who issued it. */
  readonly issuer: string | undefined;
  /** Who is to accept it; none where it does not say. */
  readonly audiences: readonly string[];
  readonly issuedAt: Date | undefined;
  readonly notBefore: Date | undefined;
  /** The end; `undefined` in tokens of Secrets, which have none. */
  readonly expiresAt: Date | undefined;
  /** The object that it ends with. */
  readonly boundTo: { readonly kind: 'Pod' | 'Secret' | 'Node'; readonly name: string } | undefined;
}

const SUBJECT = /^system:serviceaccount:([^:]+):([^:]+)$/;
/** Claims of tokens in Secrets (kubernetes pkg/serviceaccount/legacy.go). */
const LEGACY = 'kubernetes.io/serviceaccount/';

/**
 * Reads the token of a service account, a JWT: bound ones, as of the TokenRequest API, and those of Secrets. A JWT of
 * someone else is read as far as it goes. The signature is not verified (kubernetes pkg/serviceaccount/claims.go, RFC 7519 4.1).
 *
 * @throws PkiError `invalid-value` for what is no JWT; the token is not repeated
 */
export function readServiceAccountToken(text: string): ServiceAccountToken {
  const claims = claimsOf(text);
  const bound = objectOf(claims['kubernetes.io']);
  const subject = textOf(claims['sub']);
  const [, subjectNamespace, subjectName] = SUBJECT.exec(subject ?? '') ?? [];
  const { aud } = claims;
  return {
    subject,
    namespace: textOf(bound['namespace']) ?? textOf(claims[`${LEGACY}namespace`]) ?? subjectNamespace,
    serviceAccount:
      textOf(objectOf(bound['serviceaccount'])['name']) ??
      textOf(claims[`${LEGACY}service-account.name`]) ??
      subjectName,
    issuer: textOf(claims['iss']),
    audiences: (Array.isArray(aud) ? aud : [aud]).flatMap((one) => textOf(one) ?? []),
    issuedAt: dateOf(claims['iat']),
    notBefore: dateOf(claims['nbf']),
    expiresAt: dateOf(claims['exp']),
    boundTo: boundTo(bound, claims),
  };
}

/** The same of any token; `undefined` for what is no JWT. */
export function readTokenIfJwt(text: string): ServiceAccountToken | undefined {
  try {
    return readServiceAccountToken(text);
  } catch (error) {
    if (isPkiError(error, 'invalid-value')) return undefined;
    throw error;
  }
}

type Claims = Readonly<Record<string, unknown>>;

/** Kinds by their claims. A pod's token names its node too, which it does not end with: the pod comes first. */
const KINDS = Object.freeze([
  ['Pod', 'pod'],
  ['Secret', 'secret'],
  ['Node', 'node'],
] as const);

function boundTo(bound: Claims, claims: Claims): ServiceAccountToken['boundTo'] {
  for (const [kind, claim] of KINDS) {
    const name = textOf(objectOf(bound[claim])['name']);
    if (name !== undefined) return { kind, name };
  }
  const secret = textOf(claims[`${LEGACY}secret.name`]);
  return secret === undefined ? undefined : { kind: 'Secret', name: secret };
}

function claimsOf(text: string): Claims {
  if (typeof text !== 'string') throw new TypeError('a token must be a string');
  const [header = '', payload = '', signature, ...more] = text.trim().split('.');
  if (signature === undefined || more.length > 0) throw noJwt('it has not three parts with dots between');
  // An algorithm is what tells a JWT from other things with two dots.
  if (textOf(jsonOf(header)['alg']) === undefined) throw noJwt('its header names no algorithm');
  return jsonOf(payload);
}

function jsonOf(part: string): Claims {
  const standard = part.replace(/-/g, '+').replace(/_/g, '/');
  const bytes = decodeBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='));
  if (bytes === undefined) throw noJwt('a part of it is not base64url');
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Claims;
  } catch {
    // The platform's words would repeat a piece of it.
  }
  throw noJwt('a part of it is not a JSON object');
}

function noJwt(why: string): PkiError<'invalid-value'> {
  return new PkiError('invalid-value', `the token is not a JWT: ${why}`, {
    details: {
      kind: 'token',
      value: '(not repeated)',
      expected: 'a JWT: three base64url parts with dots between',
    },
    hint: 'kubectl create token NAME makes one for a service account',
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function objectOf(value: unknown): Claims {
  return typeof value === 'object' && value !== null ? (value as Claims) : {};
}

/** RFC 7519 2, NumericDate: seconds, with fractions where it likes. */
function dateOf(value: unknown): Date | undefined {
  if (typeof value !== 'number') return undefined;
  const date = new Date(value * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
