import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTER, openConsole, type Console } from './support/console.ts';

const PKI = 'root/etc/kubernetes/pki';

let terminal: Console;
beforeEach(() => {
  terminal = openConsole();
  writeFileSync(join(terminal.cwd, 'cluster.yaml'), CLUSTER);
});
afterEach(() => {
  terminal.remove();
});

const inTree = (path: string): string => join(terminal.cwd, PKI, path);
const PLAN = 'plan --config cluster.yaml --rootfs root';
const APPLY = 'apply --config cluster.yaml --rootfs root';

describe('plan and apply', () => {
  test('certificates from a time to come are kept, with a warning, for it may be this clock that is wrong', async () => {
    await terminal.kubepki(APPLY);
    const ahead = await terminal.kubepki(`${APPLY} --now 2029-01-31T12:00:00Z`);
    expect({ code: ahead.code, stderr: ahead.stderr }).toEqual({ code: 0, stderr: '' });
    const { code, stdout, stderr } = await terminal.kubepki(APPLY);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+ unchanged\n$/)]);
    expect(stderr).toMatch(
      /^warning: not valid yet: \d+ of the certificates that are kept, such as \/.*\nhint: check this clock; .*\n$/,
    );
  });

  test('a fresh tree is planned, made, and then has nothing left to do', async () => {
    const before = await terminal.kubepki(PLAN);
    expect(before.code).toBe(1);
    expect(before.stdout).toMatch(/^cp-1\n {2}create {3}ca /);
    expect(before.stdout).toMatch(/\n\d+ to create\n$/);
    expect(existsSync(join(terminal.cwd, 'root'))).toBe(false);

    const made = await terminal.kubepki(APPLY);
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`wrote ${inTree('apiserver.crt')}\n`);
    expect(made.stdout).toMatch(/\n\d+ created\n$/);
    expect(statSync(inTree('ca.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(inTree('.')).filter((name) => name.includes('lock'))).toEqual([]);

    const after = await terminal.kubepki(PLAN);
    expect(after.code).toBe(0);
    expect(after.stdout).toMatch(
      /^cp-1\n {2}\d+ unchanged\n\nnode01\n {2}\d+ unchanged\n\njane\n {2}1 unchanged\n\n\d+ unchanged\n$/,
    );
    expect((await terminal.kubepki(APPLY)).stdout).toMatch(/^\d+ unchanged\n$/);
  });

  test('apply --dry-run says what plan says, and writes nothing', async () => {
    const [plan, dry] = [await terminal.kubepki(PLAN), await terminal.kubepki(`${APPLY} --dry-run`)];
    expect(dry).toEqual(plan);
    expect(existsSync(join(terminal.cwd, 'root'))).toBe(false);
    expect((await terminal.kubepki('apply --config nope.yaml --dry-run')).code).toBe(2);
  });

  test('drift is shown with what was expected and found, and mended with a backup', async () => {
    await terminal.kubepki(APPLY);
    writeFileSync(
      join(terminal.cwd, 'cluster.yaml'),
      CLUSTER.replace('v1.36.3', 'v1.36.3\napiServer: {certSANs: [api.example]}'),
    );
    const { code, stdout } = await terminal.kubepki(PLAN);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      / {2}reissue {2}apiserver +it lacks DNS:api\.example\n +expected {2}.*api\.example.*\n +actual {4}DNS/,
    );
    expect(stdout).toMatch(/\n1 to reissue, \d+ unchanged\n$/);
    const mended = await terminal.kubepki(APPLY);
    expect(mended.code).toBe(0);
    expect(mended.stdout).toMatch(/\nbackup of what was replaced: .*\n1 reissued, \d+ unchanged\n$/);
  });

  test('the role bindings that the tree needs go to a file or to standard output', async () => {
    expect((await terminal.kubepki(`${APPLY} --rbac-manifest out/rbac.yaml`)).code).toBe(0);
    const written = readFileSync(join(terminal.cwd, 'out/rbac.yaml'), 'utf8');
    expect(written).toContain('name: kubeadm:apiserver-kubelet-client');
    expect((await terminal.kubepki(`${APPLY} --rbac-manifest -`)).stdout).toBe(written);
    expect((await terminal.kubepki(`${APPLY} --rbac-manifest - -o json`)).code).toBe(2);
    const fresh = `${APPLY.replace('--rootfs root', '--rootfs fresh')} --rbac-manifest fresh/etc/kubernetes/pki/ca.key`;
    expect((await terminal.kubepki(fresh)).code).toBe(2);
    expect(existsSync(join(terminal.cwd, 'fresh'))).toBe(false);
    const key = readFileSync(inTree('ca.key'), 'utf8');
    const refused = await terminal.kubepki(`${APPLY} --rbac-manifest ${inTree('ca.key')}`);
    expect([refused.code, readFileSync(inTree('ca.key'), 'utf8')]).toEqual([1, key]);
  });

  test('what is blocked is listed with its reason, the rest is done, and the exit code is 1', async () => {
    await terminal.kubepki(APPLY);
    rmSync(inTree('ca.key'));
    rmSync(inTree('apiserver.key'));
    rmSync(inTree('front-proxy-client.crt'));
    const { code, stdout } = await terminal.kubepki(APPLY);
    expect(code).toBe(1);
    expect(stdout).toContain(`wrote ${inTree('front-proxy-client.crt')}`);
    expect(stdout).toMatch(
      / {2}blocked {2}apiserver +its private key is not there\n +the key of its CA ca is not here\n +fix /,
    );
    expect(stdout).toMatch(/\n1 created, 1 blocked, \d+ unchanged\n$/);
    expect(existsSync(inTree('apiserver.key'))).toBe(false);
  });

  test('notes of what is reused are said without making them look like work', async () => {
    await terminal.kubepki(APPLY);
    const { code, stdout } = await terminal.kubepki(`${PLAN} --now 2028-01-30T12:00:00Z`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ {2}reuse {4}apiserver +it expires in 1 day/);
    expect(stdout).not.toContain('expected');
  });
});

