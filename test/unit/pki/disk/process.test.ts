import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DriverJob } from './support/run-driver.ts';
import { NOBODY, buildDriver, runDriver } from './support/run-driver.ts';
import { DEAD_PID, litterUnder, modeOf, newTree, put, removeTrees, textAt } from './support/tree.ts';

jest.setTimeout(120_000);

let home: string;
let driver: string;
let tree: string;

beforeAll(async () => {
  home = fs.mkdtempSync('/tmp/kubepki-driver-');
  fs.chmodSync(home, 0o755);
  driver = await buildDriver(home);
});
afterAll(() => {
  fs.rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  tree = newTree();
});
afterEach(removeTrees);

const isRoot = process.getuid?.() === 0;

function give(path: string): void {
  if (isRoot) fs.chownSync(path, NOBODY, NOBODY);
}

function pairJob(text: string): DriverJob {
  return {
    roots: [join(tree, 'pki'), join(tree, 'conf')],
    files: [
      { path: join(tree, 'pki/a.key'), text, mode: 0o600 },
      { path: join(tree, 'conf/b.conf'), text, mode: 0o600 },
    ],
  };
}

/** A lock as a process that died would have left it. */
function plantDeadLock(directory: string): void {
  fs.mkdirSync(directory, { recursive: true });
  const machine = textAt('/etc/machine-id')?.trim();
  const boot = textAt('/proc/sys/kernel/random/boot_id')?.trim();
  const namespace = fs.existsSync('/proc/self/ns') ? fs.readlinkSync('/proc/self/ns/pid') : undefined;
  const holder = {
    nonce: '0123456789abcdef',
    pid: DEAD_PID,
    host: hostname(),
    since: '2026-01-01T00:00:00.000Z',
  };
  fs.writeFileSync(
    join(directory, '.kubepki.lock'),
    JSON.stringify({ ...holder, machine, boot, namespace, started: '1' }),
  );
}

test('a process killed with SIGKILL leaves files wholly old or new, and the next one makes them one state', async () => {
  const results: string[] = [];
  for (let killAt = 3, killed = true; killed; killAt += 8) {
    put(join(tree, 'pki/a.key'), 'old');
    put(join(tree, 'conf/b.conf'), 'old');
    killed = (await runDriver(driver, { ...pairJob('new'), killAt })).signal === 'SIGKILL';
    const torn = [textAt(join(tree, 'pki/a.key')), textAt(join(tree, 'conf/b.conf'))];
    if (!torn.every((text) => text === 'old' || text === 'new')) results.push(`${killAt}: ${torn.join()}`);
    const { outcome } = await runDriver(driver, { ...pairJob('new'), files: [], lockTimeout: 0 });
    const pair = [textAt(join(tree, 'pki/a.key')), textAt(join(tree, 'conf/b.conf'))].join();
    results.push(outcome.error?.message ?? pair, ...litterUnder(tree));
    fs.rmSync(join(tree, 'pki'), { recursive: true });
    fs.rmSync(join(tree, 'conf'), { recursive: true });
  }
  expect([...new Set(results)].sort()).toEqual(['new,new', 'old,old']);
});

test('eight processes at once run one after the other, and take over the locks of dead ones', async () => {
  for (let round = 0; round < 3; round += 1) {
    plantDeadLock(join(tree, 'pki'));
    plantDeadLock(join(tree, 'conf'));
    put(join(tree, 'pki/a.key'), '0');
    put(join(tree, 'conf/b.conf'), '0');
    const job = { ...pairJob(''), count: join(tree, 'pki/a.key') };
    const runs = await Promise.all(Array.from({ length: 8 }, () => runDriver(driver, job)));
    expect(runs.map(({ outcome }) => outcome.error?.message)).toEqual(
      Array.from({ length: 8 }, () => undefined),
    );
    expect([textAt(join(tree, 'pki/a.key')), textAt(join(tree, 'conf/b.conf'))]).toEqual(['8', '8']);
    expect(litterUnder(tree)).toEqual([]);
  }
});

test('processes that are killed at random while others wait never let two in, nor block the rest', async () => {
  put(join(tree, 'pki/a.key'), '0');
  fs.mkdirSync(join(tree, 'conf'));
  put(join(tree, 'conf/b.conf'), '0');
  const job = { ...pairJob(''), count: join(tree, 'pki/a.key') };
  const kills = [undefined, 4, 9, undefined, 14, undefined, 20, undefined];
  const runs = await Promise.all(
    kills.map((killAt) => runDriver(driver, killAt === undefined ? job : { ...job, killAt })),
  );
  expect(runs.flatMap(({ outcome }) => outcome.error?.message ?? [])).toEqual([]);
  // None of the killed ones came to its commit, so each of the others counted once.
  expect([textAt(join(tree, 'pki/a.key')), textAt(join(tree, 'conf/b.conf'))]).toEqual(['4', '4']);
  await runDriver(driver, { ...job, files: [] });
  expect(litterUnder(tree)).toEqual([]);
});

