/** Kubeconfigs that are changed while other programs change them, on full disks, as mounts, and by runs that are killed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseKubeconfig } from '../../src/kubeconfig/parse.ts';
import { describeWith, run } from '../support/foreign.ts';
import { openDir } from './support/open-dir.ts';
import { kubepki, start } from './support/program.ts';
import { SmallDisk } from './support/small-disk.ts';

jest.setTimeout(300_000);

/** A kubeconfig of many users. */
function manyUsers(count: number): string {
  const users = Array.from(
    { length: count },
    (_, at) => `- name: u${at}\n  user:\n    token: secret-${at}\n`,
  );
  return `apiVersion: v1\nkind: Config\nusers:\n${users.join('')}`;
}

const contextsOf = (file: string): readonly string[] =>
  parseKubeconfig(readFileSync(file)).contexts.map(({ name }) => name);

const LOCKED = /conf\.lock" is there since .*: another program changes the kubeconfig/;

test('of runs at once, what ends well is in the file, and the others say why not', async () => {
  const folder = openDir();
  const file = join(folder, 'conf');
  const names = Array.from({ length: 24 }, (_, at) => `context-${at}`);
  const ends = await Promise.all(
    names.map(async (name) => ({
      name,
      ...(await kubepki(['kubeconfig', 'set-context', name, '--cluster', 'a', '--kubeconfig', file])),
    })),
  );
  const done = ends.filter(({ code }) => code === 0).map(({ name }) => name);
  expect(done.length).toBeGreaterThan(0);
  expect(contextsOf(file)).toEqual([...done].sort());
  for (const { code, stderr } of ends.filter((one) => one.code !== 0))
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(LOCKED) });
  expect(readdirSync(folder)).toEqual(['conf']);
});

describeWith(['kubectl'], 'with kubectl at once', () => {
  // What kubectl read before it has the lock it takes for all there is, so that it may delete what others have added.
  test('there is nothing but what ended well, in a file that is whole', async () => {
    const folder = openDir();
    const file = join(folder, 'conf');
    const line = (name: string): string[] => ['set-context', name, '--cluster', name, '--kubeconfig', file];
    const ends = await Promise.all(
      Array.from({ length: 12 }, async (_, at) => [
        { name: `ours-${at}`, ...(await kubepki(['kubeconfig', ...line(`ours-${at}`)])) },
        { name: `theirs-${at}`, ...(await run('kubectl', ['config', ...line(`theirs-${at}`)])) },
      ]),
    );
    const done = ends.flat().filter(({ code }) => code === 0);
    const found = contextsOf(file);
    expect(found.length).toBeGreaterThan(0);
    expect(done.map(({ name }) => name)).toEqual(expect.arrayContaining([...found]));
    expect(readdirSync(folder)).toEqual(['conf']);
  });
});

test('a run that is killed leaves the old file or the new one, whole', async () => {
  const folder = openDir();
  const file = join(folder, 'conf');
  const before = manyUsers(3000);
  let killed = 0;
  for (let delay = 40; delay < 400; delay += 15) {
    writeFileSync(file, before, { mode: 0o600 });
    const { child, ended } = start(['kubeconfig', 'set', 'users.u7.token', 'other', '--kubeconfig', file]);
    setTimeout(() => child.kill('SIGKILL'), delay);
    const { signal } = await ended;
    if (signal === 'SIGKILL') killed += 1;
    const users = new Map(
      parseKubeconfig(readFileSync(file)).users.map(({ name, user }) => [name, user.token]),
    );
    expect(users.size).toBe(3000);
    expect(['other', 'secret-7']).toContain(users.get('u7'));
    for (const name of readdirSync(folder)) {
      // What it leaves is nobody else's to read.
      if (name !== 'conf')
        expect({ name, mode: statSync(join(folder, name)).mode & 0o077 }).toEqual({ name, mode: 0 });
      if (name !== 'conf') execFileSync('rm', [join(folder, name)]);
    }
  }
  expect(killed).toBeGreaterThan(0);
});

test('a full disk changes nothing, leaves nothing, and is told', async () => {
  const disk = await SmallDisk.open();
  if (disk === undefined) throw new Error('no disk of a given size can be had: unshare and mount are needed');
  try {
    const [file, seen] = [disk.path, disk.seen].map((path) => join(path, 'conf')) as [string, string];
    writeFileSync(seen, manyUsers(5000), { mode: 0o640 });
    disk.remount(`size=${disk.usage().bytes + 64 * 1024}`);
    const text = readFileSync(seen);
    for (const words of [
      ['set', 'users.u7.token', 'other'],
      ['delete-user', 'u7'],
      ['set-context', 'new', '--cluster', 'a'],
    ]) {
      const { code, stderr } = await kubepki(['kubeconfig', ...words, '--kubeconfig', file], {
        within: disk.within,
      });
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('ENOSPC') });
      expect(readFileSync(seen).equals(text)).toBe(true);
      expect(readdirSync(disk.seen)).toEqual(['conf']);
    }
  } finally {
    disk.close();
  }
});

test('a file that is a mount is written in place, as kubectl does it', async () => {
  const disk = await SmallDisk.open();
  if (disk === undefined) throw new Error('no mount can be had: unshare is needed');
  try {
    mkdirSync(join(disk.seen, 'home'));
    for (const name of ['real', 'home/config'])
      writeFileSync(join(disk.seen, name), manyUsers(3), { mode: 0o640 });
    disk.run('mount', '--bind', join(disk.path, 'real'), join(disk.path, 'home/config'));
    const ended = await kubepki(
      ['kubeconfig', 'delete-user', 'u1', '--kubeconfig', join(disk.path, 'home/config')],
      { within: disk.within },
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const users = parseKubeconfig(readFileSync(join(disk.seen, 'real'))).users;
    expect(users.map(({ name }) => name)).toEqual(['u0', 'u2']);
    expect(statSync(join(disk.seen, 'real')).mode & 0o777).toBe(0o640);
    const [backup = '', ...rest] = readdirSync(join(disk.seen, 'home')).filter((name) => name !== 'config');
    expect(rest).toEqual([]);
    expect(readFileSync(join(disk.seen, 'home', backup), 'utf8')).toBe(manyUsers(3));
  } finally {
    disk.close();
  }
});

test("another's file stays another's, and the copy of it is closed to others", async () => {
  const folder = openDir();
  chmodSync(folder, 0o777);
  const file = join(folder, 'conf');
  writeFileSync(file, manyUsers(3));
  chmodSync(file, 0o666);
  const owner = statSync(file).uid;
  // Who is not root is the owner, and keeps what is theirs.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const ended = await kubepki(['kubeconfig', 'delete-user', 'u1', '--kubeconfig', file], nobody);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(parseKubeconfig(readFileSync(file)).users).toHaveLength(2);
  const { uid, mode } = statSync(file);
  expect({ uid, mode: mode & 0o777 }).toEqual({ uid: owner, mode: 0o666 });
  const [backup = '', ...rest] = readdirSync(folder).filter((name) => name !== 'conf');
  expect(rest).toEqual([]);
  expect(readFileSync(join(folder, backup), 'utf8')).toBe(manyUsers(3));
  if (nobody.uid !== undefined) expect(statSync(join(folder, backup)).mode & 0o777).toBe(0o600);
});
