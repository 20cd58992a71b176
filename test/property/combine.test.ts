import fc from 'fast-check';
import { combineKubeconfigs, type CombineOptions } from '../../src/kubeconfig/combine.ts';
import { EMPTY_KUBECONFIG, entryOf } from '../../src/kubeconfig/entries.ts';
import { meaningOf } from '../../src/kubeconfig/entry-names.ts';
import { mergeKubeconfigs } from '../../src/kubeconfig/merge.ts';
import type { Kubeconfig, NamedContext } from '../../src/kubeconfig/model.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import { splitKubeconfig } from '../../src/kubeconfig/split.ts';
import { collidingKubeconfig, kubeconfig } from '../support/kubeconfigs.ts';

// Few names and few values collide often; any text hardly ever.
const anyConfig = fc.oneof({ weight: 4, arbitrary: collidingKubeconfig }, kubeconfig);
const sources = fc.array(anyConfig, { minLength: 1, maxLength: 4 });

const combine = (
  target: Kubeconfig,
  list: readonly Kubeconfig[],
  options?: CombineOptions,
): ReturnType<typeof combineKubeconfigs> =>
  combineKubeconfigs(
    target,
    list.map((config, index) => ({ path: `${index}.conf`, config })),
    options,
  );

/** What a context says and leads to, whatever the names: nothing in place of what is not there. */
function meaningOfContext(config: Kubeconfig, { context, other }: NamedContext): string {
  const { cluster, user } = context;
  const find = (section: 'clusters' | 'users', name: string): unknown => {
    if (name === '') return 'none';
    const entry = config[section].find((one) => one.name === name);
    return entry === undefined ? 'missing' : meaningOf(section, entry);
  };
  const own = meaningOf('contexts', { name: '', context: { ...context, cluster: '', user: '' }, other });
  return JSON.stringify([own, find('clusters', cluster), find('users', user)]);
}

const contextMeanings = (config: Kubeconfig): ReadonlySet<string> =>
  new Set(config.contexts.map((one) => meaningOfContext(config, one)));

describe('kubeconfigs put together', () => {
  test('have every entry of every source, and every context leads where it led', () => {
    fc.assert(
      fc.property(anyConfig, sources, (target, list) => {
        const { config } = combine(target, list);
        for (const one of [target, ...list]) {
          for (const section of ['clusters', 'users'] as const) {
            const there = new Set(config[section].map((entry) => meaningOf(section, entry)));
            for (const entry of one[section]) expect(there).toContain(meaningOf(section, entry));
          }
        }
        const wanted = new Set([target, ...list].flatMap((one) => [...contextMeanings(one)]));
        expect(contextMeanings(config)).toEqual(wanted);
      }),
      { numRuns: 80 },
    );
  });

  test('begin with the target as it was, and have no name twice', () => {
    fc.assert(
      fc.property(anyConfig, sources, fc.boolean(), (target, list, join) => {
        const { config } = combine(target, list, { join });
        for (const section of ['clusters', 'users', 'contexts'] as const) {
          expect(config[section].slice(0, target[section].length)).toEqual(target[section]);
          const names = config[section].map(({ name }) => name);
          expect(new Set(names).size).toBe(names.length);
        }
        expect(() => parseKubeconfig(renderKubeconfig(config))).not.toThrow();
        if (target.currentContext !== '') expect(config.currentContext).toBe(target.currentContext);
      }),
      { numRuns: 80 },
    );
  });

  test('get nothing more from what is in them, in whatever order', () => {
    fc.assert(
      fc.property(anyConfig, sources, fc.nat(), (target, list, seed) => {
        const { config } = combine(target, list);
        const start = seed % list.length;
        const again = [...list.slice(start), ...list.slice(0, start), ...list];
        const { config: twice, changes } = combine(config, again);
        expect(twice).toEqual(config);
        expect(changes.every(({ action }) => action === 'keep')).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  test('change nothing of what is used with them', () => {
    const list = fc.array(anyConfig, { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(anyConfig, list, list, (target, among, given) => {
        const used = (first: Kubeconfig): Kubeconfig =>
          mergeKubeconfigs([first, ...among].map((config) => ({ path: '', config }))).config;
        const { config } = combine(target, given, { among });
        const [before, after] = [used(target), used(config)];
        for (const one of before.contexts) {
          const now = after.contexts.filter(({ name }) => name === one.name);
          expect(now.map((context) => meaningOfContext(after, context))).toEqual([
            meaningOfContext(before, one),
          ]);
        }
        for (const source of given)
          for (const meaning of contextMeanings(source)) expect(contextMeanings(after)).toContain(meaning);
        expect(combine(config, given, { among }).config).toEqual(config);
      }),
      { numRuns: 80 },
    );
  });

  test('get nothing more from the same source, joined', () => {
    fc.assert(
      fc.property(anyConfig, anyConfig, (target, one) => {
        const { config } = combine(target, [one], { join: true });
        expect(combine(config, [one], { join: true }).config).toEqual(config);
      }),
      { numRuns: 80 },
    );
  });

  test('mean the same in whatever order the entries of a source are', () => {
    const shuffled = anyConfig.chain((one) =>
      fc
        .tuple(
          ...(['clusters', 'users', 'contexts'] as const).map((key) =>
            fc.shuffledSubarray([...one[key]], { minLength: one[key].length }),
          ),
        )
        .map(
          ([clusters, users, contexts]) =>
            [one, { ...one, clusters, users, contexts } as Kubeconfig] as const,
        ),
    );
    fc.assert(
      fc.property(anyConfig, shuffled, (target, [one, other]) => {
        expect(contextMeanings(combine(target, [one]).config)).toEqual(
          contextMeanings(combine(target, [other]).config),
        );
      }),
      { numRuns: 80 },
    );
  });

  test('give each source’s contexts back when they are split', () => {
    fc.assert(
      fc.property(sources, (list) => {
        const { parts, leftOut } = splitKubeconfig(combine(EMPTY_KUBECONFIG, list).config);
        const got = new Set<string>();
        for (const { name, config } of parts) {
          expect(config.currentContext).toBe(name);
          expect(config.contexts).toHaveLength(1);
          for (const meaning of contextMeanings(config)) got.add(meaning);
        }
        expect(new Set(parts.map(({ fileName }) => fileName.toLowerCase())).size).toBe(parts.length);
        for (const { fileName } of parts)
          expect(fileName).toMatch(/^[\p{L}\p{N}@_+=][\p{L}\p{N}@._+=-]*\.conf$/u);
        const living = list.flatMap((one) =>
          splitKubeconfig(one).parts.flatMap(({ config }) => [...contextMeanings(config)]),
        );
        if (leftOut.every(({ name }) => name !== '')) expect(got).toEqual(new Set(living));
      }),
      { numRuns: 80 },
    );
  });

  test('are what kubectl takes them for, where they are joined and no name is there twice', () => {
    fc.assert(
      fc.property(collidingKubeconfig, collidingKubeconfig, (one, other) => {
        const config = combine(one, [other], { join: true }).config;
        for (const { name, context } of one.contexts) {
          expect(entryOf(config, 'contexts', name)).toEqual(context);
          for (const [section, ref] of [
            ['clusters', context.cluster],
            ['users', context.user],
          ] as const) {
            const own = entryOf(one, section, ref);
            const borrowed = entryOf(other, section, ref);
            // As under KUBECONFIG=one:other: the first that has the name.
            expect(entryOf(config, section, ref)).toEqual(
              own ?? (ref === '' ? entryOf(config, section, ref) : borrowed),
            );
          }
        }
      }),
      { numRuns: 80 },
    );
  });
});
