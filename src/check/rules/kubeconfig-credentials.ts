import { quote } from '../../errors/quote.ts';
import type { User } from '../../kubeconfig/model.ts';
import type { KubeconfigEntry } from '../inventory.ts';
import { knownKubeconfig } from './duties.ts';
import { placeOf } from './facts.ts';
import { restartText } from './kubeconfig-ca.ts';
import { has, users, VALIDATION, type NamedUser } from './kubeconfig-users.ts';
import { isMadeByApply, replaceCommand } from './remedies.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { shellWord, spanText, timeText } from './words.ts';

const AUTHENTICATING = 'kubernetes.io, "Authenticating"';

const over =
  (tell: (one: NamedUser, machine: Machine) => Omit<Violation, 'path'> | undefined) =>
  (machine: Machine): Violation[] =>
    users(machine).flatMap((one): Violation[] => {
      const told = tell(one, machine);
      return told === undefined ? [] : [{ path: placeOf(one.entry.path, one.field), ...told }];
    });

/** Rules about the users of kubeconfigs. Their tokens and passwords are never told. */
export const KUBECONFIG_CREDENTIAL_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'kubeconfig-token',
    severity: 'info',
    title: 'a user of a kubeconfig has a token or a password that has no end, or whose end is not known here',
    source: AUTHENTICATING,
    fix: 'prefer certificates that end, or tokens of the TokenRequest API',
    yieldsTo: [
      'kubeconfig-two-credentials',
      'kubeconfig-credentials-refused',
      'kubeconfig-token-file-missing',
    ],
    evaluate: over(endless),
  },
  {
    code: 'kubeconfig-token-expired',
    severity: 'error',
    title: 'the token of a user of a kubeconfig is expired',
    source: 'RFC 7519 4.1.4; kubernetes.io, "Authenticating"',
    fix: 'make a new one: kubectl create token SERVICEACCOUNT --namespace NAMESPACE, or log in again',
    evaluate: over(expired),
  },
  {
    code: 'kubeconfig-token-file-missing',
    severity: 'error',
    title: 'the file of a token that a kubeconfig names is not there',
    source: 'client-go tools/clientcmd/client_config.go getUserIdentificationPartialConfig',
    fix: 'put the file there, or name another: kubectl config set users.NAME.tokenFile FILE',
    evaluate: over(({ name, user, token }) =>
      token?.state === 'missing' && !has(user.token)
        ? {
            message: `user ${quote(name)} has its token in a file that is not there`,
            expected: user.tokenFile ?? '',
            actual: 'no such file',
          }
        : undefined,
    ),
  },
  {
    code: 'kubeconfig-two-credentials',
    severity: 'warning',
    title: 'a user of a kubeconfig has both a client certificate and a token: the certificate counts',
    source: 'kubernetes pkg/kubeapiserver/authenticator/config.go: client certificates are asked first',
    fix: 'keep one of the two: kubectl config unset users.NAME.token, or users.NAME.client-certificate-data and client-key-data',
    evaluate: over(({ entry, name, user }) =>
      hasCertificate(user) && (has(user.token) || has(user.tokenFile))
        ? {
            message: `user ${quote(name)} has a client certificate and a token: the API server takes it for whom the certificate says`,
            expected: 'one of the two',
            actual: 'both',
            fix: `kubectl config unset ${shellWord(`users.${name}.${has(user.token) ? 'token' : 'tokenFile'}`)} --kubeconfig=${shellWord(entry.path)}`,
          }
        : undefined,
    ),
  },
  {
    code: 'kubeconfig-credentials-refused',
    severity: 'error',
    title:
      'a user of a kubeconfig has credentials that exclude each other, or are not whole: kubectl refuses it',
    source: VALIDATION,
    fix: 'remove what is too much: kubectl config unset users.NAME.FIELD',
    evaluate: over(({ name, user }) => {
      const why = refusal(user);
      if (why === undefined) return undefined;
      const [expected, actual] = why;
      return { message: `user ${quote(name)} is refused by kubectl: it has ${actual}`, expected, actual };
    }),
  },
  {
    code: 'kubeconfig-auth-provider',
    severity: 'error',
    title: 'a user of a kubeconfig logs in by an auth-provider that kubectl does not have any more',
    source: 'Kubernetes 1.26 changelog; client-go plugin/pkg/client/auth',
    fix: 'use exec with the plugin of the cloud: gke-gcloud-auth-plugin, or kubelogin',
    evaluate: over(({ name, user: { authProvider } }) =>
      // That of OpenID Connect is still there.
      authProvider === undefined || authProvider.name === 'oidc'
        ? undefined
        : {
            message: `user ${quote(name)} logs in by the auth-provider ${quote(authProvider.name)}, which kubectl has not had since 1.26`,
            expected: 'exec, a token or a certificate',
            actual: `auth-provider ${authProvider.name}`,
            ...(PROVIDER_FIXES[authProvider.name] === undefined
              ? {}
              : { fix: PROVIDER_FIXES[authProvider.name] ?? '' }),
          },
    ),
  },
  {
    code: 'kubeconfig-exec-version',
    severity: 'error',
    title:
      'a user of a kubeconfig runs a program for its credentials by a version of their API that kubectl does not have',
    source: 'client-go plugin/pkg/client/auth/exec/exec.go; Kubernetes 1.24 changelog',
    fix: 'update the program, and write the kubeconfig again with it: aws eks update-kubeconfig, gcloud container clusters get-credentials, …',
    evaluate: over(({ name, user: { exec } }) =>
      exec === undefined || EXEC_VERSIONS.includes(exec.apiVersion ?? '')
        ? undefined
        : {
            message: `user ${quote(name)} runs ${quote(exec.command)} by ${quote(exec.apiVersion ?? '')}: "exec plugin: invalid apiVersion"`,
            expected: EXEC_VERSIONS.join(' or '),
            actual: exec.apiVersion ?? 'none',
          },
    ),
  },
  {
    code: 'kubeconfig-without-credentials',
    severity: 'error',
    title: 'a kubeconfig of a component, or for a user, has a user without any credentials',
    source: VALIDATION,
    fix: 'move it away, and write it again: kubepki apply --config FILE, or kubeadm init phase kubeconfig NAME --config FILE',
    evaluate: (machine) =>
      users(machine)
        .filter(({ entry, user }) => isHandedOver(entry) && !hasCredentials(user))
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, field),
          message: `user ${quote(name)} has no credentials: the API server takes it for system:anonymous`,
          expected: 'a client certificate and its key',
          actual: 'none',
          ...(isMadeByApply(entry.path)
            ? { fix: `${replaceCommand(machine, entry.path)}${restartText(machine, entry)}` }
            : {}),
        })),
  },
]);

