/** What the controller manager and the scheduler do with our files. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeWith, runOk } from '../support/foreign.ts';
import type { Running } from './support/control-plane.ts';
import { namespace, pod, registerNode } from './support/objects.ts';

/** The controller manager publishes our CA and signs with it; the scheduler binds pods. */
export function controllers(running: Running): void {
  test.each(['kube-controller-manager', 'kube-scheduler'])('%s leads', async (name) => {
    const holder = await running().valueOf(['lease', name, '-n', 'kube-system'], '.spec.holderIdentity');
    expect(holder).not.toBe('');
  });

  test('kube-root-ca.crt of a new namespace is our CA', async () => {
    const cluster = running();
    await cluster.applyObjects(namespace('published'));
    const published = await cluster.valueOf(
      ['configmap', 'kube-root-ca.crt', '-n', 'published'],
      '.data.ca\\.crt',
    );
    expect(published).toBe(readFileSync(cluster.files.pki('ca.crt'), 'utf8'));
  });

  test('the scheduler binds a pod to a node', async () => {
    const cluster = running();
    await registerNode(cluster, 'node-1');
    await cluster.applyObjects(namespace('scheduled'));
    const nodeSelector = { 'kubernetes.io/hostname': 'node-1' };
    await cluster.admin(['label', 'node', 'node-1', 'kubernetes.io/hostname=node-1', '--overwrite']);
    const account = ['serviceaccount', 'default', '-n', 'scheduled'];
    await cluster.valueOf(account, '.metadata.uid');
    await cluster.applyObjects(pod('scheduled', 'web', { nodeSelector }));
    expect(await cluster.valueOf(['pod', 'web', '-n', 'scheduled'], '.spec.nodeName')).toBe('node-1');
  });

  describeWith(['openssl'], 'for a request of openssl', () => {
    test('the controller manager signs a certificate with our CA, which lets its owner in', async () => {
      const cluster = running();
      const [key, request] = [cluster.scratch('joe.key'), cluster.scratch('joe.csr')];
      const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
      await runOk('openssl', [
        'req',
        '-new',
        ...ec,
        '-subj',
        '/O=dev/CN=joe',
        '-keyout',
        key,
        '-out',
        request,
      ]);
      await cluster.applyObjects({
        ...{
          apiVersion: 'certificates.k8s.io/v1',
          kind: 'CertificateSigningRequest',
          metadata: { name: 'joe' },
        },
        spec: {
          request: readFileSync(request).toString('base64'),
          signerName: 'kubernetes.io/kube-apiserver-client',
          usages: ['client auth'],
        },
      });
      await cluster.admin(['certificate', 'approve', 'joe']);
      const encoded = await cluster.valueOf(['csr', 'joe'], '.status.certificate');
      const pem = Buffer.from(encoded, 'base64').toString();
      const authority = new X509Certificate(readFileSync(cluster.files.pki('ca.crt')));
      const issued = new X509Certificate(pem);
      expect([issued.verify(authority.publicKey), issued.checkIssued(authority)]).toEqual([true, true]);
      const certificate = cluster.write('joe.crt', pem);
      expect(await cluster.whoami(['--client-certificate', certificate, '--client-key', key])).toBe('joe');
    });
  });
}
