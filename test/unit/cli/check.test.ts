import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTER, openConsole, type Console } from './support/console.ts';

let terminal: Console;
beforeAll(async () => {
  terminal = openConsole();
  writeFileSync(join(terminal.cwd, 'cluster.yaml'), CLUSTER);
  const { code } = await terminal.kubepki('apply --config cluster.yaml --rootfs out');
  expect(code).toBe(0);
});
afterAll(() => {
  terminal.remove();
});

const codeOf = async (line: string): Promise<number> => (await terminal.kubepki(line)).code;

test('the exit code is that of monitoring plugins', async () => {
  expect(await codeOf('check out')).toBe(0);
  expect(await codeOf('check out --now 2028-01-10T00:00:00Z')).toBe(1);
  expect(await codeOf('check out --now 2028-01-29T00:00:00Z')).toBe(2);
  expect(await codeOf('check out --now 2028-02-10T00:00:00Z')).toBe(2);
  expect(await codeOf('check out --warn 400d')).toBe(1);
  expect(await codeOf('check out --crit 400d')).toBe(2);
  expect(await codeOf('check out --warn 7d --crit 7d')).toBe(0);
  for (const line of [
    'check nowhere',
    'check --format xml',
    'check --warn soon',
    'check out --warn 3d --crit 7d',
    'check out --warn 3d',
    'check --now never',
    'check --nope',
  ])
    expect({ line, code: await codeOf(line) }).toEqual({ line, code: 3 });
});

test('JSON is a CheckReport, sorted by expiry, with paths as they are here', async () => {
  const { stdout } = await terminal.kubepki('check out -o json');
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ apiVersion: 'kubepki/v1alpha1', kind: 'CheckReport', status: 'OK' });
  const ends: string[] = report.certificates.map(({ notAfter }: { notAfter: string }) => notAfter);
  expect(ends).toEqual([...ends].sort());
  const apiserver = report.certificates.find(
    ({ commonName }: { commonName: string }) => commonName === 'kube-apiserver',
  );
  expect(apiserver).toMatchObject({
    path: join(terminal.cwd, 'out/etc/kubernetes/pki/apiserver.crt'),
    issuer: 'CN = kubernetes',
    daysLeft: 365,
    signedBy: [join(terminal.cwd, 'out/etc/kubernetes/pki/ca.crt')],
  });
  expect(apiserver.subjectAltNames).toContain('DNS:kubernetes.default.svc');
});

test('metrics escape their labels and are whole lines', async () => {
  const { stdout } = await terminal.kubepki('check out -o prom');
  const lines = stdout.trimEnd().split('\n');
  expect(stdout.endsWith('\n')).toBe(true);
  for (const line of lines)
    expect(line).toMatch(
      /^(?:# (?:HELP|TYPE) kubepki_\w+ .+|kubepki_\w+(?:\{(?:\w+="(?:[^"\\\n]|\\.)*",?)+\})? -?[\d.e+]+)$/,
    );
  expect(stdout).toContain('kubepki_check_status 0\n');
});

test('no form holds a private key, and a report in a file is whole', async () => {
  for (const form of ['text', 'json', 'prom', 'html']) {
    const { code, stdout } = await terminal.kubepki(`check out -o ${form} --output report.${form}`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const report = readFileSync(join(terminal.cwd, `report.${form}`), 'utf8');
    expect(report.length).toBeGreaterThan(500);
    expect(report).not.toContain('PRIVATE KEY');
    const key =
      readFileSync(join(terminal.cwd, 'out/etc/kubernetes/pki/ca.key'), 'utf8').split('\n')[1] ?? '';
    expect(report).not.toContain(key);
  }
  expect(readdirSync(terminal.cwd).filter((name) => name.startsWith('.report'))).toEqual([]);
});

test('where the files differ from the configuration is a finding', async () => {
  writeFileSync(join(terminal.cwd, 'changed.yaml'), CLUSTER.replace('10.0.0.10', '10.0.0.99'));
  const { code, stdout } = await terminal.kubepki('check out --config changed.yaml -o json');
  const codes: string[] = JSON.parse(stdout).findings.map(({ code: one }: { code: string }) => one);
  expect(code).toBe(1);
  expect(codes).toContain('configuration-drift');
  expect(await codeOf('check out --config cluster.yaml')).toBe(0);
});

test('--quiet is one line, and a path may be a file or a folder', async () => {
  const { stdout } = await terminal.kubepki('check out --quiet');
  expect(stdout).toMatch(/^OK: \d+ certificates, 0 critical, 0 warnings, \d+ notes; .*\n$/);
  for (const path of [
    'out/etc/kubernetes/admin.conf',
    'out/etc/kubernetes/pki',
    'out/etc/kubernetes/pki/ca.crt',
  ])
    expect({ path, code: await codeOf(`check ${path} --quiet`) }).toEqual({ path, code: 0 });
});

test('a machine that was set up by hand is a root without etc/kubernetes, and its units are read', async () => {
  const unit = 'hand/etc/systemd/system/etcd.service';
  for (const folder of ['hand/etc/systemd/system', 'hand/etc/etcd', 'hand/var/lib/kubernetes'])
    mkdirSync(join(terminal.cwd, folder), { recursive: true });
  writeFileSync(join(terminal.cwd, unit), '[Service]\nExecStart=/bin/etcd --cert-file=/etc/etcd/lost.crt\n');
  cpSync(
    join(terminal.cwd, 'out/etc/kubernetes/pki/etcd/server.crt'),
    join(terminal.cwd, 'hand/etc/etcd/there.crt'),
  );
  const { code, stdout } = await terminal.kubepki('check hand -o json');
  const report = JSON.parse(stdout);
  expect([code, report.checked]).toEqual([2, [join(terminal.cwd, 'hand')]]);
  expect(report.findings).toContainEqual(
    expect.objectContaining({
      code: 'file-missing',
      path: join(terminal.cwd, 'hand/etc/etcd/lost.crt'),
      message: expect.stringContaining(join(terminal.cwd, unit)),
    }),
  );
  const one = JSON.parse((await terminal.kubepki('check hand/etc/etcd -o json')).stdout);
  expect(one.certificates.map(({ path }: { path: string }) => path)).toEqual([
    join(terminal.cwd, 'hand/etc/etcd/there.crt'),
  ]);
});

test('--warn below --crit is wrong usage that says so', async () => {
  const { code, stderr } = await terminal.kubepki('check out --warn 3d --crit 7d');
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining('--warn is shorter than --crit: no certificate would ever be a warning'),
  ]);
});
