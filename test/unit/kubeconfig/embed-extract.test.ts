import { encodeBase64 } from '../../../src/asn1/base64.ts';
import { embedFiles } from '../../../src/kubeconfig/embed.ts';
import { extractData } from '../../../src/kubeconfig/extract.ts';
import { fileNameOf } from '../../../src/kubeconfig/file-names.ts';
import type { Kubeconfig, NamedUser } from '../../../src/kubeconfig/model.ts';
import { parseKubeconfig } from '../../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../../src/kubeconfig/render.ts';
import { clientPair, type ClientPair } from '../../support/client-pair.ts';
import { failureOf } from '../../support/errors.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (text: string): string => encodeBase64(bytesOf(text));

let pair: ClientPair;
let files: Readonly<Record<string, string>>;
beforeAll(async () => {
  pair = await clientPair();
  files = {
    'ca.crt': `# our CA\r\n${pair.ca}`,
    'jane.pem': pair.certificate + pair.key,
    'jane.key': pair.key,
    'jane.token': ' sesame\n',
    'blank.token': '\n',
    'locked.key': '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n',
  };
});

const NAMED = parseKubeconfig(`
x-unknown: kept
clusters:
- {name: z, cluster: {server: 'https://z', certificate-authority: ca.crt}}
- {name: a, cluster: {server: 'https://a', certificate-authority: ca.crt, x-field: 1}}
users:
- {name: jane, user: {client-certificate: jane.pem, client-key: jane.key, as: x}}
- {name: robot, user: {tokenFile: jane.token}}
`);
const read = (path: string): Uint8Array => bytesOf(files[path] ?? 'not here');
const userOf = (fields: NamedUser['user']): Kubeconfig => ({
  ...{ clusters: [], contexts: [], currentContext: '' },
  users: [{ name: 'jane', user: fields }],
});

describe('embedding', () => {
  test('puts files in byte for byte, says of each, and leaves order and all else', () => {
    const { config, changes } = embedFiles(NAMED, read);
    expect(config.clusters.map(({ name }) => name)).toEqual(['z', 'a']);
    expect(config.clusters[1]?.cluster).toEqual({
      server: 'https://a',
      certificateAuthorityData: base64(files['ca.crt'] ?? ''),
      other: { 'x-field': 1 },
    });
    expect(config.users[0]?.user).toEqual({
      clientCertificateData: base64(pair.certificate + pair.key),
      clientKeyData: base64(pair.key),
      as: 'x',
    });
    expect(config.users[1]?.user).toEqual({ tokenFile: 'jane.token' });
    expect(config.other).toEqual({ 'x-unknown': 'kept' });
    expect(
      changes.map(({ section, name, field, before, after }) => [section, name, field, before, after]),
    ).toEqual([
      ['clusters', 'z', 'certificate-authority', 'ca.crt', 'certificate-authority-data'],
      ['clusters', 'a', 'certificate-authority', 'ca.crt', 'certificate-authority-data'],
      ['users', 'jane', 'client-certificate', 'jane.pem', 'client-certificate-data'],
      ['users', 'jane', 'client-key', 'jane.key', 'client-key-data'],
    ]);
    expect(embedFiles(config, read)).toEqual({ config, changes: [] });
  });

  test('takes the entries that are chosen alone, and tokens as clients read them where they are asked for', () => {
    const { config, changes } = embedFiles(NAMED, read, { users: ['robot'], tokenFiles: true });
    expect(changes).toHaveLength(1);
    expect(config.users[1]?.user).toEqual({ token: 'sesame' });
    expect(config.clusters).toEqual(NAMED.clusters);
    expect(embedFiles(NAMED, read, { clusters: ['a'] }).changes.map(({ name }) => name)).toEqual(['a']);
  });

  test.each([
    ['a key in place of a certificate', { clientCertificate: 'jane.key' }, 'invalid-pem'],
    ['a certificate in place of a key', { clientKey: 'ca.crt' }, 'invalid-pem'],
    ['what is no PEM', { clientKey: 'nothing' }, 'invalid-pem'],
    ['an encrypted key', { clientKey: 'locked.key' }, 'invalid-key'],
    ['a file of a token without one', { tokenFile: 'blank.token' }, 'invalid-key'],
    ['both a path and data', { clientKey: 'jane.key', clientKeyData: 'AAAA' }, 'invalid-kubeconfig'],
    ['both a file and a token', { tokenFile: 'jane.token', token: 't' }, 'invalid-kubeconfig'],
  ])('refuses %s, without a word of its content', async (_, user, code) => {
    const error = await failureOf(() => embedFiles(userOf(user), read, { tokenFiles: true }));
    expect(error).toMatchObject({ code });
    expect(error.message).not.toMatch(/MIIB|sesame|AAAA/);
  });

  test('says of a path beside data which of them counts', async () => {
    const both = userOf({ clientKey: 'jane.key', clientKeyData: 'AAAA' });
    for (const refuse of [() => embedFiles(both, read), () => extractData(both)])
      expect(await failureOf(refuse)).toMatchObject({
        message: expect.stringContaining(
          'users["jane"].user.client-key: there are both client-key and client-key-data, of which client-key-data counts',
        ) as string,
      });
  });
});

