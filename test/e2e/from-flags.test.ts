/** A real API server and etcd on what `kubepki apply` writes without a configuration: RSA keys, kubeconfigs that name files. */
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { describeWith } from '../support/foreign.ts';
import { FROM_FLAGS } from './support/cluster-files.ts';
import { ControlPlane } from './support/control-plane.ts';
import { pair } from './support/kubepki.ts';

describeWith(['etcd', 'kube-apiserver', 'kubectl'], 'a control plane on a tree from flags alone', () => {
  let cluster: ControlPlane | undefined;

  beforeAll(async () => {
    cluster = await ControlPlane.start(FROM_FLAGS);
  });
  afterAll(() => cluster?.stop());

  const running = (): ControlPlane => {
    if (cluster === undefined) throw new Error('the control plane did not start');
    return cluster;
  };

  test('the API server serves with an RSA key of 2048 bits', async () => {
    const options = { host: '127.0.0.1', port: running().apiPort('cp-1'), servername: 'kubernetes' };
    const bits = await new Promise((resolve, reject) => {
      const socket = connect({ ...options, ca: readFileSync(running().files.pki('ca.crt')) }, () => {
        const { modulus, bits: size } = socket.getPeerCertificate();
        socket.destroy();
        resolve(modulus === undefined ? 'not RSA' : size);
      });
      socket.on('error', reject);
    });
    expect(bits).toBe(2048);
  });

  test.each([
    ['admin.conf', 'kubernetes-admin', 'kubeadm:cluster-admins'],
    ['super-admin.conf', 'kubernetes-super-admin', 'system:masters'],
    ['controller-manager.conf', 'system:kube-controller-manager', 'system:authenticated'],
    ['scheduler.conf', 'system:kube-scheduler', 'system:authenticated'],
    ['kubelet.conf', 'system:node:cp-1', 'system:nodes'],
  ])('%s, which names its files, is %s of %s', async (file, user, group) => {
    const { files } = running();
    const info = '{.status.userInfo.username} {.status.userInfo.groups[0]}';
    const args = ['auth', 'whoami', '-o', `jsonpath=${info}`];
    expect(await running().kubectlOk(files.conf(file), args)).toBe(`${user} ${group}`);
    expect(readFileSync(files.conf(file), 'utf8')).toMatch(/client-key: \S+\.key\n/);
  });

  test('a token is signed with RS256 by sa.key, which sa.pub verifies, and lets its holder in', async () => {
    await running().admin(['create', 'serviceaccount', 'robot', '-n', 'default']);
    const token = (await running().admin(['create', 'token', 'robot', '-n', 'default'])).trim();
    const [header = '', claims = '', signature = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString()).alg).toBe('RS256');
    const key = createPublicKey(readFileSync(running().files.pki('sa.pub')));
    const signed = Buffer.from(`${header}.${claims}`);
    expect(verify('sha256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(await running().whoami(['--token', token])).toBe('system:serviceaccount:default:robot');
  });

  test('etcd knows the API server and the health check, and nobody without a certificate', async () => {
    const { etcds, files } = running();
    for (const client of ['apiserver-etcd-client', 'etcd/healthcheck-client'])
      expect((await etcds.ask('/health', { as: pair(files.pki(client)) })).status).toBe(200);
    await expect(etcds.ask('/health', { as: {} })).rejects.toThrow(/certificate required|ECONNRESET/);
  });
});
