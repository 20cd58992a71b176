import { createAuthority, issue } from '../../../src/ca/index.ts';
import type { Authority, CertificateRequest, Certificate } from '../../../src/ca/index.ts';
import { failureOf } from '../../support/errors.ts';
import { fixtureKey, NOW } from '../../support/fixture-keys.ts';

const env = { now: NOW };
let ca: Authority;
beforeAll(async () => {
  ca = await createAuthority({ commonName: 'kubernetes', key: await fixtureKey('ECDSA-P256') }, env);
});

const issued = async (request: CertificateRequest): Promise<Certificate> =>
  (await issue(ca, request, env)).certificate;
const problems = async (
  request: CertificateRequest,
): Promise<readonly { path: string; message: string }[]> => {
  const error = await failureOf(() => issue(ca, request, env));
  if (error.code !== 'invalid-request') throw error;
  return error.details.problems;
};
const paths = async (request: CertificateRequest): Promise<string[]> =>
  (await problems(request)).map(({ path }) => path);
const dns = (...values: string[]) => values.map((value) => ({ type: 'dns', value }));

describe('a request', () => {
  test('is told all its problems at once', async () => {
    const found = await problems({
      profile: 'server',
      commonName: '',
      organizations: ['ok', 'a\nb', ' '],
      countries: ['DE', 'Germany'],
      organizationalUnits: ['\ud800'],
      subjectAltNames: ['ok.example', '10.0.0.0/8', 'a_b'],
      maxPathLength: 1,
    });
    expect(found.map(({ path }) => path)).toEqual([
      'commonName',
      'organizations[1]',
      'organizations[2]',
      'organizationalUnits[0]',
      'countries[1]',
      'subjectAltNames[1]',
      'subjectAltNames[2]',
      'maxPathLength',
    ]);
    expect(found[1]?.message).toBe('holds a control character: "a\\nb"');
    expect(found[5]?.message).toContain('without prefix length');
  });

  test('is told what its profile lacks beside what is wrong with other fields', async () => {
    expect(await paths({ profile: 'client', subjectAltNames: ['a b'] })).toEqual([
      'subjectAltNames[0]',
      'commonName',
    ]);
    expect(await paths({ profile: 'server', subjectAltNames: ['a b'] })).toEqual(['subjectAltNames[0]']);
  });

  test.each<CertificateRequest>([
    { profile: 'client' },
    { profile: 'ca' },
    { profile: 'kubelet-client' },
    { profile: 'kubelet-client', commonName: 'Not A Node' },
    { profile: 'kubelet-client', commonName: 'system:node:' },
    { profile: 'webhook' },
    { profile: 'webhook', commonName: 'hook' },
    { profile: 'webhook', commonName: 'hook.ops.pod' },
    { profile: 'webhook', commonName: 'hook.ops.svc.example.com' },
    { profile: 'webhook', commonName: 'Hook.ops' },
  ])('of %j lacks its name', async (request) => {
    expect(await paths(request)).toEqual(['commonName']);
  });

  test.each<CertificateRequest>([
    { profile: 'server' },
    { profile: 'server', commonName: 'no host name' },
    { profile: 'peer', commonName: 'A B' },
    { profile: 'server', commonName: 'x', subjectAltNames: ['spiffe://a/b'] },
  ])('of %j lacks names that clients look at', async (request) => {
    expect(await paths(request)).toEqual(['subjectAltNames']);
  });

  test('has a path length where a CA is asked for, from 0 to 255', async () => {
    expect(await paths({ profile: 'client', commonName: 'a', maxPathLength: 0 })).toEqual(['maxPathLength']);
    for (const maxPathLength of [-1, 1.5, 256, Number.NaN])
      expect(await paths({ profile: 'ca', commonName: 'a', maxPathLength })).toEqual(['maxPathLength']);
    expect((await issued({ profile: 'ca', commonName: 'a', maxPathLength: 255 })).basicConstraints).toEqual({
      ca: true,
      maxPathLength: 255,
    });
  });

  test('of an unknown profile names those that there are', async () => {
    const error = await failureOf(() => issue(ca, { profile: 'servr' as 'server' }, env));
    expect(error).toMatchObject({ code: 'invalid-value', details: { kind: 'profile', value: 'servr' } });
    expect(error.message).toContain('kubelet-server');
  });

  test('with a long name is issued with a warning', async () => {
    const { notices } = await issue(
      ca,
      { profile: 'client', commonName: 'x'.repeat(65), organizations: ['y'.repeat(64), 'z'.repeat(65)] },
      env,
    );
    expect(notices.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'name-too-long commonName',
      'name-too-long organizations',
    ]);
  });
});

describe('profiles complete', () => {
  test('a server by its common name, where that is a host name or an address', async () => {
    expect((await issued({ profile: 'server', commonName: 'web.internal' })).subjectAltNames).toEqual(
      dns('web.internal'),
    );
    expect((await issued({ profile: 'server', commonName: '10.0.0.7' })).subjectAltNames).toEqual([
      { type: 'ip', value: '10.0.0.7' },
    ]);
    expect(
      (await issued({ profile: 'peer', commonName: 'a', subjectAltNames: ['b'] })).subjectAltNames,
    ).toEqual(dns('b'));
  });

  test('a kubelet by its user name and its group', async () => {
    for (const commonName of ['Node01', 'system:node:Node01']) {
      const certificate = await issued({ profile: 'kubelet-client', commonName, organizations: ['extra'] });
      expect(certificate.commonName).toBe('system:node:node01');
      expect([...certificate.organizations].sort()).toEqual(['extra', 'system:nodes']);
      expect(certificate.subjectAltNames).toEqual([]);
    }
    const twice = await issued({
      profile: 'kubelet-client',
      commonName: 'a',
      organizations: ['system:nodes'],
    });
    expect(twice.organizations).toEqual(['system:nodes']);
  });

  test('a kubelet that serves by the node name as well, once', async () => {
    const request: CertificateRequest = {
      profile: 'kubelet-server',
      commonName: 'node01',
      subjectAltNames: ['10.0.0.7'],
    };
    expect((await issued(request)).subjectAltNames).toEqual([
      ...dns('node01'),
      { type: 'ip', value: '10.0.0.7' },
    ]);
    expect((await issued({ ...request, subjectAltNames: ['a', 'node01'] })).subjectAltNames).toEqual(
      dns('a', 'node01'),
    );
    expect((await issued({ profile: 'kubelet-server', commonName: '10.0.0.7' })).subjectAltNames).toEqual([
      { type: 'ip', value: '10.0.0.7' },
    ]);
  });

  test('a webhook by the names under which the API server calls it', async () => {
    const names = dns('hook.ops.svc', 'hook.ops.svc.cluster.local');
    for (const commonName of ['hook.ops', 'hook.ops.svc', 'hook.ops.svc.cluster.local']) {
      const certificate = await issued({ profile: 'webhook', commonName });
      expect([certificate.commonName, certificate.subjectAltNames]).toEqual(['hook.ops.svc', names]);
    }
    const more = await issued({
      profile: 'webhook',
      commonName: 'hook.ops',
      subjectAltNames: ['hook.ops.svc', 'hook.local', '10.0.0.1'],
    });
    expect(more.subjectAltNames).toEqual([...names, ...dns('hook.local'), { type: 'ip', value: '10.0.0.1' }]);
  });
});
