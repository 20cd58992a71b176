/** Kubeconfigs that clients read, what we mean by each, and where a client is known to take it otherwise. */
import type { Cluster, Context, Kubeconfig, User } from '../../../src/kubeconfig/model.ts';
import { sum, type ClientFacts, type ClientName } from '../../support/clients.ts';

const pem = (content: string): string => `-----BEGIN DATA-----\n${content}\n-----END DATA-----\n`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Files beside each kubeconfig, by path and content. None of these names is one that a shell would like. */
export const FILES: Readonly<Record<string, string>> = {
  'pki/ca.crt': pem('Q0E='),
  "users/jané's certificate.crt": pem('Q1JU'),
  'users/yes.key': pem('S0VZ'),
  'secrets/token': 'token-of-a-file',
};

const CA = FILES['pki/ca.crt'];
const CERT = FILES["users/jané's certificate.crt"];
const KEY = FILES['users/yes.key'];
const TOKEN = 'a-token.of_a-user';

/** What no answer of a client may hold. */
export const SECRETS: readonly string[] = [TOKEN, 'token-of-a-file', 'S0VZ', base64(KEY ?? ''), 'pass:word'];

const embedded = { certificateAuthorityData: base64(CA ?? '') };
const identity = { clientCertificateData: base64(CERT ?? ''), clientKeyData: base64(KEY ?? '') };
const identityFacts = { certificate: sum(CERT), key: sum(KEY) };

/** Nothing but a server. */
export const PLAIN: ClientFacts = {
  ...{ server: 'https://10.0.0.10:6443', namespace: 'default', tlsServerName: '', insecure: false },
  ...{ proxyUrl: '', ca: '', certificate: '', key: '', token: '', username: '', password: '' },
  ...{ as: '', asUid: '', asGroups: [], asExtra: {}, exec: null },
};

/** What a client makes of a kubeconfig: other facts than those that are meant, or an error. */
export type Deviation = Partial<ClientFacts> | { readonly error: RegExp };

/** A kubeconfig. */
export interface ClientCase {
  readonly what: string;
  /** Of the current context. */
  readonly cluster?: Partial<Cluster>;
  readonly user?: User;
  readonly context?: Partial<Context>;
  /** Further entries, or other ones. */
  readonly change?: (config: Kubeconfig, folder: string) => Kubeconfig;
  /** Another context to ask for. */
  readonly ask?: string;
  /** What differs from {@link PLAIN}, of a kubeconfig that lies in a folder. */
  readonly meant: Partial<ClientFacts> | ((folder: string) => Partial<ClientFacts>);
  /** Faults of a client, known and still there: a test fails when they are mended. */
  readonly known?: Partial<Record<ClientName, Deviation>>;
}

/** The kubeconfig of a case. */
export function kubeconfigOf({ cluster, user, context, change }: ClientCase, folder: string): Kubeconfig {
  const config: Kubeconfig = {
    clusters: [{ name: 'prod', cluster: { server: PLAIN.server, ...cluster } }],
    contexts: [{ name: 'jane@prod', context: { cluster: 'prod', user: 'jane', ...context } }],
    currentContext: 'jane@prod',
    users: [{ name: 'jane', user: { ...user } }],
  };
  return change?.(config, folder) ?? config;
}

/** Strings that YAML 1.1 or 1.2 may take for something else, or that need quotes. */
const ODD_STRINGS: readonly string[] = [
  ...['yes', 'No', 'on', 'y', 'N', 'true', 'null', '~', 'NULL', '.nan', '-.inf', '=', '<<', '!', '-', '---'],
  ...['0', '-1', '012', '0o12', '0x1F', '0b11', '1e3', '1E+3', '.5', '+.5', '1.', '12_3', '1_000.5', '1:30'],
  ...[
    '2001-01-01',
    '2001-12-14t21:59:43.10-05:00',
    '190:20:30.15',
    'é 中 😀',
    'ı',
    ' a ',
    '\ta',
    'a: b',
    'a #b',
  ],
  ...[
    '# c',
    'x\ny\n',
    '\n',
    '"q"',
    "it's",
    '`',
    '@a',
    '%a',
    '*a',
    '&a',
    '[a]',
    '{a}',
    'a,b',
    '|',
    '>',
    '? a',
  ],
  ...['\u00a0', '\u200b', '\ufeff', '\u0007', 'a\\b', 'a\r\nb', 'x'.repeat(200), 'a b '.repeat(60).trim()],
];