describe('extracting', () => {
  test('names files of safe names, one for the same content, secret where there is more than certificates', () => {
    const embedded = embedFiles(NAMED, read, { tokenFiles: true }).config;
    const {
      config,
      files: made,
      changes,
    } = extractData(embedded, { tokens: true, pathOf: (name) => `pki/${name}` });
    expect(made.map(({ name, isSecret }) => [name, isSecret])).toEqual([
      ['z-ca.crt', false],
      ['jane.crt', true],
      ['jane.key', true],
      ['robot.token', true],
    ]);
    expect(made.map(({ data }) => new TextDecoder().decode(data))).toEqual([
      files['ca.crt'],
      files['jane.pem'],
      files['jane.key'],
      'sesame',
    ]);
    expect(config.clusters.map(({ cluster }) => cluster.certificateAuthority)).toEqual([
      'pki/z-ca.crt',
      'pki/z-ca.crt',
    ]);
    expect(config.users[0]?.user).toEqual({
      as: 'x',
      clientCertificate: 'pki/jane.crt',
      clientKey: 'pki/jane.key',
    });
    expect(changes).toHaveLength(5);
    const again = embedFiles(
      config,
      (path) => {
        const file = made.find(({ name }) => `pki/${name}` === path);
        return file?.data ?? new Uint8Array();
      },
      { tokenFiles: true },
    );
    expect(renderKubeconfig(again.config)).toBe(renderKubeconfig(embedded));
  });

  test('leaves tokens and entries that are not chosen', () => {
    const embedded = embedFiles(NAMED, read, { tokenFiles: true }).config;
    expect(extractData(embedded, { users: ['robot'] })).toEqual({ config: embedded, changes: [], files: [] });
    expect(extractData(embedded, { clusters: ['a'] }).files.map(({ name }) => name)).toEqual(['a-ca.crt']);
  });

  test('gives names that no file system takes for one another, and keeps out of the way of others', () => {
    const users = ['Jane', 'jane', 'a/b', 'a:b', '../../etc/x', '', '.', 'é', 'e\u0301'].map((name, at) => ({
      name,
      user: { clientKeyData: base64(`key ${at}`) },
    }));
    const config = { ...userOf({}), users };
    const known = [
      { name: 'JANE-2.key' },
      { name: 'old.key', data: bytesOf('key 3') },
      { name: 'old.crt', data: bytesOf('key 4') },
    ];
    const { files: made, changes } = extractData(config, { known });
    expect(made.map(({ name }) => name)).toEqual([
      ...['Jane.key', 'jane-3.key', 'a-b.key', '_..-..-etc-x.key', '_.key', '_..key', 'é.key', 'é-2.key'],
    ]);
    expect(changes[3]).toMatchObject({ name: 'a:b', after: 'old.key' });
  });

  test('cuts names that are too long for a file', () => {
    expect(fileNameOf('ü'.repeat(500))).toBe('ü'.repeat(56));
    expect(fileNameOf('-rf')).toBe('_-rf');
    expect(fileNameOf('kubernetes-admin@kubernetes')).toBe('kubernetes-admin@kubernetes');
  });

  test.each([
    ['data that is not base64', { clientKeyData: '%' }],
    ['a token with space around it', { token: 'sesame ' }],
  ])('refuses %s', async (_, user) => {
    const error = await failureOf(() => extractData(userOf(user), { tokens: true }));
    expect(error).toMatchObject({ code: 'invalid-kubeconfig' });
    expect(error.message).not.toContain('sesame');
  });
});
