import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, issue, loadAuthority } from '../../src/ca/index.ts';
import type { Authority, CertificateRequest } from '../../src/ca/index.ts';
import { GoJudge } from '../judges/go.ts';
import { openssl, opensslCount, opensslText, opensslVerify } from '../judges/openssl.ts';
import { ALGORITHMS, fixtureKey, NOW } from '../support/fixture-keys.ts';
import { describeWith, runOk, tempDir } from '../support/foreign.ts';
import { ODD_SKI, oddCa } from '../support/odd-ski.ts';
import { PROFILE_REQUESTS } from '../support/requests.ts';

const env = { now: NOW };
const attime = NOW.getTime() / 1000;

async function authority(): Promise<Authority> {
  return createAuthority({ commonName: 'kubernetes', key: await fixtureKey('ECDSA-P256') }, env);
}

describeWith(['openssl'], 'OpenSSL', () => {
  test.each(ALGORITHMS)(
    'verifies every profile under a CA of %s by the letter of RFC 5280',
    async (algorithm) => {
      const key = await fixtureKey(algorithm);
      const folder = tempDir();
      const ca = await createAuthority({ commonName: 'kubernetes', key }, env);
      writeFileSync(join(folder, 'root.pem'), ca.toPem());
      const files: string[] = [];
      for (const request of PROFILE_REQUESTS) {
        const file = join(folder, `${request.profile}.pem`);
        writeFileSync(file, (await issue(ca, { ...request, key }, env)).toPem());
        files.push(file);
      }
      const args = [
        'verify',
        '-x509_strict',
        '-check_ss_sig',
        '-attime',
        String(attime),
        '-CAfile',
        join(folder, 'root.pem'),
      ];
      const { stdout } = await runOk('openssl', [...args, join(folder, 'root.pem'), ...files]);
      expect(stdout.trim().split('\n')).toEqual(
        [join(folder, 'root.pem'), ...files].map((file) => `${file}: OK`),
      );
    },
  );

  test('verifies a server for its names and its purpose, and for no other', async () => {
    const ca = await authority();
    const web = await issue(
      ca,
      { profile: 'server', commonName: 'web', subjectAltNames: ['*.web.internal', '10.0.0.7', 'fd00::7'] },
      env,
    );
    const verify = async (more: object): Promise<boolean> =>
      (await opensslVerify(web.toPem(), { roots: ca.toPem(), attime, strict: true, ...more })).ok;
    expect(await verify({ purpose: 'sslserver', hostname: 'a.web.internal' })).toBe(true);
    expect(await verify({ ip: '10.0.0.7' })).toBe(true);
    expect(await verify({ ip: 'fd00:0::7' })).toBe(true);
    expect(await verify({ purpose: 'sslclient' })).toBe(false);
    expect(await verify({ hostname: 'web' })).toBe(false);
    expect(await verify({ ip: '10.0.0.8' })).toBe(false);
    expect(await verify({ attime: attime - 301 })).toBe(false);
  });

  test('verifies a chain over two intermediates by what the server sends', async () => {
    const root = await authority();
    const middle = await createAuthority(
      { commonName: 'middle', parent: root, maxPathLength: 1, key: await fixtureKey('RSA-2048') },
      env,
    );
    const low = await createAuthority(
      { commonName: 'low', parent: middle, maxPathLength: 0, key: await fixtureKey('Ed25519') },
      env,
    );
    const leaf = await issue(low, { profile: 'client', commonName: 'jane' }, env);
    const chain = leaf.toFullChainPem();
    expect(await opensslCount(chain)).toBe(3);
    const options = { roots: root.toPem(), attime, strict: true, purpose: 'sslclient' } as const;
    expect(await opensslVerify(leaf.toPem(), { ...options, untrusted: chain })).toMatchObject({ ok: true });
    expect(await opensslVerify(leaf.toPem(), options)).toMatchObject({ ok: false });
  });

  test.each<readonly [CertificateRequest, string]>([
    [{ profile: 'client', commonName: 'a=b' }, 'CN=a=b'],
    [{ profile: 'client', commonName: 'a,b+c"d\\e;f<g>h' }, 'CN=a\\,b\\+c\\"d\\\\e\\;f\\<g\\>h'],
    [{ profile: 'client', commonName: '#x' }, 'CN=\\#x'],
    [{ profile: 'client', commonName: ' a ' }, 'CN=\\ a\\ '],
    [{ profile: 'client', commonName: 'Größe 😀' }, 'CN=Größe 😀'],
    [{ profile: 'client', commonName: 'a', organizations: ['z', 'b', 'aa'] }, 'CN=a,O=aa+O=z+O=b'],
    [
      {
        profile: 'client',
        commonName: 'n',
        organizations: ['o'],
        organizationalUnits: ['u'],
        countries: ['DE'],
        provinces: ['s'],
        localities: ['l'],
      },
      'CN=n,ST=s,L=l,OU=u,O=o,C=DE',
    ],
  ])('reads the subject of %j', async (request, expected) => {
    const { certificate } = await issue(await authority(), request, env);
    const args = ['x509', '-noout', '-subject', '-nameopt', 'RFC2253,-esc_msb,utf8'];
    const { stdout } = await openssl(args, certificate.toPem());
    expect(stdout).toBe(`subject=${expected}\n`);
  });

  test('prints names of every kind as they were asked for', async () => {
    const subjectAltNames = [
      'münchen.de',
      '10.0.0.7',
      'fd00::7',
      'spiffe://cluster.local/ns/a',
      'jane@example.com',
    ];
    const { certificate } = await issue(
      await authority(),
      { profile: 'server', commonName: 'x', subjectAltNames },
      env,
    );
    expect(await opensslText(certificate.toPem())).toContain(
      'DNS:xn--mnchen-3ya.de, IP Address:10.0.0.7, IP Address:FD00:0:0:0:0:0:0:7, URI:spiffe://cluster.local/ns/a, email:jane@example.com',
    );
  });
});

describeWith(['openssl', 'go'], 'a CA whose key identifier is no hash of its key', () => {
  test('is named by its own identifier and by its own bytes: OpenSSL and Go find it', async () => {
    const { certificate, key } = await oddCa();
    const ca = await loadAuthority({ certificate, key });
    const leaf = await issue(ca, { profile: 'server', commonName: 'web' });
    const low = await createAuthority({ commonName: 'low', parent: ca, key: await fixtureKey('ECDSA-P384') });
    const under = await issue(low, { profile: 'server', commonName: 'web' });
    for (const one of [leaf, low]) {
      expect(Buffer.from(one.certificate.authorityKeyIdentifier ?? []).toString('hex')).toBe(ODD_SKI);
      expect(one.certificate.issuer.der).toEqual(ca.certificate.subject.der);
    }
    const go = await GoJudge.start();
    try {
      for (const one of [leaf, under]) {
        const untrusted = one.chain.map((above) => above.toPem()).join('');
        const verdict = await opensslVerify(one.toPem(), {
          roots: certificate,
          strict: true,
          purpose: 'sslserver',
          hostname: 'web',
          ...(untrusted === '' ? {} : { untrusted }),
        });
        expect(verdict).toMatchObject({ ok: true });
        const answer = await go.ask({
          op: 'verify',
          leaf: one.toPem(),
          roots: certificate,
          intermediates: untrusted,
          dnsName: 'web',
          usage: ['serverAuth'],
        });
        expect(answer).toMatchObject({ ok: true });
      }
    } finally {
      await go.stop();
    }
  });
});
