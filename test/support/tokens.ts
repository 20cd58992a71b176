/** Tokens that nobody has signed. */

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT of some claims; its signature is none. */
export function jwt(claims: Readonly<Record<string, unknown>>): string {
  return `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}.c2lnbmF0dXJl`;
}
