import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeBase64 } from '../../asn1/base64.ts';
import type { Finding } from '../../errors/finding.ts';
import { ioError } from '../../errors/io-error.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { quote } from '../../errors/quote.ts';
import { isGiven } from '../../kubeconfig/go-values.ts';
import type { User } from '../../kubeconfig/model.ts';
import { certificatesIn } from '../certificates-in.ts';

/** What tells users whose certificate has ended. */
export interface ExpiredUsers {
  /** Why a user is of no use any more, as a clause; relative paths are resolved against the folder. */
  readonly whyUseless: (name: string, user: User, folder: string) => string | undefined;
  /** What cannot be told, once for each user. */
  readonly notices: () => readonly Finding[];
}

/** Users whose only credential is a client certificate that has ended at a time. */
export function expiredUsers(now: Date): ExpiredUsers {
  const notices = new Map<string, Finding>();
  const note = (name: string, message: string): undefined => {
    notices.set(name, { code: 'user-kept', severity: 'warning', path: '', message });
  };
  return {
    whyUseless: (name, user, folder) => {
      const what = `the user ${quote(name)} is kept`;
      let end: Date | undefined;
      try {
        end = endOf(name, user, folder);
      } catch (error) {
        if (!isPkiError(error)) throw error;
        return note(name, `${what}: ${error.message}`);
      }
      if (end === undefined || end >= now) return undefined;
      const ended = `its client certificate ended ${end.toISOString()}`;
      return hasOther(user) ? note(name, `${what}: ${ended}, and it has another credential`) : ended;
    },
    notices: () => [...notices.values()],
  };
}

/** An API server that does not take the certificate looks at the other credential. */
function hasOther({ token, tokenFile, username, exec, authProvider }: User): boolean {
  return [token, tokenFile, username].some(isGiven) || exec !== undefined || authProvider !== undefined;
}

/**
 * The end of a user's certificate, the first one of what it has, as the others are its chain; `undefined` where it has none.
 *
 * @throws PkiError `io`, `invalid-pem`, `invalid-der`
 */
function endOf(name: string, user: User, folder: string): Date | undefined {
  const { clientCertificate: path, clientCertificateData: data } = user;
  if (isGiven(data))
    return endIn(decodeBase64(data) ?? new Uint8Array(), `the client certificate of ${quote(name)}`);
  if (!isGiven(path)) return undefined;
  const file = resolve(folder, path);
  return endIn(readNamed(file), file);
}

function endIn(input: Uint8Array, source: string): Date | undefined {
  const { certificates, problems } = certificatesIn(input, source);
  return problems.has(0) ? undefined : certificates[0]?.notAfter.date;
}

function readNamed(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw ioError('read', path, error);
  }
}
