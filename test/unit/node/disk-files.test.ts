import { execFileSync } from 'node:child_process';
import fs, { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskFiles } from '../../../src/node/disk-files.ts';
import { failureOf } from '../../support/errors.ts';
import { tempDir } from '../../support/foreign.ts';

let root: string;
beforeAll(() => {
  root = tempDir();
  mkdirSync(join(root, 'etc/pki'), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\netcd:x:999:998::/:/bin/false\n');
  writeFileSync(join(root, 'etc/pki/ca.crt'), 'hello');
  chmodSync(join(root, 'etc/pki/ca.crt'), 0o640);
  symlinkSync('/etc/pki/ca.crt', join(root, 'absolute'));
  symlinkSync('../etc/pki', join(root, 'etc/relative'));
  symlinkSync('/../../../etc/passwd', join(root, 'outside'));
  symlinkSync('b', join(root, 'a'));
  symlinkSync('a', join(root, 'b'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
});

test('links are followed as the machine would: absolute ones stay below the root', () => {
  const files = diskFiles(root);
  expect(files.realPath('/absolute')).toBe('/etc/pki/ca.crt');
  expect(files.realPath('/etc/relative/ca.crt')).toBe('/etc/pki/ca.crt');
  expect(files.realPath('/outside')).toBe('/etc/passwd');
  expect(new TextDecoder().decode(files.read('/outside'))).toContain('etcd:x:999');
  expect(files.stat('/absolute')).toMatchObject({ kind: 'file', mode: 0o640, size: 5, owner: 'root' });
});

test('links in a circle, and what is not there, are nothing', () => {
  const files = diskFiles(root);
  for (const path of ['/a', '/a/b/c', '/none', '/etc/pki/ca.crt/below']) {
    expect([files.realPath(path), files.stat(path), files.read(path), files.list(path)]).toEqual(
      Array.from({ length: 4 }),
    );
  }
});

test('a pipe and a folder are no files to be read', async () => {
  const files = diskFiles(root);
  expect(files.stat('/pipe')?.kind).toBe('other');
  expect((await failureOf(() => files.read('/pipe'))).code).toBe('unexpected-file');
  expect((await failureOf(() => files.read('/etc'))).code).toBe('unexpected-file');
  expect(files.list('/etc')).toEqual(['passwd', 'pki', 'relative']);
});

test('a link that another program takes away as it is looked at is nothing, one that cannot be read an error', async () => {
  const files = diskFiles(root);
  for (const [errno, outcome] of [
    ['ENOENT', undefined],
    ['EINVAL', undefined],
    ['EACCES', 'io'],
    ['EIO', 'io'],
  ] as const) {
    const spy = jest.spyOn(fs, 'readlinkSync').mockImplementation(() => {
      throw Object.assign(new Error(`${errno}: as the system says`), { code: errno });
    });
    try {
      expect(files.stat('/absolute')).toBeUndefined();
      if (outcome === undefined) expect(files.read('/absolute')).toBeUndefined();
      else {
        const failure = await failureOf(() => files.read('/absolute'));
        expect([failure.code, failure.details]).toMatchObject([outcome, { operation: 'read', errno }]);
      }
    } finally {
      spy.mockRestore();
    }
  }
});

test('what lies in a folder that is closed to the user is nothing to them, until they read it', async () => {
  const files = diskFiles(root);
  const spy = jest.spyOn(fs, 'lstatSync').mockImplementation(() => {
    throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  });
  try {
    for (const look of [files.stat, files.realPath, files.list])
      expect(look('/etc/pki/ca.crt')).toBeUndefined();
    const failure = await failureOf(() => files.read('/etc/pki/ca.crt'));
    expect([failure.code, failure.details]).toMatchObject(['io', { errno: 'EACCES' }]);
  } finally {
    spy.mockRestore();
  }
});
