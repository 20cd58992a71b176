/** Service-account tokens, and what the controller manager does with our keys. */
import { createPrivateKey, generateKeyPairSync, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ControlPlane } from './support/control-plane.ts';
import { until } from './support/processes.ts';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as the API server issues them (RFC 7519), put together here. */
function signToken(key: KeyObject, uid: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: ISSUER, aud: [ISSUER], sub: 'system:serviceaccount:default:default' },
    ...{ iat: now, nbf: now, exp: now + 3600 },
    'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'default', uid } },
  };
  const input = `${base64url({ alg: 'ES256', typ: 'JWT' })}.${base64url(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** Tokens. */
export function tokens(running: () => ControlPlane): void {
  const whoami = async (token: string, server = 'https://192.0.2.10:6443') => {
    const cluster = running();
    const flags = ['--server', server, '--certificate-authority', cluster.pki('ca.crt'), '--token', token];
    return cluster.kubectl('/dev/null', [...flags, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}']);
  };
  const account = 'system:serviceaccount:default:default';

  const uidOfDefault = (): Promise<string> =>
    until('the default service account', async () => {
      const cluster = running();
      const args = ['get', 'serviceaccount', 'default', '-n', 'default', '-o', 'jsonpath={.metadata.uid}'];
      const { stdout } = await cluster.kubectl(cluster.conf('super-admin.conf'), args);
      return stdout === '' ? undefined : stdout;
    });

  test('that one API server issues are known to both: they share sa.key', async () => {
    const cluster = running();
    await uidOfDefault();
    const token = await cluster.kubectlOk(cluster.conf('super-admin.conf'), ['create', 'token', 'default']);
    expect((await whoami(token.trim())).stdout).toBe(account);
    expect((await whoami(token.trim(), 'https://192.0.2.11:6443')).stdout).toBe(account);
  });

  test('that are signed with sa.key are accepted, with another key refused', async () => {
    const uid = await uidOfDefault();
    const ours = createPrivateKey(readFileSync(running().pki('sa.key')));
    expect((await whoami(signToken(ours, uid))).stdout).toBe(account);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const refused = await whoami(signToken(privateKey, uid));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('Unauthorized')]);
  });
}

const SIGNER = 'kubernetes.io/kube-apiserver-client';

/** The controller manager: it publishes our CA and signs with it. */
export function controllers(running: () => ControlPlane): void {
  test('kube-root-ca.crt is our CA', async () => {
    const cluster = running();
    const args = ['get', 'configmap', 'kube-root-ca.crt', '-n', 'default', '-o', 'jsonpath={.data.ca\\.crt}'];
    const published = await until('kube-root-ca.crt', async () => {
      const { stdout } = await cluster.kubectl(cluster.conf('super-admin.conf'), args);
      return stdout === '' ? undefined : stdout;
    });
    expect(published).toBe(readFileSync(cluster.pki('ca.crt'), 'utf8'));
  });

  test.each(['kube-controller-manager', 'kube-scheduler'])('%s leads: its kubeconfig can', async (name) => {
    const cluster = running();
    const args = ['get', 'lease', name, '-n', 'kube-system', '-o', 'jsonpath={.spec.holderIdentity}'];
    const holder = await until('the lease', async () => {
      const { stdout } = await cluster.kubectl(cluster.conf('super-admin.conf'), args);
      return stdout === '' ? undefined : stdout;
    });
    expect(holder).not.toBe('');
  });

  test('a certificate that it signs is one of our CA, and lets its owner in', async () => {
    const cluster = running();
    const conf = cluster.conf('super-admin.conf');
    const { request, key } = cluster.writeRequest('/O=dev/CN=joe');
    const csr = {
      ...{ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'joe' } },
      spec: { request: request.toString('base64'), signerName: SIGNER, usages: ['client auth'] },
    };
    await cluster.kubectlOk(conf, ['create', '-f', '-'], JSON.stringify(csr));
    await cluster.kubectlOk(conf, ['certificate', 'approve', 'joe']);
    const pem = await until('the certificate', async () => {
      const args = ['get', 'csr', 'joe', '-o', 'jsonpath={.status.certificate}'];
      const text = await cluster.kubectlOk(conf, args);
      return text === '' ? undefined : Buffer.from(text, 'base64').toString();
    });
    const authority = new X509Certificate(readFileSync(cluster.pki('ca.crt')));
    expect(new X509Certificate(pem).verify(authority.publicKey)).toBe(true);
    const flags = ['--client-certificate', cluster.write('joe.crt', pem), '--client-key', key];
    const user = ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'];
    const clean = cluster.write('no-user.conf', await withoutUser(cluster));
    expect(await cluster.kubectlOk(clean, [...flags, ...user])).toBe('joe');
  });
}

/** jane's kubeconfig with an empty user, to which flags give another identity. */
function withoutUser(cluster: ControlPlane): Promise<string> {
  const view = ['config', 'view', '--raw', '--minify', '-o', 'json'];
  return cluster.kubectlOk(cluster.conf('users/jane.conf'), view).then((text) => {
    const config = JSON.parse(text);
    return JSON.stringify({ ...config, users: [{ name: 'jane', user: {} }] });
  });
}
