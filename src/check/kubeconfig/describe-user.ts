import type { User } from '../../kubeconfig/model.ts';
import type { TokenFacts } from '../inventory.ts';
import type { CertificateFacts } from '../rules/facts.ts';
import { has } from '../rules/kubeconfig-users.ts';
import { shellWord } from '../rules/words.ts';
import type { LoginMethod, UserFacts } from './kubeconfig-report.ts';
import { groupMeaning, userMeaning } from './meanings.ts';

/** What is known of a user's credentials. */
export interface Credentials {
  readonly user: User;
  /** That of its client certificate, where it could be read. */
  readonly certificate: CertificateFacts | undefined;
  readonly token: TokenFacts | undefined;
}

/** Who somebody is to the API server. */
interface Login {
  readonly method: LoginMethod;
  readonly detail?: string;
  readonly identity?: string;
  readonly groups?: readonly string[];
  /** Milliseconds since 1970. */
  readonly until?: number | undefined;
}

/** A time as reports have it. */
export function instant(milliseconds: number | undefined): { readonly notAfter?: string } {
  return milliseconds === undefined ? {} : { notAfter: new Date(milliseconds).toISOString() };
}

/** A user as a report has it: how it logs in, who it is then, and what that means. */
export function describeUser(name: string, credentials: Credentials | undefined): UserFacts {
  if (credentials === undefined) return { name, found: false, method: 'none', groups: [] };
  const { method, detail, identity, groups = [], until } = loginOf(credentials);
  const meaning = identity === undefined ? undefined : userMeaning(identity);
  const { as, asGroups = [] } = credentials.user;
  const other = has(as) ? (as ?? '') : undefined;
  return {
    name,
    found: true,
    method,
    ...(detail === undefined ? {} : { detail }),
    ...(identity === undefined ? {} : { identity }),
    ...(meaning === undefined ? {} : { meaning }),
    groups: groups.map(groupMeaning),
    ...instant(until),
    ...(other === undefined ? {} : { impersonates: { user: other, groups: asGroups.map(groupMeaning) } }),
    ...permissionsOf(other ?? identity, other === undefined ? groups : asGroups),
  };
}

/** Groups that everybody is in go without saying. */
const IMPLIED: ReadonlySet<string> = new Set(['system:authenticated', 'system:unauthenticated']);

function permissionsOf(
  identity: string | undefined,
  groups: readonly string[],
): { readonly permissions?: string } {
  if (identity === undefined) return {};
  const named = groups.filter((group) => !IMPLIED.has(group));
  const words = [`--as=${shellWord(identity)}`, ...named.map((group) => `--as-group=${shellWord(group)}`)];
  return { permissions: `kubectl auth can-i --list ${words.join(' ')}` };
}

/** What counts: a certificate is asked for first; what is there already goes before what a program would fetch. */
function loginOf({ user, certificate, token }: Credentials): Login {
  const { clientCertificate, clientCertificateData, username, exec, authProvider } = user;
  if (has(clientCertificate) || has(clientCertificateData)) return certificateLogin(certificate);
  if (has(user.token) || has(user.tokenFile)) return tokenLogin(token, user.tokenFile);
  if (has(username))
    return {
      method: 'password',
      detail: 'which API servers have not taken since 1.19',
      identity: username ?? '',
    };
  if (exec !== undefined) return { method: 'exec', detail: exec.command };
  if (authProvider !== undefined) return { method: 'auth-provider', detail: authProvider.name };
  return { method: 'none', identity: 'system:anonymous', groups: ['system:unauthenticated'] };
}

/** The common name is the user, organizations are groups (kubernetes.io, "Authenticating": X.509 client certificates). */
function certificateLogin(certificate: CertificateFacts | undefined): Login {
  if (certificate === undefined) return { method: 'client-certificate', detail: 'which cannot be read' };
  const { commonName, organizations, notAfter } = certificate;
  return {
    method: 'client-certificate',
    ...(commonName === undefined ? { detail: 'without a common name' } : { identity: commonName }),
    groups: [...organizations, 'system:authenticated'],
    until: notAfter,
  };
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):[^:]+$/;

function tokenLogin(token: TokenFacts | undefined, file: string | undefined): Login {
  const from = has(file) ? [`in ${file ?? ''}`] : [];
  const { subject = '', issuer, expires, state } = token ?? {};
  const namespace = SERVICE_ACCOUNT.exec(subject)?.[1];
  const detail = [
    ...from,
    ...(state === 'missing' ? ['which is not there'] : []),
    ...(issuer === undefined ? [] : [`issued by ${issuer}`]),
    // What the API server makes of another issuer's claims is its configuration's.
    ...(namespace === undefined && subject !== '' ? [`for ${subject}`] : []),
  ].join(' ');
  return {
    method: 'token',
    ...(detail === '' ? {} : { detail }),
    ...(namespace === undefined
      ? {}
      : {
          identity: subject,
          groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
        }),
    until: expires,
  };
}
