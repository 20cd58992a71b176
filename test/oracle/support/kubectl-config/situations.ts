/** Files that `kubectl config` may come upon, and how it is told of them. */
import fc from 'fast-check';
import type { Kubeconfig, OtherFields } from '../../../../src/kubeconfig/model.ts';
import { kubeconfigFields, renderKubeconfig } from '../../../../src/kubeconfig/render.ts';
import { kubeconfig as anyKubeconfig } from '../../../support/kubeconfigs.ts';
import { NAME } from './words.ts';

/** Something on disk before the first command. */
export type Thing =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly text: string;
      readonly mode: number;
      readonly isRoots: boolean;
    }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** Which files there are, and how they are named; `%H` stands for the home folder. */
export interface Situation {
  readonly kubeconfig: string | undefined;
  readonly explicit: string | undefined;
  readonly hasHome: boolean;
  readonly things: readonly Thing[];
}

/** A field that kubectl drops and we keep; of all keys it is the last. */
export const UNKNOWN = 'zz-unknown';

const few = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'prod') },
  { weight: 1, arbitrary: NAME },
);
const other = fc.option(fc.constant({ [UNKNOWN]: 1 }), { nil: undefined, freq: 6 });

const orOne = <T>(list: readonly T[], one: T): readonly T[] => (list.length === 0 ? [one] : list);
const names = fc.uniqueArray(few, { minLength: 3, maxLength: 3 });

/** Entries with names that commands use, and with fields that kubectl does not know. */
const CONFIG: fc.Arbitrary<Kubeconfig> = fc
  .tuple(
    anyKubeconfig,
    fc.tuple(names, names, names),
    fc.array(few, { minLength: 6, maxLength: 6 }),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(other, { minLength: 5 }) },
    ),
  )
  .map(([config, [clusters, contexts, users], refs, marks]) => {
    const mark = (at: number): { readonly other?: OtherFields } => {
      const found = marks[at];
      return found === undefined ? {} : { other: found };
    };
    const at = (list: readonly string[], index: number): string => list[index] ?? '';
    return {
      ...config,
      currentContext: at(refs, 0),
      clusters: orOne(config.clusters, { name: '', cluster: { server: '' } }).map(({ cluster }, index) => ({
        name: at(clusters, index),
        cluster: { ...cluster, ...mark(index) },
        ...mark(index + 1),
      })),
      contexts: orOne(config.contexts, { name: '', context: { cluster: '', user: '' } }).map(
        ({ context }, index) => ({
          name: at(contexts, index),
          context: { ...context, cluster: at(refs, index), user: at(refs, index + 1), ...mark(index + 2) },
        }),
      ),
      users: orOne(config.users, { name: '', user: {} }).map(({ user }, index) => ({
        name: at(users, index),
        user: { ...user, ...mark(index + 1) },
      })),
      ...mark(4),
    };
  });

/** The same kubeconfig, as people and other programs write it. */
const WRITERS: readonly ((config: Kubeconfig) => string)[] = [
  renderKubeconfig,
  renderKubeconfig,
  renderKubeconfig,
  (config) => JSON.stringify(kubeconfigFields(config)),
  (config) => JSON.stringify(kubeconfigFields(config), null, '\t'),
  (config) => renderKubeconfig(config).replaceAll('\n', '\r\n'),
  (config) => `\ufeff${renderKubeconfig(config)}`,
  (config) => `# made by hand\n---\n${renderKubeconfig(config)}# end\n`,
  (config) => renderKubeconfig(config).trimEnd(),
];

/** Written by hand, and right. */
const HANDMADE: readonly string[] = [
  '',
  '\n',
  '# nothing\n',
  '---\n',
  'null\n',
  '{}',
  '{"kind":"Config","apiVersion":"v1","clusters":null}',
  'preferences: {colors: true}\ncurrent-context: a\n',
  'preferences: {colors: true, extensions: [{name: x, extension: {a: 1}}]}\ncurrent-context: a\n',
  'current-context: ~\nclusters: [{name: a}]\nusers: [{name: a}]\ncontexts: [{name: a}]\n',
  'clusters: [{cluster: {server: x}}]\n',
  'clusters: [null]\n',
  'users: [{name: a, user: {token: "yes", tokenFile: t, as: root, as-uid: "1", as-groups: [g, h], as-user-extra: {s: [x, y], t: []}}}]\n',
  'users: [{name: a, user: {as-groups: [], as-user-extra: {}, client-key-data: "", client-certificate-data: ""}}]\n',
  'users: [{name: a, user: {exec: {command: sub/cmd, args: [x], env: [{name: K, value: V}, {name: K, value: W}], apiVersion: v, installHint: "see\\nhere", interactiveMode: Never}}}]\n',
  'users: [{name: a, user: {exec: {}}}, {name: b, user: {auth-provider: {name: gcp}}}]\n',
  'users: [{name: a, user: {exec: {args: [], env: []}}}, {name: b, user: {auth-provider: {name: gcp, config: {}}}}]\n',
  'users: [{name: a, user: {auth-provider: {name: oidc, config: {id-token: x, "idp: issuer": "y: z"}}}}]\n',
  'users: [{name: a, user: {client-certificate: sub/../ca.crt, client-key: /k, tokenFile: ./t, client-key-data: YQ==}}]\n',
  'users: [{name: a, user: {client-certificate-data: "YW\\nJj"}}]\n',
  'clusters: [{name: a, cluster: {server: x, certificate-authority: sub/key.pem, extensions: [{name: e, extension: {b: 1.50, a: [1, 2.0, 1e30, null, {c: "<>"}]}}]}}]\n',
  'clusters: [{name: a, cluster: {extensions: [{name: e}]}}]\n',
  'clusters: [{name: a, cluster: {extensions: [{name: e, extension: null}]}}]\n',
  'clusters: [{name: a, cluster: {extensions: [{name: e, extension: text}, {name: f, extension: [1]}]}}]\n',
  'extensions: [{name: e, extension: {kind: Config, apiVersion: v1, x: 1}}]\n',
  'clusters: [{name: a, cluster: &x {server: s}}, {name: b, cluster: {<<: *x, proxy-url: p}}]\n',
  'contexts: [{name: a, context: {cluster: a, user: a, namespace: n}}, {name: b, context: {cluster: b, user: b}}]\ncurrent-context: a\nclusters: [{name: a, cluster: {server: s}}, {name: b, cluster: {server: t}}]\nusers: [{name: a, user: {token: t}}, {name: b, user: {username: u, password: p}}]\n',
  'contexts:\n- context:\n    cluster: a\n    user: a\n  name: a\ncurrent-context: a\n',
  'clusters: [{name: a, cluster: {insecure-skip-tls-verify: yes, disable-compression: on}}]\n',
];

