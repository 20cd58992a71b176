import { X509Certificate } from 'node:crypto';
import { createAuthority, type Authority } from '../../../src/ca/index.ts';
import { issueKubeconfig } from '../../../src/index.ts';
import { decodeEmbeddedPem, resolveContext } from '../../../src/kubeconfig/index.ts';
import { failureOf } from '../../support/errors.ts';

const environment = { now: new Date('2027-01-31T12:00:00Z') };
const cluster = { server: 'https://10.0.0.10:6443' };

describe('a kubeconfig for a user', () => {
  let ca: Authority;
  beforeAll(async () => {
    ca = await createAuthority({ commonName: 'kubernetes' }, environment);
  });

  test('has a fresh certificate with the name and the groups, and trusts the CA', async () => {
    const request = { user: 'jane', groups: ['dev', 'ops'], validity: '8h', namespace: 'team-a', cluster };
    const { config, issued, notices } = await issueKubeconfig(ca, request, environment);
    const { name, context, cluster: to, user } = resolveContext(config);
    expect([name, context.namespace, to.server, notices]).toEqual([
      'jane@kubernetes',
      'team-a',
      cluster.server,
      [],
    ]);
    expect(decodeEmbeddedPem(to.certificateAuthorityData ?? '')).toBe(ca.toPem());
    const pem = decodeEmbeddedPem(user.clientCertificateData ?? '');
    const certificate = new X509Certificate(pem);
    expect(pem).toBe(issued.toPem());
    expect(certificate.subject).toBe('O=dev + O=ops\nCN=jane'); // as Go writes several groups
    expect(certificate.validTo).toBe('Jan 31 20:00:00 2027 GMT');
    expect(certificate.verify(new X509Certificate(ca.toPem()).publicKey)).toBe(true);
    expect(decodeEmbeddedPem(user.clientKeyData ?? '')).toBe(issued.keyToPem());
  });

  test('of an intermediate has the chain, so that a server that knows the root alone lets it in', async () => {
    const middle = await createAuthority({ commonName: 'middle', parent: ca }, environment);
    const { config } = await issueKubeconfig(middle, { user: 'jane', cluster }, environment);
    const { cluster: to, user } = resolveContext(config);
    expect(decodeEmbeddedPem(user.clientCertificateData ?? '')).toContain(middle.toPem());
    expect(decodeEmbeddedPem(to.certificateAuthorityData ?? '')).toBe(middle.toPem());
  });

  test('takes another CA, a name and settings for the cluster, and a name for the context', async () => {
    const request = {
      user: 'jane',
      context: 'work',
      cluster: {
        ...cluster,
        name: 'prod',
        certificateAuthority: { path: '/etc/ca.crt' },
        tlsServerName: 'kubernetes',
        proxyUrl: 'socks5://127.0.0.1:1080',
      },
    };
    const { config } = await issueKubeconfig(ca, request, environment);
    expect(config).toMatchObject({
      clusters: [
        {
          name: 'prod',
          cluster: {
            certificateAuthority: '/etc/ca.crt',
            tlsServerName: 'kubernetes',
            proxyUrl: 'socks5://127.0.0.1:1080',
          },
        },
      ],
      currentContext: 'work',
    });
  });

  test.each([
    [{ user: 'jane', groups: ['system:masters'] }, ['system-masters groups[0]']],
    [{ user: 'system:node:a', groups: ['system:nodes'] }, ['reserved-name user', 'reserved-name groups[0]']],
    [{ user: 'system:serviceaccount:a:b' }, ['reserved-name user']],
    [{ user: 'jane', validity: '20y' }, ['validity-clamped validity']],
    [{ user: 'jane', groups: ['kubeadm:cluster-admins'] }, []],
  ])('says what is special about %j', async (request, expected) => {
    const { notices } = await issueKubeconfig(ca, { ...request, cluster }, environment);
    expect(notices.map(({ code, path }) => `${code} ${path}`)).toEqual(expected);
    expect(notices.filter(({ severity }) => severity !== 'warning')).toEqual([]);
  });

  test('is refused without a name', async () => {
    const call = (user: string) => () => issueKubeconfig(ca, { user, cluster }, environment);
    expect(await failureOf(call(''))).toMatchObject({ code: 'invalid-request' });
  });
});
