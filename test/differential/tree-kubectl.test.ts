/** kubectl on the kubeconfigs of a tree, in every form in which they name their certificates. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { apply } from '../../src/pki/apply.ts';
import { kubectl, kubectlRewrite, kubectlView } from '../judges/kubectl.ts';
import { cluster, controlPlane, node, user, version } from '../support/cluster.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { filesBelow } from '../support/disk-tree.ts';

const spec = cluster({
  // The last release whose kubeconfigs hold the line that kubectl writes into each.
  kubernetesVersion: version('v1.33.1'),
  clusterName: 'yes',
  controlPlanes: [controlPlane('123', '2001:db8::10')],
  nodes: [node('node-1')],
  users: [user('jane', { groups: ['dev'], namespace: 'team-a' }), user('on'), user('system:bob: x')],
});

describeWith(['kubectl'], 'kubectl reads the kubeconfigs of a tree', () => {
  it.each(['embed', 'files', 'files-abs'] as const)('as they were meant (%s)', async (kubeconfigCerts) => {
    const directory = tempDir();
    const [certDir, kubeconfigDir] = [join(directory, 'pki'), join(directory, 'conf')];
    await apply(spec, { certDir, kubeconfigDir, kubeconfigCerts });
    const files = filesBelow(kubeconfigDir).filter((path) => path.endsWith('.conf'));
    expect(files).toHaveLength(10);
    await Promise.all(
      files.map(async (file) => {
        const path = join(kubeconfigDir, file);
        const text = readFileSync(path, 'utf8');
        const view = await kubectlView(path);
        const [{ cluster: its, name } = { cluster: {}, name: '' }] = view.clusters;
        expect([view.kind, name, view['current-context']]).toEqual(['Config', 'yes', view.contexts[0]?.name]);
        expect(its['server']).toBe('https://[2001:db8::10]:6443');
        const isOnMachine = file.startsWith('nodes/');
        if (kubeconfigCerts === 'embed') {
          expect(Buffer.from(its['certificate-authority-data'] ?? '', 'base64')).toEqual(
            readFileSync(join(certDir, 'ca.crt')),
          );
        } else if (!isOnMachine) {
          const folder = resolve(path, '..');
          expect(readFileSync(resolve(folder, its['certificate-authority'] ?? ''))).toEqual(
            readFileSync(join(certDir, 'ca.crt')),
          );
          expect(readFileSync(resolve(folder, view.users[0]?.user['client-key'] ?? ''), 'utf8')).toContain(
            'PRIVATE KEY',
          );
        }
        // What kubectl writes of it is what we wrote.
        expect(await kubectlRewrite(path)).toBe(text);
      }),
    );
    const jane = join(kubeconfigDir, 'users/jane.conf');
    const { stdout, code } = await kubectl(jane, ['config', 'get-contexts', '--no-headers']);
    expect([code, stdout.trim().split(/\s+/)]).toEqual([0, ['*', 'jane@yes', 'yes', 'jane', 'team-a']]);
  });
});
