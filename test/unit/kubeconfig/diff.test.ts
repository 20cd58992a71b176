import { createAuthority, parsePrivateKey, privateKeyToPem } from '../../../src/ca/index.ts';
import { encodeBase64 } from '../../../src/asn1/base64.ts';
import { diffKubeconfigs } from '../../../src/kubeconfig/diff.ts';
import type { KubeconfigChange } from '../../../src/kubeconfig/kubeconfig-change.ts';
import type { Kubeconfig } from '../../../src/kubeconfig/model.ts';
import { parseKubeconfig } from '../../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../../src/kubeconfig/render.ts';
import { fixtureKey, NOW } from '../../support/fixture-keys.ts';
import { clientPair, testAuthority, type ClientPair } from '../../support/client-pair.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (text: string): string => encodeBase64(bytesOf(text));
const jwt = (claims: object): string =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`;

let jane: ClientPair;
let renewed: ClientPair;
let other: ClientPair;
beforeAll(async () => {
  const ca = await testAuthority();
  [jane, renewed, other] = await Promise.all([
    clientPair({}, ca),
    clientPair({ validity: '8760h' }, ca),
    clientPair({ key: 'Ed25519', validity: '8760h', commonName: 'joe' }, ca),
  ]);
});

/** A kubeconfig of one context, with what differs in it. */
function config({
  cluster = {},
  user = {},
  names = {},
}: {
  readonly cluster?: object;
  readonly user?: object;
  readonly names?: { readonly cluster?: string; readonly user?: string; readonly context?: string };
} = {}): Kubeconfig {
  const { cluster: ofCluster = 'prod', user: ofUser = 'jane', context = 'work' } = names;
  return {
    clusters: [
      {
        name: ofCluster,
        cluster: { server: 'https://10.0.0.10:6443', certificateAuthorityData: base64(jane.ca), ...cluster },
      },
    ],
    users: [
      {
        name: ofUser,
        user: {
          clientCertificateData: base64(jane.certificate),
          clientKeyData: base64(jane.key),
          ...user,
        },
      },
    ],
    contexts: [{ name: context, context: { cluster: ofCluster, user: ofUser } }],
    currentContext: context,
  };
}

const changesOf = async (
  before: Kubeconfig,
  after: Kubeconfig,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly KubeconfigChange[]> => {
  const read = (path: string): Uint8Array | undefined =>
    files[path] === undefined ? undefined : bytesOf(files[path]);
  const diff = await diffKubeconfigs(before, after, { readBefore: read, readAfter: read });
  expect(diff.same).toBe(diff.changes.length === 0);
  return diff.changes;
};

describe('two kubeconfigs mean the same', () => {
  test('whatever the order of entries and keys, the lines of base64, empty fields, and YAML or JSON', async () => {
    const data = base64(jane.ca);
    const one = parseKubeconfig(`
clusters:
- {name: a, cluster: {server: 'https://a', certificate-authority-data: ${data}}}
- {name: b, cluster: {server: 'https://b', insecure-skip-tls-verify: true}}
contexts: [{name: c, context: {cluster: a, user: u}}]
users: [{name: u, user: {username: x, as-groups: [p, q]}}]
current-context: c
`);
    const two = parseKubeconfig(
      JSON.stringify({
        users: [{ user: { 'as-groups': ['q', 'p'], username: 'x', token: '', tokenFile: null }, name: 'u' }],
        preferences: {},
        contexts: [{ name: 'c', context: { namespace: 'default', user: 'u', cluster: 'a' } }],
        'current-context': 'c',
        clusters: [
          { name: 'b', cluster: { 'insecure-skip-tls-verify': true, server: 'https://b', 'proxy-url': '' } },
          {
            cluster: {
              server: 'https://a',
              'insecure-skip-tls-verify': false,
              'certificate-authority-data': data.replace(/.{64}/g, '$&\n'),
            },
            name: 'a',
          },
        ],
      }),
    );
    expect(await changesOf(one, two)).toEqual([]);
  });

  test('whether content is embedded or in a file', async () => {
    const named = config({
      cluster: { certificateAuthorityData: undefined, certificateAuthority: 'ca' },
      user: {
        ...{ clientCertificateData: undefined, clientCertificate: 'crt' },
        ...{ clientKeyData: undefined, clientKey: 'key' },
        tokenFile: 'token',
      },
    });
    const files = { ca: jane.ca, crt: jane.certificate, key: jane.key, token: 'sesame\n' };
    expect(await changesOf(config({ user: { token: 'sesame' } }), named, files)).toEqual([]);
  });

  test('whatever stands around certificates, in whatever order a CA file has them, and in whatever form a key is', async () => {
    const { ca } = await clientPair({}, await testAuthority('another'));
    const traditional = privateKeyToPem(await parsePrivateKey(jane.key), { encoding: 'traditional' });
    expect(traditional).toContain('EC PRIVATE KEY');
    const one = config({ cluster: { certificateAuthorityData: base64(jane.ca + ca) } });
    const two = config({
      cluster: { certificateAuthorityData: base64(`# mine\r\n${ca}${jane.ca}${ca}`) },
      user: { clientKeyData: base64(traditional), clientCertificateData: base64(`x\n${jane.certificate}`) },
    });
    expect(await changesOf(one, two)).toEqual([]);
  });

  test('when what a context names is there twice under two names', async () => {
    const one = config();
    const twice = { ...one, clusters: [...one.clusters, { ...one.clusters[0], name: 'twin' }] } as Kubeconfig;
    const [context] = one.contexts;
    const moved = {
      ...twice,
      contexts: [{ name: 'work', context: { ...context?.context, cluster: 'twin' } }],
    };
    expect(await changesOf(twice, moved as Kubeconfig)).toEqual([]);
  });
});

