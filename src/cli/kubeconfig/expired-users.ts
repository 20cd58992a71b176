import { decodeBase64 } from '../../asn1/base64.ts';
import type { Finding } from '../../errors/finding.ts';
import { isPkiError, PkiError } from '../../errors/pki-error.ts';
import { quote } from '../../errors/quote.ts';
import { isGiven } from '../../kubeconfig/go-values.ts';
import type { Kubeconfig, User } from '../../kubeconfig/model.ts';
import { certificatesIn } from '../certificates-in.ts';
import { readNamed } from './read-named.ts';

/** Users whose certificate has ended. */
export interface ExpiredUsers {
  /** Why a user is of no use any more, as a clause, by its name. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Users of which it cannot be told, or that have another credential. */
  readonly notices: readonly Finding[];
}

/**
 * Users whose only credential is a client certificate that has ended at a time.
 *
 * @param configs all that are used together, with absolute paths
 */
export function expiredUsers(configs: readonly Kubeconfig[], now: Date): ExpiredUsers {
  const reasons = new Map<string, string>();
  const notices: Finding[] = [];
  const seen = new Set<string>();
  for (const { name, user } of configs.flatMap(({ users }) => users)) {
    // Of several with one name the first counts, as for kubectl.
    if (seen.has(name)) continue;
    seen.add(name);
    const keep = (why: string): void => {
      const message = `the user ${quote(name)} is kept: ${why}`;
      notices.push({ code: 'user-kept', severity: 'warning', path: '', message });
    };
    try {
      const end = endOf(name, user);
      if (end === undefined || end >= now) continue;
      const ended = `its client certificate ended ${end.toISOString()}`;
      if (hasOther(user)) keep(`${ended}, and it has another credential`);
      else reasons.set(name, ended);
    } catch (error) {
      if (!isPkiError(error)) throw error;
      keep(error.message);
    }
  }
  return { reasons, notices };
}

/** An API server that does not take the certificate looks at the other credential. */
function hasOther({ token, tokenFile, username, exec, authProvider }: User): boolean {
  return [token, tokenFile, username].some(isGiven) || exec !== undefined || authProvider !== undefined;
}

/**
 * The end of a user's certificate: of the first one, as the others are its chain; `undefined` where there is none.
 *
 * @throws PkiError `io`, `invalid-pem`
 */
function endOf(name: string, user: User): Date | undefined {
  const { clientCertificate: path, clientCertificateData: data } = user;
  if (isGiven(data))
    return endIn(decodeBase64(data) ?? new Uint8Array(), `the client certificate of ${quote(name)}`);
  return isGiven(path) ? endIn(readNamed(path), path) : undefined;
}

function endIn(input: Uint8Array, source: string): Date | undefined {
  const { certificates, problems } = certificatesIn(input, source);
  const problem = problems.get(0);
  if (problem === undefined) return certificates[0]?.notAfter.date;
  throw new PkiError('invalid-pem', `${source}: ${problem}`, {
    details: { source, expected: 'a certificate' },
  });
}
