/** What `check` and `explain` do with arguments and files that are not what they were made for. */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTER, openConsole, type Console, type Outcome } from './support/console.ts';

const PKI = 'out/etc/kubernetes/pki';

let terminal: Console;
const at = (path: string): string => join(terminal.cwd, path);
const kubepki = (line: string, options?: Parameters<Console['kubepki']>[1]): Promise<Outcome> =>
  terminal.kubepki(line, options);

beforeAll(async () => {
  terminal = openConsole();
  writeFileSync(at('cluster.yaml'), CLUSTER);
  await kubepki('apply --config cluster.yaml --rootfs out');
});
afterAll(() => {
  terminal.remove();
});

test.each([
  ['check out', 3],
  ['check out -o json', 3],
  ['check out -o prom', 3],
  ['check out -o html', 3],
  ['check out --now 2028-01-10T00:00:00Z', 3],
  ['plan --config cluster.yaml --rootfs out', 2],
  [`verify ${PKI}/apiserver.crt --ca ${PKI}/ca.crt`, 1],
  [`x509 -in ${PKI}/ca.crt -noout -text`, 1],
  ['explain tls:.bad.certificate --help', 1],
])('a result that cannot be written is a failure, whatever it is: %s', async (line, code) => {
  const outcome = await kubepki(line, { isFull: true });
  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toContain('cannot write "standard output": no space left on device (ENOSPC)');
});

describe('a report', () => {
  test.each([
    [`${PKI}/ca.crt`, 'is one of the files that are checked'],
    [`${PKI}/ca.key`, 'holds a private key'],
    ['link.txt', 'is one of the files that are checked'],
    ['hard.txt', 'is one of the files that are checked'],
    ['cluster.yaml', 'is one of the files that are checked'],
  ])('is not written over %s', async (output, why) => {
    rmSync(at('link.txt'), { force: true });
    rmSync(at('hard.txt'), { force: true });
    symlinkSync(at(`${PKI}/ca.crt`), at('link.txt'));
    linkSync(at(`${PKI}/ca.crt`), at('hard.txt'));
    const before = readFileSync(at(output), 'utf8');
    const { code, stderr } = await kubepki(`check out --config cluster.yaml --output ${output}`);
    expect([code, stderr]).toEqual([3, expect.stringContaining(why)]);
    expect(readFileSync(at(output), 'utf8')).toBe(before);
  });

  test.each(['text', 'json', 'prom', 'html'])(
    'is written over an earlier one, and an empty file: %s',
    async (form) => {
      const output = `${PKI}/report.${form === 'text' ? 'pem.txt' : form}`;
      writeFileSync(at(output), '');
      for (let times = 0; times < 2; times++)
        expect((await kubepki(`check out -o ${form} --output ${output}`)).code).toBe(0);
      rmSync(at(output));
    },
  );
});

describe('what is given in place of a file', () => {
  test.each([
    ['check loop', 3, 'leads back to itself (ELOOP)'],
    ['check dead', 3, 'hint: it is a symbolic link, and what it leads to is not there'],
    ['check nothing', 3, 'no such file or directory (ENOENT)'],
    ['check 10.0.0.1:6443', 3, 'openssl s_client -connect 10.0.0.1:6443'],
    ['check https://[fd00::1]:6443/', 3, 'openssl s_client -connect [fd00::1]:6443'],
    [`verify api.example.com:443 --ca ${PKI}/ca.crt`, 2, 'openssl s_client -connect api.example.com:443'],
    ['check pipe', 3, 'is a pipe or a device\nhint: for what comes out of a pipe give -'],
    [`verify ${PKI}/apiserver.crt --ca=`, 2, '--ca is empty\nhint: is a variable not set?'],
    [`check --output=`, 3, '--output is empty'],
    [`plan --rootfs=`, 2, '--rootfs is empty'],
    [`x509 -in=`, 1, '-in is empty'],
  ])('%s', async (line, code, message) => {
    if (line.includes('loop')) symlinkSync('loop', at('loop'));
    if (line.includes('dead')) symlinkSync('gone', at('dead'));
    if (line.includes('pipe')) execFileSync('mkfifo', [at('pipe')]);
    const outcome = await kubepki(line);
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(message)]);
  });

  test('an empty argument is no file', async () => {
    for (const argv of [
      ['check', ''],
      ['explain', 'tls: bad certificate', ''],
      ['csr', 'show', ''],
    ])
      expect((await terminal.kubepki(argv)).stderr).toContain(
        'an argument is empty\nhint: is a variable not set?',
      );
  });

  test('standard input is checked, and looked at, once', async () => {
    const input = readFileSync(at('out/etc/kubernetes/admin.conf'));
    const { code, stdout } = await kubepki('check -', { input });
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('/dev/stdin#users[0].user.client-certificate-data'),
    ]);
    const expired = await terminal.kubepki(
      ['explain', 'x509: certificate has expired or is not yet valid', '-', '--now=2030-01-01T00:00:00Z'],
      { input },
    );
    expect(expired.stdout).toContain('/dev/stdin#users[0].user.client-certificate-data: ');
    expect((await kubepki('check - --config -')).stderr).toContain('standard input is asked for twice');
  });
});

