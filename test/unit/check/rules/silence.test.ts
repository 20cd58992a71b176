import { checkFiles } from '../../../../src/check/check.ts';
import { memoryFiles } from '../../../../src/check/memory-files.ts';
import { cluster, largeCluster } from '../../../support/cluster.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';
import { CHECKED, healthyMachine } from './support/machine.ts';
import { encodings, filesOf, flagLosses, folderLosses, losses, swaps, type Files, type Mutation } from './support/mutations.ts';

async function silent(mutations: Mutation[]): Promise<string[]> {
  const found: string[] = [];
  for (const { name, files } of mutations) {
    const { findings } = await checkFiles(memoryFiles(files), {}, { now: CHECKED });
    if (!findings.some(({ severity }) => severity !== 'info')) found.push(name);
  }
  return found;
}
async function time(what: string, mutations: Mutation[]) {
  const t = Date.now();
  const s = await silent(mutations);
  process.stdout.write(`\n## ${what}: ${s.length} of ${mutations.length} silent, ${Date.now() - t} ms\n${s.join('\n')}\n`);
}
test('x', async () => {
  const machine = await healthyMachine();
  const files = filesOf(machine.source(), machine.files.keys());
  const small = (await MemoryTree.of(cluster())).files;
  const large = (await MemoryTree.of(largeCluster())).files;
  for (const [n, f] of Object.entries({ files, small })) {
  await time(n+' none', [{ name: 'none', files: f }]);
  await time(n+' losses', losses(f));
  await time(n+' folders', folderLosses(f));
  if (n!=='large') await time(n+' encodings', encodings(f));
  await time(n+' flags', flagLosses(f));

  }
}, 600000);
