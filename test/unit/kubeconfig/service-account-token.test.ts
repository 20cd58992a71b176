import { readServiceAccountToken } from '../../../src/kubeconfig/index.ts';
import { failureOf } from '../../support/errors.ts';
import { jwt } from '../../support/tokens.ts';

const SUBJECT = 'system:serviceaccount:team-a:deployer';

describe('the token of a service account', () => {
  test('that is bound says whose it is, until when, and what it ends with', () => {
    // As the TokenRequest API makes them (kubernetes 1.34, pkg/serviceaccount/claims.go).
    const token = jwt({
      aud: ['https://kubernetes.default.svc.cluster.local'],
      exp: 1_800_000_000,
      iat: 1_799_996_393,
      iss: 'https://kubernetes.default.svc.cluster.local',
      jti: '7aa2f4e5-3d4e-4f4c-9b0f-5c1d7c3f7f60',
      'kubernetes.io': {
        namespace: 'team-a',
        node: { name: 'node01', uid: 'n' },
        pod: { name: 'deployer-1', uid: 'p' },
        serviceaccount: { name: 'deployer', uid: 's' },
        warnafter: 1_800_000_000,
      },
      nbf: 1_799_996_393,
      sub: SUBJECT,
    });
    expect(readServiceAccountToken(`${token}\n`)).toEqual({
      subject: SUBJECT,
      namespace: 'team-a',
      serviceAccount: 'deployer',
      issuer: 'https://kubernetes.default.svc.cluster.local',
      audiences: ['https://kubernetes.default.svc.cluster.local'],
      issuedAt: new Date('2027-01-15T06:59:53Z'),
      notBefore: new Date('2027-01-15T06:59:53Z'),
      expiresAt: new Date('2027-01-15T08:00:00Z'),
      boundTo: { kind: 'Pod', name: 'deployer-1' },
    });
  });

  test('of a Secret has no end, and ends with the Secret', () => {
    const token = jwt({
      iss: 'kubernetes/serviceaccount',
      'kubernetes.io/serviceaccount/namespace': 'team-a',
      'kubernetes.io/serviceaccount/secret.name': 'deployer-token-x7k2p',
      'kubernetes.io/serviceaccount/service-account.name': 'deployer',
      'kubernetes.io/serviceaccount/service-account.uid': 'u',
      sub: SUBJECT,
    });
    expect(readServiceAccountToken(token)).toMatchObject({
      subject: SUBJECT,
      namespace: 'team-a',
      serviceAccount: 'deployer',
      expiresAt: undefined,
      boundTo: { kind: 'Secret', name: 'deployer-token-x7k2p' },
    });
  });

  test('says what its subject says, where there are no claims of Kubernetes', () => {
    expect(readServiceAccountToken(jwt({ sub: SUBJECT }))).toMatchObject({
      namespace: 'team-a',
      serviceAccount: 'deployer',
    });
    const other = readServiceAccountToken(jwt({ sub: 'jane@example.com', aud: 'kubernetes', exp: 1.5 }));
    expect(other).toMatchObject({ subject: 'jane@example.com', namespace: undefined, boundTo: undefined });
    expect(other).toMatchObject({ serviceAccount: undefined, audiences: ['kubernetes'] });
    expect(other.expiresAt?.getTime()).toBe(1500);
  });

  test('with claims of wrong types is read as far as it goes', () => {
    const token = jwt({ sub: 7, exp: '2027', nbf: 1e300, aud: [1, 'a'], 'kubernetes.io': 'x', iss: null });
    expect(readServiceAccountToken(token)).toEqual({
      ...{ subject: undefined, namespace: undefined, serviceAccount: undefined, issuer: undefined },
      ...{ audiences: ['a'], issuedAt: undefined, notBefore: undefined, expiresAt: undefined },
      boundTo: undefined,
    });
  });

  test.each([
    ['', 'it has not three parts with dots between'],
    ['abcdef.0123456789abcdef', 'it has not three parts with dots between'],
    ['s3cr3t.s3cr3t.s3cr3t', 'a part of it is not'],
    ['e30.e30.x', 'its header names no algorithm'],
    [jwt({}).replace(/\.[^.]*\./, '.W10.'), 'a part of it is not a JSON object'],
    [`${jwt({})}.x`, 'it has not three parts with dots between'],
    [jwt({}).replace('.', '.s3cr3t*'), 'a part of it is not base64url'],
  ])('is refused where it is %j, and not repeated', async (text, why) => {
    const error = await failureOf(() => readServiceAccountToken(text));
    expect(error).toMatchObject({ code: 'invalid-value', details: { kind: 'token' } });
    expect(error.message).toContain(why);
    expect(JSON.stringify([error.message, error.details, error.hint])).not.toContain('s3cr3t');
    expect(error.cause).toBeUndefined();
  });
});
