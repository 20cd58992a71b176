/** Of a person's kubeconfig: one change for each rule, by which that rule is broken and no other. */
import { CHECKED, type TestMachine } from './machine.ts';

type Fixture = (machine: TestMachine) => unknown;

const PATH = '/root/.kube/config';
const CREDENTIALS = / {4}client-certificate-data: .*\n {4}client-key-data: .*\n/;

const edited =
  (from: string | RegExp, to: string): Fixture =>
  (machine) =>
    machine.edit(PATH, (text) => text.replace(from, to));

/** A user with these fields alone. */
const user = (...lines: readonly string[]): Fixture =>
  edited(CREDENTIALS, lines.map((line) => `    ${line}\n`).join(''));

/** A JSON Web Token that nobody signed. */
export function unsignedToken(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

export const KUBECONFIG_FIXTURES: Readonly<Record<string, Fixture>> = {
  'kubeconfig-insecure-with-ca': edited('    server:', '    insecure-skip-tls-verify: true\n    server:'),
  'kubeconfig-without-server': edited(/server: .*/, 'server: ""'),
  'kubeconfig-server-unreadable': edited(/server: .*/, 'server: ftp://192.0.2.10:6443'),
  'kubeconfig-proxy-unreadable': edited('    server:', '    proxy-url: ftp://proxy:3128\n    server:'),
  'context-dangling': edited(
    'contexts:\n',
    'contexts:\n- context:\n    cluster: kubernetes\n    user: lost\n  name: old\n',
  ),
  'kubeconfig-entry-unused': edited(
    'clusters:\n',
    'clusters:\n- cluster:\n    server: https://192.0.2.99:6443\n  name: old\n',
  ),
  'kubeconfig-token': user('token: secret'),
  'kubeconfig-token-expired': user(
    `token: ${unsignedToken({ sub: 'system:serviceaccount:ci:deploy', exp: seconds(CHECKED) - 60 })}`,
  ),
  'kubeconfig-token-file-missing': user('tokenFile: lost.token'),
  'kubeconfig-two-credentials': edited('    client-key-data:', '    token: secret\n    client-key-data:'),
  'kubeconfig-credentials-refused': user('token: secret', 'username: jane', 'password: sesame'),
  'kubeconfig-auth-provider': user('auth-provider:', '  name: gcp'),
  'kubeconfig-exec-version': user(
    'exec:',
    '  apiVersion: client.authentication.k8s.io/v1alpha1',
    '  command: aws',
  ),
};
