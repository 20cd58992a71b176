/** Kubeconfigs of any content: nothing is lost by reading and writing, and no secret gets into what is said of errors. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { canonicalKubeconfig } from '../../src/kubeconfig/canonical.ts';
import type { Kubeconfig, OtherFields } from '../../src/kubeconfig/model.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import { COMMAND } from '../oracle/support/kubectl-config/commands.ts';
import { kubeconfig } from '../support/kubeconfigs.ts';
import { openConsole, type Console } from '../unit/cli/support/console.ts';

const other: fc.Arbitrary<{ readonly other?: OtherFields }> = fc.option(
  fc.record({
    other: fc.dictionary(
      fc.constantFrom('later', 'Server', '__proto__', 'constructor', 'a b', '1'),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.bigInt({ min: 2n ** 60n, max: 2n ** 64n - 1n })),
      { minKeys: 1, maxKeys: 2 },
    ),
  }),
  { nil: {} },
);

/** With fields that nobody knows, at every level that has a map. */
const strange: fc.Arbitrary<Kubeconfig> = fc
  .tuple(kubeconfig, fc.array(other, { minLength: 8, maxLength: 8 }))
  .map(([config, more]) => ({
    ...config,
    clusters: config.clusters.map(({ name, cluster }) => ({
      name,
      cluster: { ...cluster, ...more[0] },
      ...more[1],
    })),
    contexts: config.contexts.map(({ name, context }) => ({
      name,
      context: { ...context, ...more[2] },
      ...more[3],
    })),
    users: config.users.map(({ name, user }) => ({
      name,
      user: {
        ...user,
        ...(user.exec === undefined ? {} : { exec: { ...user.exec, ...more[6] } }),
        ...more[4],
      },
      ...more[5],
    })),
    ...more[7],
  }));

/** For comparison: integers beyond what a number holds come back as bigint. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, one: unknown) => {
      const isLarge = typeof one === 'number' && Number.isInteger(one) && !Number.isSafeInteger(one);
      return typeof one === 'bigint' || isLarge ? `${String(one)}n` : one;
    }),
  );

test('what is written is read back whole, unknown fields and all', () => {
  fc.assert(
    fc.property(strange, (config) => {
      expect(plain(parseKubeconfig(renderKubeconfig(config)))).toEqual(plain(config));
    }),
    { numRuns: 150 },
  );
});

test('what has kubectl’s form keeps it, byte for byte', () => {
  fc.assert(
    fc.property(strange, (config) => {
      const text = renderKubeconfig(canonicalKubeconfig(config));
      expect(renderKubeconfig(canonicalKubeconfig(parseKubeconfig(text)))).toBe(text);
    }),
    { numRuns: 150 },
  );
});

const SECRET = 'T0p-s3cret';
const ENCODED = Buffer.from(SECRET).toString('base64');
const FILE = `apiVersion: v1
kind: Config
current-context: a
clusters:
- name: a
  cluster: { server: https://a }
contexts:
- name: a
  context: { cluster: a, user: a }
users:
- name: a
  user:
    token: ${SECRET}
    password: ${SECRET}
    client-key-data: ${ENCODED}
    later: ${SECRET}
    exec: { command: c, env: [{ name: K, value: ${SECRET} }] }
- name: b
  user: { auth-provider: { name: p, config: { k: ${SECRET} } } }
`;

/** The file as it is, or with a part of it gone or changed: most of these cannot be read. */
const damaged = fc.oneof(
  fc.constant(FILE),
  fc
    .tuple(
      fc.nat(FILE.length),
      fc.nat(12),
      fc.constantFrom('', '[', '}', '"', "'", ': ', '\n', '&a ', '*a', '!!int ', '\t', '|'),
    )
    .map(([at, drop, add]) => {
      const [before, after] = [FILE.slice(0, at), FILE.slice(at + drop)];
      return before + add + after;
    }),
);
/** Command lines with a secret where one belongs, and where people put one by mistake. */
const withSecret = fc.oneof(
  COMMAND,
  fc
    .tuple(
      fc.constantFrom(
        'set-credentials a',
        'set-credentials',
        'set users.a.token',
        'set users.a.client-key-data',
        'set users.a.exec',
        'set',
        'unset',
        'view',
        'set-cluster a',
        'set-context a',
      ),
      fc.array(
        fc.constantFrom(
          SECRET,
          ENCODED,
          `--token=${SECRET}`,
          `--password=${SECRET}`,
          `--tokn=${SECRET}`,
          `-x${SECRET}`,
          `--exec-env=${SECRET}`,
          `--exec-arg="${SECRET}`,
          `--auth-provider-arg=${SECRET}`,
          `--embed-certs=true`,
          '--token',
          `users.a.token=${SECRET}`,
          'users.a.token',
        ),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([verb, words]) => [...verb.split(' '), ...words]),
);

describe('no secret is in what is said of an error, whatever the file and the command line:', () => {
  let place: Console;
  beforeEach(() => {
    place = openConsole();
  });
  afterEach(() => {
    place.remove();
  });

  test('neither of the file, nor of the command line', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, withSecret, async (text, words) => {
        writeFileSync(join(place.cwd, 'config'), text);
        const env = { KUBECONFIG: 'config', HOME: place.cwd };
        const { code, stdout, stderr } = await place.kubepki(['kubeconfig', ...words], { env });
        const said = stderr + (code === 0 ? '' : stdout);
        for (const secret of [SECRET, ENCODED])
          expect({ words, said }).not.toEqual({ words, said: expect.stringContaining(secret) as unknown });
        expect(readdirSync(place.cwd).filter((name) => name.endsWith('.lock'))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