const printed = (odd: string): string =>
  JSON.stringify(odd.slice(0, 40)).replace(
    /[^ -~]/gu,
    (one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ''}}`,
  );

const namesCase = (odd: string): ClientCase => ({
  what: `names, namespace, token and user that are ${printed(odd)}`,
  change: ({ clusters: [one] }) => ({
    clusters: [{ name: odd, cluster: one?.cluster ?? { server: '' } }],
    contexts: [{ name: odd, context: { cluster: odd, user: odd, namespace: odd } }],
    currentContext: odd,
    users: [{ name: odd, user: { token: odd, as: odd } }],
  }),
  meant: { namespace: odd, token: sum(odd), as: odd },
});

/** As client-go finds a program (GetAuthInfoFileReferences): by the kubeconfig's folder, where it is a path. */
const program = {
  ...{ args: ['get-token', '--id', '012', ''], env: [{ name: 'AWS_PROFILE', value: 'yes' }] },
  ...{ apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' },
};
const programFacts = { args: program.args, env: [['AWS_PROFILE', 'yes']] as const };

/** Fields of each kind. */
export const CASES: readonly ClientCase[] = [
  { what: 'a server alone', meant: {} },
  { what: 'a server with an address of IPv6', ...serverCase('https://[2001:db8::10]:6443') },
  { what: 'a server with a path', ...serverCase('https://rancher.example/k8s/clusters/c-1') },
  {
    what: 'a server with a slash at its end',
    ...serverCase('https://rancher.example/k8s/clusters/c-1/'),
    // It takes the slash away, which leads to the same place.
    known: { 'client-node': { server: 'https://rancher.example/k8s/clusters/c-1' } },
  },
  {
    what: 'a CA, a certificate and a key in it',
    cluster: embedded,
    user: identity,
    meant: { ca: sum(CA), ...identityFacts },
  },
  {
    what: 'files by relative path',
    cluster: { certificateAuthority: 'pki/ca.crt' },
    user: { clientCertificate: "users/jané's certificate.crt", clientKey: './pki/../users/yes.key' },
    meant: { ca: sum(CA), ...identityFacts },
  },
  {
    what: 'files by absolute path',
    change: (config, folder) => ({
      ...config,
      clusters: [
        {
          name: 'prod',
          cluster: { server: PLAIN.server, certificateAuthority: `${folder}/pki/ca.crt` },
        },
      ],
      users: [
        {
          name: 'jane',
          user: {
            clientCertificate: `${folder}/users/jané's certificate.crt`,
            clientKey: `${folder}/users/yes.key`,
          },
        },
      ],
    }),
    meant: { ca: sum(CA), ...identityFacts },
  },
  { what: 'a token', user: { token: TOKEN }, meant: { token: sum(TOKEN) } },
  {
    what: 'a file with a token, by relative path',
    user: { tokenFile: 'secrets/token' },
    meant: { token: sum('token-of-a-file') },
    // It looks for "token-file", which nothing else writes or reads: such a client has no token.
    known: { 'client-node': { token: '' } },
  },
  {
    what: 'a user name and a password',
    user: { username: 'jane', password: 'pass:word' },
    meant: { username: 'jane', password: sum('pass:word') },
  },
  { what: 'a namespace', context: { namespace: 'team-a' }, meant: { namespace: 'team-a' } },
  {
    what: 'the name of a server in TLS',
    cluster: { ...embedded, tlsServerName: 'kubernetes.default' },
    meant: { ca: sum(CA), tlsServerName: 'kubernetes.default' },
  },
  {
    what: 'no check of the server',
    cluster: { insecureSkipTlsVerify: true },
    meant: { insecure: true },
  },
  { what: 'a proxy', ...proxyCase('http://proxy.example:3128') },
  { what: 'a proxy that is reached by TLS', ...proxyCase('https://proxy.example:3128') },
  { what: 'another user to be', user: { token: TOKEN, as: 'max' }, meant: { token: sum(TOKEN), as: 'max' } },
  {
    what: 'another user to be, with UID, groups and more',
    user: {
      ...{ as: 'max', asUid: '012', asGroups: ['dev', 'no'] },
      asUserExtra: { scopes: ['1e3', 'view'] },
    },
    meant: { as: 'max', asUid: '012', asGroups: ['dev', 'no'], asExtra: { scopes: ['1e3', 'view'] } },
    // kubernetes-client/javascript pull request 2373: of these the name alone.
    known: { 'client-node': { asUid: '', asGroups: [], asExtra: {} } },
  },
  {
    what: 'a program of the PATH for credentials',
    user: { exec: { command: 'aws', ...program } },
    meant: { exec: { command: 'aws', ...programFacts } },
  },
  {
    what: 'a program by relative path for credentials',
    user: { exec: { command: 'bin/get-token', ...program } },
    meant: (folder) => ({ exec: { command: `${folder}/bin/get-token`, ...programFacts } }),
    known: {
      // Its view shows what stands there; it starts the right one.
      kubectl: { exec: { command: 'bin/get-token', ...programFacts } },
      // It starts a program of the working directory.
      'client-node': { exec: { command: 'bin/get-token', ...programFacts } },
    },
  },
  {
    what: 'another context than the current one',
    change: (config) => ({
      ...config,
      clusters: [...config.clusters, { name: 'test', cluster: { server: 'https://test.example' } }],
      users: [...config.users, { name: 'max', user: { token: TOKEN } }],
      contexts: [...config.contexts, { name: 'other', context: { cluster: 'test', user: 'max' } }],
    }),
    ask: 'other',
    meant: { server: 'https://test.example', token: sum(TOKEN) },
  },
  ...ODD_STRINGS.map(namesCase),
];

