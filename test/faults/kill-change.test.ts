/** `kill -9` while most of a large tree is replaced. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { configuration } from './support/cluster.ts';
import { killAtRandom } from './support/kill-runs.ts';
import { openDir } from './support/open-dir.ts';
import { describeNumbers } from './support/report.ts';

const BACKUPS = ['etc/kubernetes/.kubepki-backups', 'etc/kubernetes/pki/.kubepki-backups'];

test('a change that is killed at a hundred random moments leaves each file old or new, and the next run makes them one state', async () => {
  const root = openDir();
  mkdirSync(join(root, 'etc/kubernetes'), { recursive: true });
  const variants = ['left', 'right'].map((name) => configuration({ name, nodes: 40 }));
  const numbers = await killAtRandom({
    name: 'a change',
    root,
    kills: 100,
    prepare: (round) => {
      // Old backups would be found in place of a key that was lost.
      for (const path of BACKUPS) rmSync(join(root, path), { recursive: true, force: true });
      return variants[Math.abs(round) % 2] ?? '';
    },
  });
  console.log(describeNumbers('kill -9 of a change', numbers));
  expect(numbers.problems).toEqual([]);
  expect(numbers.kills).toBeGreaterThanOrEqual(100);
  expect(numbers.progress.get('renaming') ?? 0).toBeGreaterThanOrEqual(5);
  expect(numbers.mismatched).toBeGreaterThan(0);
}, 600_000);
