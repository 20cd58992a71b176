/** `kill -9` while a large tree is made for the first time. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { configuration } from './support/cluster.ts';
import { killAtRandom } from './support/kill-runs.ts';
import { openDir } from './support/open-dir.ts';
import { describeNumbers } from './support/report.ts';

test('a first run that is killed at a hundred random moments leaves nothing that the next one does not mend', async () => {
  const root = openDir();
  const file = configuration({ name: 'first', nodes: 40 });
  const numbers = await killAtRandom({
    name: 'the first run',
    root,
    kills: 100,
    prepare: () => {
      rmSync(join(root, 'etc'), { recursive: true, force: true });
      mkdirSync(join(root, 'etc/kubernetes'), { recursive: true });
      return file;
    },
  });
  console.log(describeNumbers('kill -9 of the first run', numbers));
  expect(numbers.problems).toEqual([]);
  expect(numbers.kills).toBeGreaterThanOrEqual(100);
  expect(numbers.progress.get('renaming') ?? 0).toBeGreaterThanOrEqual(5);
}, 600_000);
