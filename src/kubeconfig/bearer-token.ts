import { decodeBase64 } from '../asn1/base64.ts';

/** What a token says of itself without being asked whether it is true (RFC 7519 4.1). */
export interface TokenClaims {
  /** Who it is for. */
  readonly subject: string | undefined;
  /** The first moment at which it is not valid any more. */
  readonly expires: Date | undefined;
}

/** The claims of a JWT; `undefined` for all other tokens. They are no secret, and the signature is not looked at. */
export function tokenClaims(token: string): TokenClaims | undefined {
  const parts = token.split('.');
  const [, payload = ''] = parts;
  if (parts.length !== 3) return undefined;
  const base64 = payload.replaceAll('-', '+').replaceAll('_', '/');
  const bytes = decodeBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='));
  if (bytes === undefined) return undefined;
  const claims = parsedObject(new TextDecoder().decode(bytes));
  if (claims === undefined) return undefined;
  const subject: unknown = Reflect.get(claims, 'sub');
  const seconds: unknown = Reflect.get(claims, 'exp');
  const expires = typeof seconds === 'number' ? new Date(seconds * 1000) : undefined;
  return {
    subject: typeof subject === 'string' ? subject : undefined,
    expires: expires === undefined || Number.isNaN(expires.getTime()) ? undefined : expires,
  };
}

function parsedObject(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