test.each([0o077, 0o000, 0o777])('modes are exact whatever the umask', async (umask) => {
  const job = pairJob('text');
  const files = [...job.files, { path: join(tree, 'pki/etcd/ca.crt'), text: 'ca', mode: 0o644 }];
  const { outcome } = await runDriver(driver, { ...job, files, umask });
  expect(outcome.error).toBeUndefined();
  expect([modeOf(join(tree, 'pki/a.key')), modeOf(join(tree, 'pki/etcd/ca.crt'))]).toEqual([0o600, 0o644]);
  expect([modeOf(join(tree, 'pki')), modeOf(join(tree, 'pki/etcd'))]).toEqual([0o755, 0o755]);
});

test('a directory that may not be written is found before anything is changed', async () => {
  put(join(tree, 'pki/a.key'), 'old');
  put(join(tree, 'conf/b.conf'), 'old');
  for (const path of ['pki', 'pki/a.key', 'conf', 'conf/b.conf']) give(join(tree, path));
  fs.mkdirSync(join(tree, 'conf/sealed'));
  give(join(tree, 'conf/sealed'));
  fs.chmodSync(join(tree, 'conf/sealed'), 0o555);
  const job = pairJob('new');
  const files = [...job.files, { path: join(tree, 'conf/sealed/c.conf'), text: 'new', mode: 0o600 }];
  const { outcome } = await runDriver(driver, { ...job, files }, { unprivileged: true });
  expect(outcome.error).toMatchObject({ code: 'io', details: { operation: 'create', errno: 'EACCES' } });
  expect(outcome.error?.hint).toContain('run as the owner');
  expect([textAt(join(tree, 'pki/a.key')), textAt(join(tree, 'conf/b.conf'))]).toEqual(['old', 'old']);
  expect(litterUnder(tree)).toEqual([]);

  fs.chmodSync(join(tree, 'conf'), 0o555);
  const root = await runDriver(driver, job, { unprivileged: true });
  expect(root.outcome.error).toMatchObject({ code: 'io', details: { errno: 'EACCES' } });
  expect(litterUnder(tree)).toEqual([]);
});

test('the size limit of the process stops the run with a hint, and nothing has changed', async () => {
  put(join(tree, 'pki/a.key'), 'old');
  const job = pairJob('x'.repeat(5000));
  const { outcome } = await runDriver(driver, job, { shell: 'ulimit -f 2' });
  expect(outcome.error).toMatchObject({ code: 'io', details: { operation: 'write', errno: 'EFBIG' } });
  expect(outcome.error?.hint).toContain('ulimit -f');
  expect(textAt(join(tree, 'pki/a.key'))).toBe('old');
  expect(litterUnder(tree)).toEqual([]);
});

// What needs two users can only be shown by root, which has them; anyone else sees the refusal of chown.
test('owner and group are given to files and to new directories, or the refusal is told', async () => {
  const job = { ...pairJob('text'), owner: 1234, group: 4321 };
  const { outcome } = await runDriver(driver, job);
  const status = fs.existsSync(join(tree, 'pki/a.key')) ? fs.statSync(join(tree, 'pki/a.key')) : undefined;
  const directory = fs.existsSync(join(tree, 'pki')) ? fs.statSync(join(tree, 'pki')) : undefined;
  const seen = outcome.error?.code ?? [status?.uid, status?.gid, directory?.uid, directory?.gid].join();
  expect(seen).toBe(isRoot ? '1234,4321,1234,4321' : 'io');
});

test('without privilege an owner cannot be given, and the error says so', async () => {
  fs.mkdirSync(join(tree, 'pki'));
  fs.mkdirSync(join(tree, 'conf'));
  give(join(tree, 'pki'));
  give(join(tree, 'conf'));
  const { outcome } = await runDriver(driver, { ...pairJob('text'), owner: 1234 }, { unprivileged: true });
  expect(outcome.error).toMatchObject({
    code: 'io',
    details: { operation: 'set the owner of', errno: 'EPERM' },
  });
  expect(fs.readdirSync(join(tree, 'pki'))).toEqual([]);
});

test('root keeps the owner of what it replaces; anyone else does not replace what belongs to another', async () => {
  const path = join(tree, 'pki/a.key');
  put(path, 'old', 0o644);
  fs.mkdirSync(join(tree, 'conf'));
  if (isRoot) {
    fs.chownSync(path, 1234, 4321);
    await runDriver(driver, pairJob('new'));
    expect([fs.statSync(path).uid, fs.statSync(path).gid, textAt(path)]).toEqual([1234, 4321, 'new']);
    give(join(tree, 'pki'));
    give(join(tree, 'conf'));
    fs.rmSync(join(tree, 'pki/.kubepki-backups'), { recursive: true });
    fs.rmSync(join(tree, 'conf/.kubepki-backups'), { recursive: true });
    fs.rmSync(join(tree, 'conf/b.conf'));
    fs.chmodSync(path, 0o644);
    const { outcome } = await runDriver(driver, pairJob('newer'), { unprivileged: true });
    expect(outcome.error).toMatchObject({
      code: 'unexpected-file',
      details: { path, expected: `a file owned by user ${NOBODY}`, actual: 'a file owned by user 1234' },
    });
  } else {
    const { outcome } = await runDriver(driver, pairJob('newer'));
    expect(outcome.error).toBeUndefined();
  }
  expect(litterUnder(tree)).toEqual([]);
});