describe('the difference of two kubeconfigs', () => {
  test('of a renewed certificate says until when it is valid, and whether the key is the same', async () => {
    const changes = await changesOf(
      config(),
      config({ user: { clientCertificateData: base64(renewed.certificate) } }),
    );
    expect(changes).toEqual([
      {
        action: 'change',
        section: 'users',
        name: 'jane',
        field: 'client-certificate',
        before: expect.stringMatching(
          /^CN = jane \(serial [0-9a-f]{16}….*, SHA-256 [0-9a-f]{16}…, 2026-01-02T.*Z to 2026-01-02T11:04:05Z\)$/,
        ) as string,
        after: expect.stringContaining('to 2027-01-02T03:04:05Z)') as string,
        reason: 'renewed: ends 2026-01-02T11:04:05Z -> 2027-01-02T03:04:05Z, same key',
      },
    ]);
  });

  test('of another key says the hash of its public half', async () => {
    const changes = await changesOf(
      config(),
      config({
        user: { clientCertificateData: base64(other.certificate), clientKeyData: base64(other.key) },
      }),
    );
    expect(changes.map(({ field, reason }) => [field, reason])).toEqual([
      [
        'client-certificate',
        'another certificate: ends 2026-01-02T11:04:05Z -> 2027-01-02T03:04:05Z, another key',
      ],
      ['client-key', 'another key'],
    ]);
    expect(changes[1]).toMatchObject({
      before: expect.stringMatching(/^ECDSA-P384, SHA-256 of the public key [0-9a-f]{64}$/) as string,
      after: expect.stringMatching(/^Ed25519, SHA-256 of the public key [0-9a-f]{64}$/) as string,
    });
  });

  test('of a CA says that another key makes it another CA, not a renewed one', async () => {
    const namesake = await createAuthority(
      { commonName: 'kubernetes', key: await fixtureKey('Ed25519') },
      { now: NOW },
    );
    const changed = config({ cluster: { certificateAuthorityData: base64(namesake.toPem()) } });
    expect(await changesOf(config(), changed)).toMatchObject([
      { field: 'certificate-authority', reason: 'another CA of the same name: another key' },
    ]);
  });

  test('of a CA file says which certificates came and went', async () => {
    const { ca } = await clientPair({}, await testAuthority('another'));
    const both = config({ cluster: { certificateAuthorityData: base64(jane.ca + ca) } });
    const there = expect.stringMatching(/^CN = another/) as string;
    expect(await changesOf(config(), both)).toMatchObject([{ after: there, reason: 'there now' }]);
    expect(await changesOf(both, config())).toMatchObject([{ before: there, reason: 'not there any more' }]);
  });

  test('tells holder and end of a JWT, and nothing of other tokens and of passwords', async () => {
    const one = config({
      user: { token: jwt({ sub: 'system:serviceaccount:a:b', exp: 1_800_000_000 }), password: 'sesame' },
    });
    const two = config({ user: { token: jwt({ sub: 'joe' }), password: 'mellon' } });
    expect(await changesOf(one, two)).toEqual([
      {
        action: 'change',
        section: 'users',
        name: 'jane',
        field: 'token',
        before: 'system:serviceaccount:a:b, until 2027-01-15T08:00:00Z',
        after: 'joe, without end',
        reason: 'another token',
      },
      { action: 'change', section: 'users', name: 'jane', field: 'password', reason: 'another password' },
    ]);
    expect(await changesOf(config(), config({ user: { token: 'a.b.c' } }))).toMatchObject([
      { field: 'token', reason: 'a token now' },
    ]);
  });

  test('takes what is there under another name for renamed, and names that follow for no difference', async () => {
    const names = { cluster: 'production', user: 'jane@prod', context: 'jane@production' };
    const renames = [
      { action: 'rename', section: 'clusters', name: 'prod', to: 'production' },
      { action: 'rename', section: 'users', name: 'jane', to: 'jane@prod' },
      { action: 'rename', section: 'contexts', name: 'work', to: 'jane@production' },
    ];
    expect(await changesOf(config(), config({ names }))).toEqual(renames);
    const traditional = privateKeyToPem(await parsePrivateKey(jane.key), { encoding: 'traditional' });
    const user = { clientKeyData: base64(traditional) };
    expect(await changesOf(config(), config({ names, user }))).toEqual(renames);
  });

  test('of a context is what it leads to', async () => {
    const two = {
      ...config(),
      clusters: [...config().clusters, { name: 'far', cluster: { server: 'https://far' } }],
      contexts: [{ name: 'work', context: { cluster: 'far', user: 'jane', namespace: 'dev' } }],
    };
    expect(await changesOf(config(), two)).toEqual([
      { action: 'add', section: 'clusters', name: 'far', after: 'server https://far' },
      { action: 'change', section: 'contexts', name: 'work', field: 'cluster', before: 'prod', after: 'far' },
      { action: 'change', section: 'contexts', name: 'work', field: 'namespace', after: 'dev' },
    ]);
  });

  test('of files that cannot be read goes by their paths, and says so', async () => {
    const [one, two] = ['a', 'b'].map((path) =>
      config({ user: { clientKeyData: undefined, clientKey: path } }),
    );
    const diff = await diffKubeconfigs(one ?? config(), two ?? config());
    expect(diff.changes).toMatchObject([{ field: 'client-key', before: 'a', after: 'b' }]);
    expect(diff.notices.map(({ code, path }) => [code, path])).toEqual([
      ['file-unreadable', 'a'],
      ['file-unreadable', 'b'],
    ]);
    const known = await diffKubeconfigs(config(), two ?? config());
    expect(known.changes).toMatchObject([
      { field: 'client-key', after: 'b', reason: 'the file cannot be read' },
    ]);
    expect((await diffKubeconfigs(two ?? config(), two ?? config())).same).toBe(true);
  });

  test('is told for the current context, preferences, extensions and fields that nobody knows', async () => {
    const two: Kubeconfig = {
      ...config(),
      currentContext: '',
      preferences: { colors: true },
      extensions: [{ name: 'x', extension: { b: 1, a: 2 } }],
      other: { 'x-field': 'y' },
    };
    expect(await changesOf(config(), two)).toEqual([
      { action: 'change', section: 'current-context', name: '', before: 'work' },
      { action: 'change', section: 'preferences', name: '', field: 'colors', after: 'true' },
      { action: 'change', section: 'extensions', name: '', field: 'extensions["x"]', reason: 'there now' },
      { action: 'change', section: 'other', name: '', field: 'x-field', reason: 'there now' },
    ]);
    const turned = { ...two, extensions: [{ name: 'x', extension: { a: 2, b: 1 } }] };
    expect(await changesOf(two, turned)).toEqual([]);
  });

  test('is found in what is there twice', async () => {
    const [one, two] = ['a', 'b'].map((value) =>
      config({
        user: {
          exec: {
            command: 'x',
            env: [
              { name: 'A', value },
              { name: 'A', value: 'c' },
            ],
            other: { y: value },
          },
          other: { y: 1 },
        },
      }),
    );
    expect(await changesOf(one ?? config(), two ?? config())).toEqual(
      ['exec.env.A', 'exec.y'].map((field) => ({
        ...{ action: 'change', section: 'users', name: 'jane' },
        ...{ field, reason: 'other content' },
      })),
    );
  });

  test('of one is none with itself, however it was written', async () => {
    const exec = { command: 'aws', args: ['eks'], env: [{ name: 'A', value: 'b' }] };
    const one = config({ user: { exec, authProvider: { name: 'oidc', config: { k: 'v' } } } });
    expect(await changesOf(one, parseKubeconfig(renderKubeconfig(one)))).toEqual([]);
  });
});
