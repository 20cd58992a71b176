/**
 * kubectl as the judge of merged and split kubeconfigs: a context is in them what it was in its own file.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { combineKubeconfigs } from '../../src/kubeconfig/combine.ts';
import { EMPTY_KUBECONFIG } from '../../src/kubeconfig/entries.ts';
import type { LoadedKubeconfig } from '../../src/kubeconfig/merge.ts';
import type { Kubeconfig } from '../../src/kubeconfig/model.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import { splitKubeconfig } from '../../src/kubeconfig/split.ts';
import { kubectl } from '../judges/kubectl.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { collidingKubeconfig, kubeconfig } from '../support/kubeconfigs.ts';

const folder = tempDir();
let files = 0;

function save(config: Kubeconfig): string {
  const path = join(folder, `${++files}.conf`);
  writeFileSync(path, renderKubeconfig(config));
  return path;
}

interface Minified {
  readonly clusters: readonly { readonly cluster: object }[] | null;
  readonly users: readonly { readonly user: object }[] | null;
  readonly contexts: readonly { readonly context: Readonly<Record<string, unknown>> }[];
}

/** What kubectl makes of one context, but for names; `undefined` where it leads nowhere. */
async function viewOf(path: string, name: string): Promise<unknown> {
  const result = await kubectl(path, [
    'config',
    'view',
    '--minify',
    '--raw',
    '-o',
    'json',
    `--context=${name}`,
  ]);
  if (result.code !== 0) {
    expect(result.stderr).toMatch(/cannot locate/);
    return undefined;
  }
  const { clusters, users, contexts } = JSON.parse(result.stdout) as Minified;
  const [{ context } = { context: {} }] = contexts;
  return {
    cluster: clusters?.map(({ cluster }) => cluster),
    user: users?.map(({ user }) => user),
    context: { ...context, cluster: '', user: '' },
  };
}

/** The names that the contexts of a source have in what was made of them. */
function newNames(
  { path, config }: LoadedKubeconfig,
  made: ReturnType<typeof combineKubeconfigs>,
): Map<string, string> {
  const changes = made.changes.filter(({ section, source }) => section === 'contexts' && source === path);
  expect(changes).toHaveLength(config.contexts.length);
  return new Map(
    config.contexts.map(({ name }, index) => [name, changes[index]?.to ?? changes[index]?.name ?? '']),
  );
}

/** The kubeconfig with contexts that lead somewhere, where there is anything to lead to. */
function living(config: Kubeconfig): Kubeconfig {
  const { clusters, users } = config;
  const contexts = config.contexts.map((one, index) => ({
    ...one,
    context: {
      ...one.context,
      cluster: clusters[index % clusters.length]?.name ?? '',
      user: users[index % users.length]?.name ?? '',
    },
  }));
  return { ...config, contexts };
}

async function judge(configs: readonly Kubeconfig[]): Promise<void> {
  const sources = configs.map((config) => ({ path: save(config), config }));
  const made = combineKubeconfigs(EMPTY_KUBECONFIG, sources);
  const merged = save(made.config);
  const { parts } = splitKubeconfig(made.config);
  for (const source of sources) {
    for (const [was, is] of newNames(source, made)) {
      // kubectl takes an empty name for none.
      if (was === '' || is === '') continue;
      const wanted = await viewOf(source.path, was);
      expect(await viewOf(merged, is)).toEqual(wanted);
      const part = parts.find(({ name }) => name === is);
      expect(part === undefined).toBe(wanted === undefined);
      if (part !== undefined) expect(await viewOf(save(part.config), is)).toEqual(wanted);
    }
  }
}

describeWith(['kubectl'], 'kubectl config view of merged and split kubeconfigs', () => {
  test('is what it was of those that were merged, where names collide', async () => {
    const two = fc.array(collidingKubeconfig, { minLength: 2, maxLength: 3 });
    await fc.assert(fc.asyncProperty(two, judge), { numRuns: 5 });
  });

  test('is what it was, whatever is in them', async () => {
    const two = fc.array(kubeconfig.map(living), { minLength: 2, maxLength: 2 });
    await fc.assert(fc.asyncProperty(two, judge), { numRuns: 5 });
  });
});
