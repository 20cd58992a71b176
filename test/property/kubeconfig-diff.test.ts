import fc from 'fast-check';
import { encodeBase64 } from '../../src/asn1/base64.ts';
import { canonicalKubeconfig } from '../../src/kubeconfig/canonical.ts';
import { diffKubeconfigs } from '../../src/kubeconfig/diff.ts';
import type { Kubeconfig, User } from '../../src/kubeconfig/model.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import { kubeconfig as anyKubeconfig } from '../support/kubeconfigs.ts';

const SECRET = 'GEHEIM';
const secret = fc.integer({ min: 0, max: 3 }).map((number) => `${SECRET}${number}`);
const encoded = (text: string): string => encodeBase64(new TextEncoder().encode(`x${text}`));

/** A user whose every field that may be a secret is one. */
const secretUser: fc.Arbitrary<User> = fc
  .tuple(secret, secret, secret, secret, fc.integer({ min: 0, max: 255 }))
  .map(([a, b, c, d, present]) => {
    const all: User = {
      token: `e30.${encoded(a).replaceAll('=', '')}.${a}`,
      password: b,
      clientKeyData: encoded(c),
      clientCertificateData: encoded(d),
      authProvider: { name: 'oidc', config: { 'refresh-token': a } },
      exec: {
        command: 'login',
        args: ['--client-secret', b],
        env: [{ name: 'PASSWORD', value: c }],
        installHint: d,
      },
      extensions: [{ name: 'x', extension: { deep: [a] } }],
      other: { 'id-token': b },
    };
    return Object.fromEntries(Object.entries(all).filter((_, at) => (present >> at) % 2 === 1));
  });

const secretConfig: fc.Arbitrary<Kubeconfig> = fc
  .tuple(secret, fc.dictionary(fc.constantFrom('a', 'b', 'c'), secretUser), fc.boolean())
  .map(([a, users, hasProxy]) => ({
    clusters: [
      {
        name: 'prod',
        cluster: {
          server: `https://jane:${a}@10.0.0.1:6443/?token=${a}`,
          ...(hasProxy ? { proxyUrl: `http://${a}@proxy` } : {}),
          certificateAuthorityData: encoded(a),
          other: { secret: a },
        },
      },
    ],
    contexts: [],
    currentContext: '',
    users: Object.entries(users).map(([name, user]) => ({ name, user })),
    other: { note: a },
    extensions: [{ name: 'e', extension: a }],
  }));

test('no secret is told, whatever differs', async () => {
  await fc.assert(
    fc.asyncProperty(secretConfig, secretConfig, async (before, after) => {
      const told = JSON.stringify(await diffKubeconfigs(before, after));
      expect(told).not.toContain(SECRET);
      for (const number of [0, 1, 2, 3])
        expect(told).not.toContain(encoded(`${SECRET}${number}`).slice(0, 8));
    }),
  );
});

test('any kubeconfig means the same as itself in kubectl’s form, and the other way round', async () => {
  await fc.assert(
    fc.asyncProperty(anyKubeconfig, async (config) => {
      const written = parseKubeconfig(renderKubeconfig(canonicalKubeconfig(config)));
      expect((await diffKubeconfigs(config, written)).changes).toEqual([]);
      expect((await diffKubeconfigs(written, config)).same).toBe(true);
    }),
  );
});

test('two kubeconfigs differ both ways or not at all, and no change is for nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anyKubeconfig, anyKubeconfig, async (before, after) => {
      const there = await diffKubeconfigs(before, after);
      const back = await diffKubeconfigs(after, before);
      expect(back.changes.map(({ section }) => section).sort()).toEqual(
        there.changes.map(({ section }) => section).sort(),
      );
      const added = there.changes.filter(({ action }) => action === 'add').length;
      expect(back.changes.filter(({ action }) => action === 'remove')).toHaveLength(added);
      for (const { action, before: from, after: to, reason } of there.changes)
        if (action === 'change') expect(from !== to || reason !== undefined).toBe(true);
    }),
  );
});
