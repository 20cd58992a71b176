/** Kubeconfigs of any content, for property tests. */
import fc from 'fast-check';
import type { Kubeconfig } from '../../src/kubeconfig/model.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';

const text = fc.oneof(
  fc.constantFrom(
    'yes',
    'null',
    '012',
    '1e3',
    '1:30',
    '2001-01-01',
    '',
    ' a',
    'a: b',
    '# c',
    'x\ny\n',
    'é 中 😀',
    '<<',
    '-',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
// What YAML 1.1 takes for line breaks JSON on its way to kubectl does not survive.
const plainText = text.filter((value) => !/[\u0085\u2028\u2029]/.test(value));
const base64 = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const extensions = fc.uniqueArray(
  fc.record({ name: plainText, extension: fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null) }),
  { selector: ({ name }) => name, maxLength: 2 },
);

/** A record any of whose fields may be absent. */
const optional = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T, never>(model, { requiredKeys: [] });

const cluster = fc
  .tuple(
    plainText,
    optional({
      tlsServerName: plainText,
      insecureSkipTlsVerify: fc.boolean(),
      certificateAuthority: plainText,
      certificateAuthorityData: base64,
      proxyUrl: plainText,
      disableCompression: fc.boolean(),
      extensions,
    }),
  )
  .map(([server, rest]) => ({ server, ...rest }));

const exec = fc
  .tuple(
    plainText,
    optional({
      args: fc.array(plainText, { maxLength: 3 }),
      env: fc.array(fc.record({ name: plainText, value: plainText }), { maxLength: 2 }),
      apiVersion: plainText,
      installHint: plainText,
      provideClusterInfo: fc.boolean(),
      interactiveMode: plainText,
    }),
  )
  .map(([command, rest]) => ({ command, ...rest }));

const user = optional({
  clientCertificate: plainText,
  clientCertificateData: base64,
  clientKey: plainText,
  clientKeyData: base64,
  token: plainText,
  tokenFile: plainText,
  as: plainText,
  asUid: plainText,
  asGroups: fc.array(plainText, { maxLength: 3 }),
  asUserExtra: fc.dictionary(plainText, fc.array(plainText, { maxLength: 2 }), { maxKeys: 2 }),
  username: plainText,
  password: plainText,
  authProvider: fc.record({ name: plainText, config: fc.dictionary(plainText, plainText, { maxKeys: 2 }) }),
  exec,
  extensions,
});

const context = fc
  .tuple(plainText, plainText, optional({ namespace: plainText, extensions }))
  .map(([ofCluster, ofUser, rest]) => ({ cluster: ofCluster, user: ofUser, ...rest }));

const byName = { selector: ({ name }: { name: string }) => name, maxLength: 3 };

/** A kubeconfig with all kinds of fields and awkward text in them. */
export const kubeconfig: fc.Arbitrary<Kubeconfig> = fc
  .tuple(
    fc.record({
      clusters: fc.uniqueArray(fc.record({ name: plainText, cluster }), byName),
      contexts: fc.uniqueArray(fc.record({ name: plainText, context }), byName),
      currentContext: plainText,
      users: fc.uniqueArray(fc.record({ name: plainText, user }), byName),
    }),
    optional({ preferences: optional({ colors: fc.boolean(), extensions }), extensions }),
  )
  .map(([lists, rest]) => ({ ...lists, ...rest }));

const few = fc.constantFrom('a', 'b', 'a@b', 'b-2', 'a-2', 'b@a-2', '');
const value = fc.constantFrom('1', '2');
const unknown = optional({ 'x-unknown': value });
const aList = <T>(
  item: fc.Arbitrary<{ readonly name: string } & T>,
): fc.Arbitrary<({ readonly name: string } & T)[]> =>
  fc.uniqueArray(item, { selector: ({ name }) => name, maxLength: 4 });

/** A kubeconfig with names and values that others of these have too, and with fields that nobody knows. */
export const collidingKubeconfig: fc.Arbitrary<Kubeconfig> = fc
  .record({
    clusters: aList(
      fc.record({ name: few, cluster: fc.record({ server: value, other: unknown }), other: unknown }),
    ),
    users: aList(fc.record({ name: few, user: fc.record({ token: value, other: unknown }) })),
    contexts: aList(
      fc.record({
        name: few,
        context: fc.record({ cluster: few, user: few, other: unknown }),
        other: unknown,
      }),
    ),
    currentContext: few,
    other: unknown,
  })
  .map((config) => parseKubeconfig(renderKubeconfig(config)));
