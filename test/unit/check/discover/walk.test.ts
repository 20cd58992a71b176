import { memoryFiles } from '../../../../src/check/memory-files.ts';
import { discover } from '../../../../src/check/discover/discover.ts';
import { walk } from '../../../../src/check/discover/walk.ts';
import { platformCrypto } from '../../../../src/crypto/environment.ts';
import { NOW } from '../../../support/fixture-keys.ts';

const files = memoryFiles([
  ['/top/a', ''],
  ['/top/b', ''],
  ['/top/one/two/three/c', ''],
  ['/top/tmp/d', ''],
  ['/top/pki/tmp/e', ''],
  ['/top/pki/.kubepki.lock', ''],
  ['/top/pki/.kubepki-stage-0123456789abcdef-1/ca.key', ''],
]);

test('all below a folder is found; in a PKI directory folders of any name are gone into', () => {
  expect(walk(files, '/top')).toEqual({
    files: ['/top/a', '/top/b', '/top/one/two/three/c', '/top/pki/tmp/e'],
    folders: ['/top', '/top/one', '/top/one/two', '/top/one/two/three', '/top/pki', '/top/pki/tmp'],
    others: [],
    unlisted: [],
    cut: [],
  });
});

test('limits are told where they cut something off', () => {
  const { files: found, cut } = walk(files, '/top', { maxFiles: 3, maxDepth: 2 });
  expect(found).toEqual(['/top/a', '/top/b', '/top/pki/tmp/e']);
  expect(cut).toEqual([
    { path: '/top/one/two/three', why: 'it lies more than 2 folders deep, and is not looked into' },
  ]);
  expect(walk(files, '/top', { maxFiles: 2 }).cut).toEqual([
    { path: '/top', why: 'it holds more than 2 files, and the rest is not looked at' },
  ]);
});

test('a folder that does not show its names, a name that leads nowhere and one that is no file are told', async () => {
  const pki = '/etc/kubernetes/pki';
  const source = memoryFiles(
    [
      'dir.crt/x',
      'pipe.crt',
      'dangling.crt',
      'dangling.txt',
      'empty.crt',
      'noise.pem',
      'empty.key',
      'closed/x',
    ].map((name): [string, string] => [`${pki}/${name}`, name === 'noise.pem' ? '0\u0003noise' : '']),
    { facts: new Map([[`${pki}/pipe.crt`, { kind: 'other' }]]) },
  );
  const { problems } = await discover(
    {
      ...source,
      stat: (path) => (path.includes('dangling') ? undefined : source.stat(path)),
      list: (path) => (path.endsWith('closed') ? undefined : source.list(path)),
    },
    [{ kind: 'root' }],
    { now: NOW, crypto: platformCrypto() },
  );
  expect(problems.map(({ code, path, actual }) => [code, path.slice(pki.length + 1), actual])).toEqual([
    ['nothing-inside', 'dir.crt', 'a directory'],
    ['nothing-inside', 'dangling.crt', 'a link that leads to nothing'],
    ['nothing-inside', 'pipe.crt', 'a pipe, a socket or a device'],
    ['no-permission', 'closed', undefined],
    ['nothing-inside', 'empty.crt', 'an empty file'],
    ['nothing-inside', 'empty.key', 'an empty file'],
    ['nothing-inside', 'noise.pem', 'something else'],
  ]);
});
