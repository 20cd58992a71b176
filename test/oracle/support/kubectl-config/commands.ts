/** Any command of `kubectl config`. */
import fc from 'fast-check';
import { command, FILE, flag, NAME, one, toggle, VALUE, type Words } from './words.ts';

/** Fields of client-go inside, by which `set` names them; and some that are none. */
const FIELDS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  clusters: [
    'server',
    'tls-server-name',
    'insecure-skip-tls-verify',
    'certificate-authority',
    'certificate-authority-data',
    'proxy-url',
    'disable-compression',
    'extensions',
    'extensions.x',
    'nonsense',
    'server.more',
  ],
  contexts: ['cluster', 'user', 'namespace', 'extensions', 'authInfo', 'cluster.server'],
  users: [
    'client-certificate',
    'client-certificate-data',
    'client-key',
    'client-key-data',
    'token',
    'tokenFile',
    'act-as',
    'act-as-uid',
    'act-as-groups',
    'act-as-user-extra',
    'act-as-user-extra.x',
    'as',
    'as-groups',
    'username',
    'password',
    'auth-provider',
    'auth-provider.name',
    'auth-provider.config.x',
    'exec',
    'exec.command',
    'exec.env',
    'extensions',
    'Token',
  ],
});

const SINGLE: readonly string[] = [
  'current-context',
  'preferences',
  'preferences.colors',
  'preferences.extensions',
  'preferences.extensions.x',
  'preferences.nonsense',
  'extensions',
  'extensions.x',
  'clusters',
  'users',
  'contexts',
  'kind',
  'apiVersion',
  'kind.x',
  'nonsense',
  'clusters.',
  'clusters..server',
  'users.a.',
  '.',
  '',
  'Clusters.a.server',
];

/** All that `set` and `unset` can name of an entry `a`, and of the rest. */
export const PROPERTIES: readonly string[] = Object.freeze([
  ...SINGLE,
  ...Object.entries(FIELDS).flatMap(([section, fields]) => fields.map((field) => `${section}.a.${field}`)),
]);

/** What `set` and `unset` name: every field that client-go has, and what is none. */
const PROPERTY = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...SINGLE) },
  {
    weight: 7,
    arbitrary: fc
      .constantFrom('clusters', 'contexts', 'users')
      .chain((section) =>
        fc
          .tuple(NAME, fc.option(fc.constantFrom(...(FIELDS[section] ?? [])), { freq: 8 }))
          .map(([name, field]) => [section, name, ...(field === null ? [] : [field])].join('.')),
      ),
  },
);

const PATHS = [
  '{.users[*].name}',
  '{.clusters[0].cluster.server}',
  '{.users[?(@.name=="a")].user}',
  "{.users[?(@.name=='prod')].user.token}",
  '{range .contexts[*]}{.name}{"\\t"}{.context.cluster}{"\\n"}{end}',
  '{.current-context}',
  '{.contexts[-1:].name} and {.contexts[0:2].context}',
  '{.contexts[?(@.context.namespace)].name}',
  "{.clusters[*]['name','cluster']}",
  '{.nothing}',
  '{.clusters[7]}',
  '{.users[0].user.exec.env[0].name}{.users[0].user.exec.provideClusterInfo}',
  '{range .users[*]}{range .user.exec.args[*]}[{@}]{end};{end}',
  '{.users}{1}{true}{"x"}',
  'plain text',
  '{.users[*',
  '{nonsense}',
  '{.kind[0]}',
  '{.users[?(@.name!="a")].name}',
  '{.contexts[?(@.name>"b")].name}',
  '{.clusters[?(@.cluster.insecure-skip-tls-verify==true)].name}',
  '',
];
const TEMPLATES = [
  '{{.kind}}',
  '{{index .contexts 0}}',
  '{{range .clusters}}{{.name}} {{.cluster.server}}\n{{end}}',
  '{{range $i, $u := .users}}{{$i}}={{$u.name}}{{if $u.user.token}} has a token{{end}};{{else}}none{{end}}',
  '{{with index . "current-context"}}{{printf "%q" .}}{{end}}',
  '{{.nothing.more}}',
  '{{len .users}}{{/* nothing */}}',
  '{{nonsense}}',
  '{{',
  '',
];
const FORM = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'yaml',
      'json',
      'JSON',
      'name',
      '',
      'wide',
      'kyaml',
      'custom-columns=A:.kind',
      'table',
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('jsonpath', 'jsonpath-as-json'), fc.constantFrom(...PATHS))
      .map((parts) => parts.join('=')),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('go-template', 'template'), fc.constantFrom(...TEMPLATES))
      .map((parts) => parts.join('=')),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          'go-template',
          'template',
          'go-template-file',
          'templatefile',
          'jsonpath',
          'jsonpath-file',
        ),
        fc.constantFrom('', '=template', '=path', '=missing'),
      )
      .map((parts) => parts.join('')),
  },
);

