import { checkFiles, memoryFiles } from '../../../src/check/index.ts';
import { cluster, hoursFromNow } from '../../support/cluster.ts';
import { MemoryTree } from '../../support/memory-tree.ts';

const files = memoryFiles(
  new Map<string, string | Uint8Array>([
    ['/etc/a/b.crt', 'text'],
    ['etc/c', Uint8Array.of(1, 2, 3)],
  ]),
  { facts: new Map([['/etc/a/b.crt', { mode: 0o644, uid: 7 }]]) },
);

test('files and the directories that their paths imply are there, and nothing else is', () => {
  expect(files.list('/')).toEqual(['etc']);
  expect(files.list('/etc/')).toEqual(['a', 'c']);
  expect(files.list('/etc/c')).toBeUndefined();
  expect(files.stat('/etc/a')).toMatchObject({ kind: 'directory', mode: 0o755 });
  expect(files.stat('/etc/a/b.crt')).toMatchObject({ kind: 'file', mode: 0o644, uid: 7, size: 4 });
  expect(files.read('/etc/c')).toEqual(Uint8Array.of(1, 2, 3));
  expect([files.stat('/x'), files.read('/etc'), files.realPath('/x'), files.list('/x')]).toEqual(
    Array.from({ length: 4 }),
  );
  expect(files.realPath('/etc/./a/../c')).toBe('/etc/c');
});

test('a tree in memory is checked as it is', async () => {
  const tree = await MemoryTree.of(cluster());
  const report = await checkFiles(memoryFiles(tree.files), {}, { now: hoursFromNow(1) });
  expect([report.status, report.findings.map(({ code }) => code)]).toEqual([
    'OK',
    ['system-masters-of-kubeadm'],
  ]);
  expect(report.certificates.length).toBeGreaterThan(9);
});

test('limits are milliseconds or texts', async () => {
  const { files: contents } = await MemoryTree.of(cluster());
  const statusOf = async (options: Parameters<typeof checkFiles>[1]): Promise<string> =>
    (await checkFiles(memoryFiles(contents), options, { now: hoursFromNow(1) })).status;
  expect(await statusOf({ warn: '400d' })).toBe('WARNING');
  expect(await statusOf({ warn: 400 * 86_400_000, crit: '400d' })).toBe('CRITICAL');
  await expect(statusOf({ crit: 'soon' })).rejects.toMatchObject({ code: 'invalid-value' });
});