/** What kubectl refuses. */
const BROKEN: readonly string[] = [
  '[]',
  'text',
  'apiVersion: v1\nkind: Config\nclusters: 7\n',
  'clusters: [',
  'clusters:\n\t- name: a\n',
  'current-context: 7\n',
  'clusters: [{name: a}, {name: a}]\n',
  'clusters: {a: {server: x}}\n',
  'kind: List\n',
  'kind: Pod\napiVersion: v1\n',
  'apiVersion: v2\nkind: Config\n',
  'apiVersion: kubectl.config.k8s.io/v1\nkind: Config\n',
  'kind: config\n',
  'users: [{name: a, user: {token: yes}}]\n',
  'users: [{name: a, user: {client-certificate-data: "not base64"}}]\n',
  'users: [{name: a, user: {client-certificate-data: "YQ"}}]\n',
  'clusters: [{name: 7}]\n',
  'clusters: [{name: a, cluster: {server: [x]}}]\n',
  'clusters: [{name: a, cluster: {insecure-skip-tls-verify: "true"}}]\n',
];

const TEXT = fc.oneof(
  {
    weight: 20,
    arbitrary: fc
      .tuple(CONFIG, fc.constantFrom(...WRITERS))
      .map(([config, write]) => write(config))
      .filter((text) => !text.includes('<<')),
  },
  { weight: 10, arbitrary: fc.constantFrom(...HANDMADE) },
  { weight: 1, arbitrary: fc.constantFrom(...BROKEN) },
);

const PLACES = ['one', 'sub/two', '.kube/config', 'four', 'closed/five'];
const MODE = fc.oneof(
  { weight: 16, arbitrary: fc.constantFrom(0o600, 0o640) },
  { weight: 1, arbitrary: fc.constantFrom(0o400, 0o000, 0o666) },
);

const THING: fc.Arbitrary<Thing> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constant('file' as const),
      path: fc.constantFrom(...PLACES),
      text: TEXT,
      mode: MODE,
      isRoots: fc.oneof(
        { weight: 24, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('folder' as const),
      path: fc.constantFrom('one', 'four', 'new'),
      mode: fc.constantFrom(0o755, 0o555),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      path: fc.constantFrom('one', 'four', 'sub/two'),
      target: fc.constantFrom(
        '%H/four',
        '%H/sub/two',
        '%H/nothing',
        '%H/nowhere/nothing',
        '%H/one',
        '%H/.kube/config',
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('file' as const),
      path: fc.constantFrom(...PLACES.map((place) => `${place}.lock`)),
      text: fc.constant(''),
      mode: fc.constant(0),
      isRoots: fc.constant(false),
    }),
  },
);

const LISTED = [
  'one',
  'sub/two',
  'new/three',
  'four',
  'closed/five',
  '%H/one',
  './one',
  'ca.crt/six',
  'new/deep/seven',
  '/dev/null',
  'one',
  'four',
  'sub/two',
];
const LIST = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.uniqueArray(fc.constantFrom('one', 'sub/two', 'new/three', 'four'), {
      minLength: 1,
      maxLength: 3,
    }),
  },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...LISTED, ''), { minLength: 1, maxLength: 4 }) },
);

/** The file that most commands are about, as it mostly is. */
const ONE: fc.Arbitrary<Thing> = fc.record({
  kind: fc.constant('file' as const),
  path: fc.constantFrom('one', 'one', '.kube/config'),
  text: TEXT,
  mode: fc.constant(0o600),
  isRoots: fc.constant(false),
});

const unless = <T>(weight: number, usual: T, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary });

/** Any situation. */
export const SITUATION: fc.Arbitrary<Situation> = fc.record({
  kubeconfig: fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom('one', 'one:sub/two', 'sub/two:one:four') },
    { weight: 3, arbitrary: LIST.map((parts) => parts.join(':')) },
  ),
  explicit: unless<string | undefined>(
    2,
    undefined,
    unless<string>(
      2,
      'one',
      fc.constantFrom('new/explicit', 'sub/two', '', '%H/four', './sub/../one', 'closed/five', 'ca.crt/six'),
    ),
  ),
  hasHome: unless<boolean>(9, true, fc.constant(false)),
  things: fc.tuple(fc.option(ONE, { freq: 4 }), fc.array(THING, { maxLength: 4 })).map(([first, more]) => {
    const all = first === null ? more : [first, ...more];
    return all.filter(({ path }, index) => all.findIndex((one) => one.path === path) === index);
  }),
});