describe('where nothing is known', () => {
  const NOTHING = 'holds no certificate, key or kubeconfig';
  test.each([
    ['README.md', 'hello', NOTHING],
    ['README', '# a\n\n```yaml\napiVersion: v1\nkind: [\n```\n', NOTHING],
    ['script.sh', '#!/bin/sh\n', NOTHING],
    ['empty', '', NOTHING],
    ['package.json', '{"name": "x"}', NOTHING],
    ['folder', undefined, 'no certificate was found in it'],
    ['root/etc/kubernetes', undefined, 'no certificate was found in it'],
    ['root', undefined, 'no certificate was found where a cluster keeps its PKI'],
  ])('it is said why, and what to do: %s', async (name, content, why) => {
    if (content === undefined) mkdirSync(at(name), { recursive: true });
    else writeFileSync(at(name), content);
    const { code, stdout } = await kubepki(`check ${name} --quiet`);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^UNKNOWN: 0 certificates,/);
    expect(stdout).toContain(`; not known: ${at(name)}: ${why}: `);
  });

  test('it is so too beside a certificate, and what is named as one is broken', async () => {
    writeFileSync(at('README.md'), 'hello');
    writeFileSync(at('broken.crt'), 'hello');
    expect((await kubepki(`check README.md ${PKI}/ca.crt`)).code).toBe(3);
    expect((await kubepki(`check README.md broken.crt`)).code).toBe(2);
  });
});

test('names that hide or turn the text are shown, in every form', async () => {
  const name = 'a\u202eb\u001b[31m\u200b\ufeff\n.crt';
  mkdirSync(at('odd'));
  writeFileSync(at(`odd/${name}`), readFileSync(at(`${PKI}/ca.crt`)));
  const invisible = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e\ufeff]/;
  for (const form of ['text', 'json', 'prom', 'html']) {
    const { stdout } = await kubepki(`check odd -o ${form}`);
    expect({ form, found: invisible.exec(stdout)?.[0] }).toEqual({ form, found: undefined });
  }
  const report = JSON.parse((await kubepki('check odd -o json')).stdout);
  expect(report.certificates[0].path).toBe(at(`odd/${name}`));
  expect((await kubepki('check odd')).stdout).toContain('a\u27e8U+202E\u27e9b\u27e8U+001B\u27e9[31m');
});

describe('the table of certificates', () => {
  const rows = async (isTerminal: boolean, columns: number): Promise<string[]> => {
    const { stdout } = await kubepki('check out', { isTerminal, columns, env: { NO_COLOR: '1' } });
    const [, table = ''] = stdout.split('CERTIFICATES\n');
    return (table.split('\n\n')[0] ?? '').trimEnd().split('\n');
  };

  test('keeps the end of each path where a terminal is narrow, and wraps no line', async () => {
    for (const columns of [80, 120]) {
      const [, ...lines] = await rows(true, columns);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(lines.filter((line) => line.includes('pki/apiserver-kubelet-client.crt'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('admin.conf#client-certificate-data'))).not.toEqual([]);
    }
  });

  test('has every path whole in a pipe', async () => {
    const lines = await rows(false, 80);
    const path = at(
      'out/etc/kubernetes/controller-manager.conf#clusters[0].cluster.certificate-authority-data',
    );
    expect(lines.filter((line) => line.includes(`  ${path}  `))).toHaveLength(1);
  });
});