/** Flags that any command takes, and that change nothing. */
const GLOBAL = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Words>([]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Words>(
      ['-v', '1'],
      ['--request-timeout=3s'],
      ['-s', 'x'],
      ['--as=x'],
      ['--nonsense'],
      ['--match_server_version'],
      ['--tls-server-name', 'x'],
    ),
  },
);

const sets: fc.Arbitrary<Words> = fc.oneof(
  command(
    'set-cluster',
    one(NAME),
    flag('server', VALUE),
    flag('certificate-authority', FILE),
    toggle('embed-certs'),
    toggle('insecure-skip-tls-verify'),
    flag('tls-server-name', VALUE),
    flag('proxy-url', VALUE),
  ),
  command(
    'set-context',
    fc.oneof(
      { weight: 4, arbitrary: one(NAME) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<Words>(['--current'], ['--current', 'a'], ['--current=false'], []),
      },
    ),
    flag('cluster', NAME),
    flag('user', NAME),
    flag('namespace', VALUE),
  ),
  command(
    'set-credentials',
    one(NAME),
    flag('client-certificate', FILE),
    flag('client-key', FILE),
    toggle('embed-certs'),
    flag('token', VALUE),
    flag('username', VALUE),
    flag('password', VALUE),
    flag('auth-provider', NAME),
    flag(
      'auth-provider-arg',
      fc.constantFrom('k=v', 'k-', 'a=b=c', 'nothing', 'k=v,l=w', '=v', '-', 'k=', ''),
    ),
    flag('exec-command', fc.constantFrom('cmd', './cmd', '/bin/cmd', 'sub/cmd', '', '../cmd', 'a b')),
    flag('exec-arg', fc.constantFrom('x', 'x,y', '"a,b",c', '', '"', 'a"b', 'a\nb', ' x')),
    flag('exec-env', fc.constantFrom('K=V', 'K-', 'L=,', 'nothing', 'L=')),
    flag('exec-api-version', VALUE),
    flag('exec-interactive-mode', fc.constantFrom('Never', 'Always', 'IfAvailable', 'Sometimes', '')),
    toggle('exec-provide-cluster-info'),
  ),
  command(
    'set',
    one(PROPERTY),
    one(fc.oneof(VALUE, fc.constantFrom('true', 'false', 'T', 'YWJj', 'YQ==', 'YQ', 'Y W J j', 'YWJj\n'))),
    toggle('set-raw-bytes'),
  ),
);

const others: fc.Arbitrary<Words> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('use-context', 'use').chain((word) => command(word, one(NAME))) },
  { weight: 2, arbitrary: command('rename-context', one(NAME), one(NAME)) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('cluster', 'context', 'user')
      .chain((kind) => command(`delete-${kind}`, one(NAME))),
  },
  { weight: 4, arbitrary: command('unset', one(PROPERTY)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Words>(
      ['current-context'],
      ['get-users'],
      ['get-clusters'],
      ['use-context'],
      ['set-cluster'],
      ['set', 'a'],
      ['unset'],
      ['rename-context', 'a'],
      ['delete-user'],
      ['delete-context', 'a', 'b'],
      ['get-users', '-o', 'name'],
      ['current-context', 'more'],
      ['set', '--', 'users.-a.token', '-x'],
    ),
  },
);

const views: fc.Arbitrary<Words> = fc.oneof(
  {
    weight: 4,
    arbitrary: command(
      'view',
      toggle('raw'),
      toggle('flatten'),
      toggle('minify'),
      flag('output', FORM),
      fc.oneof(
        { weight: 9, arbitrary: fc.constant<Words>([]) },
        { weight: 1, arbitrary: flag('template', fc.constantFrom(...TEMPLATES, '{.kind}')) },
      ),
      toggle('allow-missing-template-keys'),
      flag('context', NAME),
      toggle('merge'),
    ),
  },
  {
    weight: 1,
    arbitrary: command(
      'get-contexts',
      fc.array(NAME, { maxLength: 3 }),
      flag('output', fc.constantFrom('name', 'wide', '', 'NAME')),
      toggle('no-headers'),
    ),
  },
);

/** A command line after `kubectl config`. */
export const COMMAND: fc.Arbitrary<Words> = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: sets },
      { weight: 3, arbitrary: others },
      { weight: 3, arbitrary: views },
    ),
    GLOBAL,
  )
  .map(([words, global]) => [...words.slice(0, 1), ...global, ...words.slice(1)]);