function serverCase(server: string): Pick<ClientCase, 'cluster' | 'meant'> {
  return { cluster: { server }, meant: { server } };
}

function proxyCase(proxyUrl: string): Pick<ClientCase, 'cluster' | 'meant'> {
  return { cluster: { ...embedded, proxyUrl }, meant: { ca: sum(CA), proxyUrl } };
}

/** What clients are not of one mind about. */
export const UNLIKE: readonly ClientCase[] = [
  {
    what: 'a CA, a certificate and a key, and paths of others beside: refused',
    cluster: { ...embedded, certificateAuthority: 'secrets/token' },
    user: { ...identity, clientCertificate: 'secrets/token', clientKey: 'secrets/token' },
    meant: {},
    known: {
      kubectl: { error: /cannot have values for both path and contents/ },
      'client-go': { error: /certificate-authority-data and certificate-authority are both specified/ },
      // The files count.
      'client-node': {
        ...{ ca: sum('token-of-a-file'), certificate: sum('token-of-a-file'), key: sum('token-of-a-file') },
      },
    },
  },
  {
    what: 'a context of its own without a cluster',
    change: (config) => ({
      ...config,
      contexts: [...config.contexts, { name: 'half', context: { cluster: '', user: 'jane' } }],
    }),
    meant: {},
    known: { 'client-node': { error: /contexts\[1\]\.context\.cluster is missing/ } },
  },
  {
    what: 'a cluster of its own without a server',
    change: (config) => ({
      ...config,
      clusters: [...config.clusters, { name: 'half', cluster: { server: '' } }],
    }),
    meant: {},
    known: { 'client-node': { error: /clusters\[1\]\.cluster\.server is missing/ } },
  },
  {
    what: 'a server without TLS',
    cluster: { server: 'http://127.0.0.1:8080' },
    meant: { server: 'http://127.0.0.1:8080' },
    known: { 'client-node': { error: /HTTP protocol is not allowed/ } },
  },
];
