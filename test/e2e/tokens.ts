/** Service-account tokens: both API servers and the controller manager sign and verify them with our sa.key. */
import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ControlPlaneName } from './support/cluster-files.ts';
import type { Running } from './support/control-plane.ts';
import type { Answer } from './support/https.ts';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const ACCOUNT = 'system:serviceaccount:default:default';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as the API server issues them (RFC 7519), put together here. */
function signToken(key: KeyObject, uid: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: ISSUER, aud: [ISSUER], sub: ACCOUNT },
    ...{ iat: now, nbf: now, exp: now + 3600 },
    'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'default', uid } },
  };
  const input = `${base64url({ alg: 'ES256', typ: 'JWT' })}.${base64url(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** Who an API server says that the holder of a token is; for a refusal its status. */
export async function holderOf(
  running: Running,
  token: string,
  to: ControlPlaneName = 'cp-1',
): Promise<string | number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
  const answer: Answer = await running().askApiServer(SELF, { method: 'POST', headers, body, to });
  if (answer.status !== 201) return answer.status;
  return JSON.parse(answer.body).status.userInfo.username;
}

/** Tokens. */
export function tokens(running: Running): void {
  const account = ['serviceaccount', 'default', '-n', 'default'];
  const uidOfDefault = () => running().valueOf(account, '.metadata.uid');

  test.each([
    ['cp-1', 'cp-2'],
    ['cp-2', 'cp-1'],
  ] as const)('that the API server of %s issues are known to that of %s', async (issuer, other) => {
    await uidOfDefault();
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
    const { cert, key } = running().superAdmin;
    const answer = await running().askApiServer('/api/v1/namespaces/default/serviceaccounts/default/token', {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body, cert, key, to: issuer },
    });
    expect(answer.status).toBe(201);
    const { token } = JSON.parse(answer.body).status;
    expect(await holderOf(running, token, issuer)).toBe(ACCOUNT);
    expect(await holderOf(running, token, other)).toBe(ACCOUNT);
  });

  test('that kubectl asks for let their holder in, by our CA and the endpoint of admin.conf', async () => {
    const cluster = running();
    expect(await cluster.whoami(['--token', await cluster.defaultToken()])).toBe(ACCOUNT);
  });

  test('that are signed with sa.key are accepted, with another key refused', async () => {
    const uid = await uidOfDefault();
    const ours = createPrivateKey(readFileSync(running().files.pki('sa.key')));
    expect(await holderOf(running, signToken(ours, uid))).toBe(ACCOUNT);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    expect(await holderOf(running, signToken(privateKey, uid))).toBe(401);
  });

  test('that the controller manager puts into Secrets are signed with the same key', async () => {
    const cluster = running();
    await uidOfDefault();
    const annotations = { 'kubernetes.io/service-account.name': 'default' };
    await cluster.applyObjects({
      ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token' },
      metadata: { name: 'long-lived', namespace: 'default', annotations },
    });
    const token = await cluster.valueOf(['secret', 'long-lived', '-n', 'default'], '.data.token');
    expect(await holderOf(running, Buffer.from(token, 'base64').toString())).toBe(ACCOUNT);
    const published = await cluster.valueOf(['secret', 'long-lived', '-n', 'default'], '.data.ca\\.crt');
    expect(Buffer.from(published, 'base64')).toEqual(readFileSync(cluster.files.pki('ca.crt')));
  });
}
