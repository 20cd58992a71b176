import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { isPkiError } from '../../src/errors/pki-error.ts';
import { createKubeconfig } from '../../src/kubeconfig/create.ts';
import type { Kubeconfig } from '../../src/kubeconfig/model.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import { describeWith, run, runOk, tempDir } from '../support/foreign.ts';
import { kubeconfig as anyKubeconfig } from '../support/kubeconfigs.ts';

const folder = tempDir();
let files = 0;

function save(text: string | Uint8Array): string {
  const file = join(folder, `${++files}.conf`);
  writeFileSync(file, text);
  return file;
}

async function view(text: string | Uint8Array, output: 'json' | 'yaml' = 'json'): Promise<string> {
  const args = ['config', 'view', '--raw', '-o', output, '--kubeconfig', save(text)];
  return (await runOk('kubectl', args, { env: { PATH: process.env['PATH'], HOME: folder } })).stdout;
}

async function kubectlRefuses(text: string | Uint8Array): Promise<boolean> {
  const args = ['config', 'view', '--raw', '--kubeconfig', save(text)];
  return (await run('kubectl', args, { env: { PATH: process.env['PATH'], HOME: folder } })).code !== 0;
}

function weRefuse(text: string | Uint8Array): boolean {
  try {
    parseKubeconfig(text);
    return false;
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return true;
  }
}

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const HEAD = 'apiVersion: v1\nkind: Config\n';

const full: Kubeconfig = {
  clusters: [
    {
      name: 'a',
      cluster: {
        server: 'https://a:6443',
        tlsServerName: 'x',
        insecureSkipTlsVerify: true,
        certificateAuthority: 'ca.crt',
        certificateAuthorityData: 'YWJj',
        proxyUrl: 'http://p:1',
        disableCompression: true,
        extensions: [{ name: 'e', extension: { a: [1, 'yes'] } }],
      },
    },
    { name: 'yes', cluster: { server: 'https://[::1]:6443' } },
  ],
  contexts: [
    {
      name: 'c',
      context: { cluster: 'a', user: 'u', namespace: '012', extensions: [{ name: 'e', extension: 'text' }] },
    },
  ],
  currentContext: 'c',
  users: [
    {
      name: 'u',
      user: {
        clientCertificate: 'c.crt',
        clientCertificateData: 'YWJj',
        clientKey: 'c.key',
        clientKeyData: 'ZGVm',
        token: 'null',
        tokenFile: '/t',
        as: 'root',
        asUid: '0',
        asGroups: ['g', '1'],
        asUserExtra: { k: ['v', 'n'] },
        username: 'on',
        password: '1e3',
        authProvider: { name: 'oidc', config: { 'client-id': '0x1' } },
        exec: {
          command: 'aws',
          args: ['eks', '--n', 'y'],
          env: [{ name: 'A', value: 'line\nline\n' }],
          apiVersion: 'client.authentication.k8s.io/v1',
          installHint: 'a: b # c',
          provideClusterInfo: true,
          interactiveMode: 'Never',
        },
        extensions: [{ name: 'e', extension: { deep: { er: null } } }],
      },
    },
  ],
  preferences: { colors: true, extensions: [{ name: 'p', extension: [1] }] },
  extensions: [{ name: 'top', extension: 1.5 }],
};

