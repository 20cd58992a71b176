/** Links inside of a tree: none of them lets a file take the place of another one of the tree. */
import { X509Certificate } from 'node:crypto';
import { copyFileSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { apply, type ApplyOptions } from '../../../../src/pki/apply.ts';
import type { ClusterSpec } from '../../../../src/pki/spec/spec.ts';
import { cluster, NOW, user } from '../../../support/cluster.ts';
import { changesBetween, newRoot, removeRoots, snapshot } from '../../../support/disk-tree.ts';

const ETC = 'etc/kubernetes';

let root: string;
beforeEach(() => {
  root = newRoot();
});
afterEach(removeRoots);

const applied = (spec: ClusterSpec, options: ApplyOptions = {}) =>
  apply(spec, { rootfs: root, ...options }, { now: NOW });

function link(from: string, to: string): void {
  rmSync(join(root, ETC, from), { force: true, recursive: true });
  symlinkSync(to, join(root, ETC, from));
}

it.each([
  [[['pki/apiserver.key', 'ca.key']]],
  [[['pki/apiserver.crt', 'ca.crt']]],
  [[['pki/apiserver.key', 'sa.key']]],
  [[['super-admin.conf', 'admin.conf']]],
  [
    [
      ['pki/front-proxy-client.crt', 'apiserver.crt'],
      ['pki/front-proxy-client.key', 'apiserver.key'],
    ],
  ],
] as const)('%j is refused, and nothing changes', async (links) => {
  await applied(cluster());
  for (const [from, to] of links) link(from, to);
  const before = snapshot(root);
  await expect(applied(cluster())).rejects.toMatchObject({
    code: 'unexpected-file',
    message: expect.stringContaining('another name of'),
  });
  expect(changesBetween(before, snapshot(root))).toEqual([]);
});

it('users whose directory is a link to that of the CAs are refused', async () => {
  const pki = join(root, ETC, 'pki');
  mkdirSync(pki, { recursive: true });
  symlinkSync('pki', join(root, ETC, 'users'));
  const options = { kubeconfigCerts: 'files' } as const;
  await applied(cluster({ users: [user('jane')] }), options);
  const before = snapshot(pki);
  const run = applied(cluster({ users: [user('jane'), user('ca')] }), options);
  await expect(run).rejects.toMatchObject({ code: 'unexpected-file' });
  expect(changesBetween(before, snapshot(pki))).toEqual([]);
});

it('a link to a file that is not of the tree stays, and what it leads to is replaced', async () => {
  await applied(cluster());
  const elsewhere = join(newRoot(), 'apiserver.crt');
  const file = join(root, ETC, 'pki/apiserver.crt');
  copyFileSync(file, elsewhere);
  link('pki/apiserver.crt', elsewhere);
  await applied(cluster({ apiServerCertSANs: ['new.example.com'] }));
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(new X509Certificate(readFileSync(elsewhere)).subjectAltName).toContain('new.example.com');
});

it.each(['users', 'nodes', 'nodes/cp-2/etc/kubernetes/pki'])(
  'the certificates of this machine cannot lie in %s',
  async (name) => {
    const certDir = `/etc/kubernetes/${name}`;
    await expect(applied(cluster(), { certDir })).rejects.toMatchObject({
      code: 'invalid-value',
      details: { kind: 'certDir', value: certDir },
    });
  },
);
