/** Node's certificates and TLS stack as judges. They have no clock to set: here alone certificates begin now. */
import { X509Certificate } from 'node:crypto';
import { createAuthority, issue, loadAuthority } from '../../src/ca/index.ts';
import type { Authority } from '../../src/ca/index.ts';
import { handshake, nodeChecks, nodeFacts } from '../judges/node-tls.ts';
import { ALGORITHMS, fixtureKey, NOW } from '../support/fixture-keys.ts';
import { describeWith } from '../support/foreign.ts';
import { oddCa } from '../support/odd-ski.ts';
import { PROFILE_REQUESTS } from '../support/requests.ts';

const AGREED = { authorized: true, error: '' };

describe.each(ALGORITHMS)('with keys of %s', (algorithm) => {
  test.each(PROFILE_REQUESTS)('Node reads a $profile certificate as it was asked for', async (request) => {
    const key = await fixtureKey(algorithm);
    const ca = await createAuthority({ commonName: 'kubernetes', key }, { now: NOW });
    const issued = await issue(ca, { ...request, key }, { now: NOW });
    const { certificate } = issued;
    expect(nodeChecks(issued.toPem(), ca.toPem(), issued.keyToPem())).toEqual({
      issued: true,
      signed: true,
      keyMatches: true,
    });
    const facts = nodeFacts(issued.toPem());
    expect(facts.subject.split(/[\n+]/).map((part) => part.trim())).toContain(
      `CN=${certificate.commonName ?? ''}`,
    );
    expect([facts.ca, new Date(facts.validTo)]).toEqual([certificate.isCa, certificate.notAfter]);
    expect(facts.extKeyUsage).toHaveLength(certificate.extendedKeyUsage?.length ?? 0);
    expect(new X509Certificate(issued.toPem()).serialNumber.toLowerCase()).toBe(certificate.serialNumber);
  });

  test('a server and a client shake hands', async () => {
    const key = await fixtureKey(algorithm);
    const ca = await createAuthority({ commonName: 'ca', key });
    const [server, client] = [
      await issue(ca, {
        profile: 'server',
        commonName: 'web',
        subjectAltNames: ['web.internal', '10.0.0.7'],
        key,
      }),
      await issue(ca, { profile: 'client', commonName: 'jane', key }),
    ];
    const side = (one: typeof server) => ({
      cert: one.toFullChainPem(),
      key: one.keyToPem(),
      ca: ca.toPem(),
    });
    for (const servername of ['web.internal', '10.0.0.7']) {
      expect(await handshake({ server: side(server), client: side(client), servername })).toEqual({
        server: AGREED,
        client: AGREED,
      });
    }
    const wrong = await handshake({ server: side(server), client: side(client), servername: 'other' });
    expect(wrong.client).toEqual({ authorized: false, error: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});

describeWith(['openssl'], 'under a CA whose key identifier is no hash of its key', () => {
  test('Node authorizes both sides, with an intermediate and without', async () => {
    const { certificate, key } = await oddCa();
    const root = await loadAuthority({ certificate, key });
    const low = await createAuthority({
      commonName: 'low',
      parent: root,
      key: await fixtureKey('ECDSA-P384'),
    });
    const peer = async (ca: Authority) => {
      const issued = await issue(ca, { profile: 'peer', commonName: 'etcd-0' });
      return { cert: issued.toFullChainPem(), key: issued.keyToPem(), ca: certificate };
    };
    for (const [server, client] of [
      [root, root],
      [low, root],
      [root, low],
      [low, low],
    ] as const) {
      const result = await handshake({
        server: await peer(server),
        client: await peer(client),
        servername: 'etcd-0',
      });
      expect(result).toEqual({ server: AGREED, client: AGREED });
    }
  });
});