describeWith(['kubectl'], 'kubectl config view', () => {
  test('gives back all fields that client-go knows', async () => {
    const text = renderKubeconfig(full);
    const json = await view(text);
    expect(parseKubeconfig(json)).toEqual(full);
    expect(parseKubeconfig(text)).toEqual(full);
  });

  test('writes the same bytes as we do', async () => {
    const text = renderKubeconfig(full);
    expect(await view(text, 'yaml')).toBe(text);
  });

  test('writes the same bytes for a kubeconfig made from certificates', async () => {
    const config = createKubeconfig({
      cluster: { name: 'kubernetes', server: 'https://10.0.0.10:6443', certificateAuthority: { data: PEM } },
      user: { name: 'kubernetes-admin', clientCertificate: { data: PEM }, clientKey: { data: PEM } },
      preferences: true,
    });
    const text = renderKubeconfig(config);
    expect(await view(text, 'yaml')).toBe(text);
  });

  test('gives back the same data for any kubeconfig', async () => {
    await fc.assert(
      fc.asyncProperty(anyKubeconfig, async (config) => {
        const text = renderKubeconfig(config);
        // kubectl sorts by name and leaves out what is empty, so both sides go through it.
        expect(JSON.parse(await view(renderKubeconfig(parseKubeconfig(text))))).toEqual(
          JSON.parse(await view(text)),
        );
        const names = (list: readonly { readonly name: string }[]): string[] =>
          list.map(({ name }) => name).sort();
        const seen = parseKubeconfig(await view(text));
        expect(names(seen.users)).toEqual(names(config.users));
        expect(names(seen.clusters)).toEqual(names(config.clusters));
        for (const { name, user } of config.users) {
          const found = seen.users.find((entry) => entry.name === name)?.user;
          expect(found?.password ?? '').toBe(user.password ?? '');
          expect(found?.clientKeyData ?? '').toBe(user.clientKeyData ?? '');
        }
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

const refused: readonly (readonly [string, string])[] = [
  ['a number as current context', `${HEAD}current-context: 1\n`],
  ['a boolean of YAML 1.1 as a name', `${HEAD}users:\n- name: y\n  user: {}\n`],
  ['a number as a cluster name', `${HEAD}clusters:\n- name: 012\n  cluster: {server: x}\n`],
  ['a number as a token', `${HEAD}users:\n- name: a\n  user: {token: 1e3}\n`],
  ['another apiVersion', 'apiVersion: v2\nkind: Config\n'],
  ['another kind', 'apiVersion: v1\nkind: Pod\n'],
  ['a number as apiVersion', 'apiVersion: 1\nkind: Config\n'],
  ['a list instead of a map', '[]\n'],
  ['text instead of a map', 'hello\n'],
  ['clusters that are a map', `${HEAD}clusters: {a: {}}\n`],
  ['a cluster that is text', `${HEAD}clusters:\n- name: a\n  cluster: x\n`],
  ['a list item that is text', `${HEAD}users: [a]\n`],
  ['base64 that is none', `${HEAD}users:\n- name: a\n  user: {client-key-data: '!!!'}\n`],
  ['base64 without padding', `${HEAD}users:\n- name: a\n  user: {client-key-data: YWI}\n`],
  ['base64 with a space', `${HEAD}users:\n- name: a\n  user: {client-key-data: 'YW Jj'}\n`],
  ['base64 in the URL alphabet', `${HEAD}users:\n- name: a\n  user: {client-key-data: '_-_-'}\n`],
  ['a quoted boolean', `${HEAD}clusters:\n- name: a\n  cluster: {insecure-skip-tls-verify: 'true'}\n`],
  ['a cluster given twice', `${HEAD}clusters:\n- name: a\n- name: a\n`],
  ['an extension given twice', `${HEAD}extensions:\n- name: a\n  extension: 1\n- name: a\n  extension: 2\n`],
  ['groups that are text', `${HEAD}users:\n- name: a\n  user: {as-groups: a}\n`],
  ['extra that is a map of texts', `${HEAD}users:\n- name: a\n  user: {as-user-extra: {a: b}}\n`],
  ['exec arguments that are numbers', `${HEAD}users:\n- name: a\n  user: {exec: {command: a, args: [1]}}\n`],
  ['exec variables that are a map', `${HEAD}users:\n- name: a\n  user: {exec: {command: a, env: {A: b}}}\n`],
  [
    'auth provider config with a number',
    `${HEAD}users:\n- name: a\n  user: {auth-provider: {name: a, config: {b: 1}}}\n`,
  ],
  ['preferences that are a list', `${HEAD}preferences: []\n`],
  ['broken YAML', `${HEAD}clusters: [`],
  ['not a number', `${HEAD}x: .nan\n`],
];

const accepted: readonly (readonly [string, string | Uint8Array])[] = [
  ['an empty file', ''],
  ['only comments', '# nothing\n'],
  ['no apiVersion and kind', 'current-context: a\n'],
  ['empty apiVersion and kind', "apiVersion: ''\nkind: ''\n"],
  ['JSON', '{"apiVersion":"v1","kind":"Config","current-context":"x"}'],
  ['nulls for lists and names', `${HEAD}clusters: null\nusers:\n- name: null\n  user: null\n`],
  ['a null in a list', `${HEAD}users:\n- null\n`],
  [
    'nulls for fields',
    `${HEAD}users:\n- name: a\n  user: {token: null, client-key-data: null, exec: null, as-groups: [null]}\n`,
  ],
  ['an unknown field', `${HEAD}foo: bar\nclusters:\n- name: a\n  more: 1\n  cluster: {Server: x}\n`],
  ['a merge key', `${HEAD}x: &a {server: q}\nclusters:\n- name: a\n  cluster: {<<: *a}\n`],
  [
    'base64 over lines',
    `${HEAD}users:\n- name: a\n  user:\n    client-key-data: |\n      YWJj\n      ZGVm\n`,
  ],
  ['base64 with unused bits', `${HEAD}users:\n- name: a\n  user: {client-key-data: YWJ=}\n`],
  ['a YAML 1.1 boolean', `${HEAD}clusters:\n- name: a\n  cluster: {insecure-skip-tls-verify: on}\n`],
  ['a leading marker and a byte order mark', `\ufeff---\n${HEAD}`],
  ['Windows line ends', `${HEAD}current-context: a\n`.replaceAll('\n', '\r\n')],
  [
    'UTF-16, as PowerShell writes it',
    new Uint8Array(Buffer.from(`\ufeff${HEAD}current-context: a\n`, 'utf16le')),
  ],
  ['an extension of any type', `${HEAD}extensions:\n- name: a\n  extension: 1\n- name: b\n`],
];

describeWith(['kubectl'], 'a kubeconfig that kubectl refuses is refused:', () => {
  test.each(refused)('%s', async (_title, text) => {
    expect({ kubectl: await kubectlRefuses(text), we: weRefuse(text) }).toEqual({ kubectl: true, we: true });
  });
});

describeWith(['kubectl'], 'a kubeconfig that kubectl accepts is accepted and means the same:', () => {
  test.each(accepted)('%s', async (_title, text) => {
    expect(JSON.parse(await view(renderKubeconfig(parseKubeconfig(text))))).toEqual(
      JSON.parse(await view(text)),
    );
  });

  test('but for a key given twice and a second document, which kubectl passes over', async () => {
    for (const text of [
      `${HEAD}current-context: a\ncurrent-context: b\n`,
      `${HEAD}---\ncurrent-context: b\n`,
    ]) {
      expect({ kubectl: await kubectlRefuses(text), we: weRefuse(text) }).toEqual({
        kubectl: false,
        we: true,
      });
    }
  });
});