const EXEC_VERSIONS: readonly string[] = [
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
];

const PROVIDER_FIXES: Readonly<Record<string, string>> = Object.freeze({
  gcp: 'install gke-gcloud-auth-plugin, then: gcloud container clusters get-credentials CLUSTER',
  azure: 'install kubelogin, then: kubelogin convert-kubeconfig',
});

/** A token or a password without an end. */
function endless({ name, user, token }: NamedUser): Omit<Violation, 'path'> | undefined {
  if (![user.token, user.tokenFile, user.password].some(has) || token?.expires !== undefined)
    return undefined;
  return {
    message:
      token?.state === 'jwt'
        ? `the token of user ${quote(name)} has no end: it is good until its Secret or its ServiceAccount is deleted`
        : `user ${quote(name)} has a token or a password, and when that ends is not known here`,
  };
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

function expired({ name, token }: NamedUser, { now }: Machine): Omit<Violation, 'path'> | undefined {
  const { expires, subject = '' } = token ?? {};
  if (expires === undefined || expires > now) return undefined;
  const [, namespace, account] = SERVICE_ACCOUNT.exec(subject) ?? [];
  return {
    message: `the token of user ${quote(name)} expired ${spanText(now - expires)} ago: "You must be logged in to the server (Unauthorized)"`,
    expected: `valid at ${timeText(now)}`,
    actual: `exp ${timeText(expires)}`,
    ...(namespace === undefined || account === undefined
      ? {}
      : {
          fix: `make a new one: kubectl create token ${shellWord(account)} --namespace ${shellWord(namespace)}`,
        }),
  };
}

const hasCertificate = ({ clientCertificate, clientCertificateData }: User): boolean =>
  has(clientCertificate) || has(clientCertificateData);

/** What client-go says is too much or too little: expected and actual. */
function refusal(user: User): readonly [string, string] | undefined {
  if (has(user.token) && (has(user.username) || has(user.password)))
    return ['one of the two', 'a token and a password'];
  if (user.exec !== undefined && user.authProvider !== undefined)
    return ['one of the two', 'exec and auth-provider'];
  if (user.exec?.command === '') return ['a command', 'exec without a command'];
  const { asUid, asGroups = [], asUserExtra = {} } = user;
  const isHalf = has(asUid) || asGroups.length > 0 || Object.keys(asUserExtra).length > 0;
  return isHalf && !has(user.as)
    ? ['as: the user to impersonate', 'as-uid, as-groups or as-user-extra, and no user to impersonate']
    : undefined;
}

/** Whether it was written for a component, or for a user in a tree of kubepki: neither adds credentials itself. */
function isHandedOver(entry: KubeconfigEntry): boolean {
  return knownKubeconfig(entry) !== undefined || entry.path.includes('/kubernetes/users/');
}

function hasCredentials(user: User): boolean {
  const { clientCertificate, clientCertificateData, token, tokenFile, username, authProvider, exec } = user;
  const texts = [clientCertificate, clientCertificateData, token, tokenFile, username];
  return texts.some(has) || authProvider !== undefined || exec !== undefined;
}