describe('documents', () => {
  test('of plan and apply have their kind, steps and no key', async () => {
    const plan = JSON.parse((await terminal.kubepki(`${PLAN} -o json`)).stdout);
    expect(plan).toMatchObject({ apiVersion: 'kubepki/v1alpha1', kind: 'Plan' });
    expect(plan.steps[0]).toEqual({
      action: 'create',
      target: 'ca',
      owner: 'cp-1',
      files: [inTree('ca.crt'), inTree('ca.key')],
      reasons: [{ code: 'absent', message: expect.any(String) }],
    });
    const { stdout } = await terminal.kubepki(`${APPLY} --output=json`);
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual([
      'apiVersion',
      'kind',
      'steps',
      'written',
      'backups',
      'notices',
      'recovered',
    ]);
    expect(result.kind).toBe('ApplyResult');
    expect(result.written).toContain(inTree('sa.key'));
    expect(stdout).not.toContain('PRIVATE KEY');
  });
});

describe('where things go', () => {
  test('relative directories begin at the working directory, or at the root that is put before them', async () => {
    await terminal.kubepki('apply --config cluster.yaml --cert-dir certs --kubeconfig-dir conf');
    expect(existsSync(join(terminal.cwd, 'certs/ca.crt'))).toBe(true);
    expect(existsSync(join(terminal.cwd, 'conf/admin.conf'))).toBe(true);
    await terminal.kubepki(
      'apply --config cluster.yaml --rootfs other --cert-dir certs --kubeconfig-dir conf',
    );
    expect(existsSync(join(terminal.cwd, 'other/certs/ca.crt'))).toBe(true);
    expect(existsSync(join(terminal.cwd, 'other/conf/admin.conf'))).toBe(true);
  });

  test('--kubeconfig-certs files puts certificate and key beside each kubeconfig', async () => {
    await terminal.kubepki(`${APPLY} --kubeconfig-certs files`);
    expect(existsSync(join(terminal.cwd, 'root/etc/kubernetes/admin.key'))).toBe(true);
    expect(readFileSync(join(terminal.cwd, 'root/etc/kubernetes/admin.conf'), 'utf8')).toContain(
      'client-key: admin.key',
    );
  });

  test('flags alone are enough, and - is standard input', async () => {
    const flags = '--node-name cp-9 --apiserver-advertise-address 10.9.0.1 --key-algorithm ECDSA-P256';
    const alone = await terminal.kubepki(
      `plan --rootfs root ${flags} --apiserver-cert-extra-sans a.example,b.example`,
    );
    expect(alone.code).toBe(1);
    expect(alone.stdout).toMatch(/^cp-9\n/);
    expect((await terminal.kubepki('plan --rootfs root --config -', { input: CLUSTER })).stdout).toMatch(
      /^cp-1\n/,
    );
  });
});

describe('wrong input', () => {
  test('all problems of a file are said at once, each with its path', async () => {
    const input =
      'apiVersion: kubepki/v1alpha1\nkind: ClusterPKI\nnodes:\n- name: node01\n  colour: red\nusers: 4\n';
    const { code, stderr, stdout } = await terminal.kubepki('plan --config - -o json', { input });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^kubepki: plan: standard input has 2 problems\n {2}ClusterPKI\.nodes\[0\]\.colour: .*\n {2}ClusterPKI\.users: .*\n/,
    );
    expect(JSON.parse(stdout).details.problems).toHaveLength(2);
  });

  test('warnings about a file go to standard error, and are errors with --strict', async () => {
    writeFileSync(
      join(terminal.cwd, 'cluster.yaml'),
      CLUSTER.replace('kubernetesVersion', 'colour: red\nkubernetesVersion'),
    );
    const { code, stderr } = await terminal.kubepki(PLAN);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'warning: ClusterConfiguration.colour: unknown field\n',
    });
    expect((await terminal.kubepki(`${PLAN} --strict`)).code).toBe(2);
  });

  test.each([
    ['a file that is not there', 'apply --config nope.yaml'],
    ['a directory in its place', 'apply --config .'],
    ['a flag that contradicts the file', `${PLAN} --node-name other`],
    ['a time that is none', `${PLAN} --now yesterday`],
    ['an owner that is no number', `${APPLY} --owner root`],
    ['a time to wait that is none', `${APPLY} --lock-timeout soon`],
    ['a time to wait that is a date', `${APPLY} --lock-timeout 2028-01-01T00:00:00Z`],
  ])('%s is exit code 2', async (_title, line) => {
    const { code, stdout, stderr } = await terminal.kubepki(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^kubepki: (?:plan|apply): .+\n(?:hint: .+\n)?$/);
  });

  test('a run that finds another at work gives up after --lock-timeout, and names it', async () => {
    await terminal.kubepki(APPLY);
    const { pid } = process;
    const lock = { nonce: '0123456789abcdef', since: '2027-01-31T11:59:00Z', pid, host: 'elsewhere' };
    writeFileSync(inTree('.kubepki.lock'), JSON.stringify(lock));
    const { code, stderr } = await terminal.kubepki(`${APPLY} --lock-timeout 0`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/held by process \d+ on elsewhere since 2027-01-31T11:59:00Z/);
  });
});
