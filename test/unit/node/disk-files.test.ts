import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
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
