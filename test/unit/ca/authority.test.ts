import {
  Certificate,
  createAuthority,
  encryptPrivateKey,
  issue,
  keySigner,
  loadAuthority,
  platformCrypto,
  privateKeyToPem,
} from '../../../src/ca/index.ts';
import type { Authority } from '../../../src/ca/index.ts';
import { failureOf } from '../../support/errors.ts';
import { fixtureKey, fixturePem, NOW } from '../../support/fixture-keys.ts';

const env = { now: NOW };
const names = (certificates: readonly Certificate[]): (string | undefined)[] =>
  certificates.map(({ commonName }) => commonName);

interface Tree {
  readonly root: Authority;
  readonly middle: Authority;
  readonly low: Authority;
}

async function tree(): Promise<Tree> {
  const root = await createAuthority({ commonName: 'root', key: await fixtureKey('ECDSA-P256') }, env);
  const middle = await createAuthority(
    { commonName: 'middle', parent: root, key: await fixtureKey('ECDSA-P384') },
    env,
  );
  const low = await createAuthority(
    { commonName: 'low', parent: middle, key: await fixtureKey('Ed25519') },
    env,
  );
  return { root, middle, low };
}

describe('a created authority', () => {
  test('is a self-signed root, or stands under its parent with the chain to send along', async () => {
    const { root, middle, low } = await tree();
    expect(root.certificate.subject.der).toEqual(root.certificate.issuer.der);
    expect(root.certificate.authorityKeyIdentifier).toBeUndefined();
    expect(root.certificate.subjectKeyIdentifier).toHaveLength(20);
    expect([names(root.chain), names(middle.chain), names(low.chain)]).toEqual([[], [], ['middle']]);
    const leaf = await issue(low, { profile: 'client', commonName: 'leaf' }, env);
    expect(names(leaf.chain)).toEqual(['low', 'middle']);
    expect(names(Certificate.allFromPem(leaf.toFullChainPem()))).toEqual(['leaf', 'low', 'middle']);
    expect(names(Certificate.allFromPem(leaf.toPem()))).toEqual(['leaf']);
  });

  test('makes its own key where none is given', async () => {
    const ca = await createAuthority({ commonName: 'a', keyAlgorithm: 'Ed25519' }, env);
    expect(ca.certificate.publicKey.algorithm).toBe('Ed25519');
    expect(ca.keyToPem()).toContain('PRIVATE KEY');
  });

  test('has no key to give where that lives elsewhere', async () => {
    const signer = keySigner(await fixtureKey('Ed25519'), platformCrypto());
    const ca = await createAuthority({ commonName: 'a', key: signer }, env);
    expect(ca.privateKey).toBeUndefined();
    expect(await failureOf(() => ca.keyToPem())).toMatchObject({ code: 'invalid-key' });
  });
});

describe('a loaded authority', () => {
  test('is the certificate of a bundle that matches the key, in any order', async () => {
    const { root, middle, low } = await tree();
    const pems = [root, middle, low].map((ca) => ca.toPem());
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    const keys = [
      ['root', 'ECDSA-P256', []],
      ['middle', 'ECDSA-P384', []],
      ['low', 'Ed25519', ['middle']],
    ] as const;
    for (const order of orders) {
      const bundle = order.map((index) => pems[index] ?? '').join('');
      for (const [name, key, chain] of keys) {
        const loaded = await loadAuthority({ certificate: bundle, key: fixturePem(key) });
        expect([loaded.certificate.commonName, names(loaded.chain)]).toEqual([name, chain]);
      }
    }
  });

  test('is read from DER, bytes, objects and an encrypted key', async () => {
    const { middle } = await tree();
    const key = await fixtureKey('ECDSA-P384');
    const encrypted = await encryptPrivateKey(key, 'pw');
    for (const certificate of [
      middle.certificate,
      [middle.certificate],
      middle.certificate.der,
      middle.toPem(),
      Buffer.from(middle.toPem()),
    ]) {
      for (const one of [
        key,
        keySigner(key, platformCrypto()),
        encrypted,
        key.exportPkcs8(),
        privateKeyToPem(key, { encoding: 'traditional' }),
      ]) {
        const loaded = await loadAuthority({ certificate, key: one, password: 'pw' });
        expect(loaded.certificate.commonName).toBe('middle');
      }
    }
  });

  test('is, of several with its key, the one that is valid longest', async () => {
    const key = await fixtureKey('ECDSA-P256');
    const make = (validity: string): Promise<Authority> =>
      createAuthority({ commonName: 'ca', key, validity }, env);
    const [short, long] = [await make('1y'), await make('5y')];
    for (const bundle of [short.toPem() + long.toPem(), long.toPem() + short.toPem()]) {
      expect((await loadAuthority({ certificate: bundle, key })).toPem()).toBe(long.toPem());
    }
  });

  test('has the chain that the key identifiers tell, where a parent got a new key under its old name', async () => {
    const root = await createAuthority({ commonName: 'root', key: await fixtureKey('ECDSA-P256') }, env);
    const parent = async (key: 'RSA-2048' | 'RSA-3072'): Promise<Authority> =>
      createAuthority({ commonName: 'parent', parent: root, key: await fixtureKey(key) }, env);
    const [old, fresh] = [await parent('RSA-2048'), await parent('RSA-3072')];
    const low = await createAuthority(
      { commonName: 'low', parent: fresh, key: await fixtureKey('Ed25519') },
      env,
    );
    for (const certificates of [
      [low, old, fresh, root],
      [fresh, root, low, old],
      [old, fresh, low],
    ]) {
      const loaded = await loadAuthority({
        certificate: certificates.map(({ certificate }) => certificate),
        key: fixturePem('Ed25519'),
      });
      expect(loaded.chain.map((certificate) => certificate.toPem())).toEqual([fresh.toPem()]);
    }
  });

  test('sends the cross-signed certificate of its root along, and comes to an end in a circle', async () => {
    const a = await createAuthority({ commonName: 'a', key: await fixtureKey('ECDSA-P256') }, env);
    const b = await createAuthority({ commonName: 'b', key: await fixtureKey('ECDSA-P384') }, env);
    const aUnderB = await createAuthority(
      { commonName: 'a', parent: b, key: await fixtureKey('ECDSA-P256') },
      env,
    );
    const bUnderA = await createAuthority(
      { commonName: 'b', parent: a, key: await fixtureKey('ECDSA-P384') },
      env,
    );
    const low = await createAuthority(
      { commonName: 'low', parent: a, key: await fixtureKey('Ed25519') },
      env,
    );
    const chainIn = async (...bundle: readonly Authority[]): Promise<string[]> => {
      const certificate = bundle.map((one) => one.certificate);
      return (await loadAuthority({ certificate, key: fixturePem('Ed25519') })).chain.map((one) =>
        one.toPem(),
      );
    };
    expect(await chainIn(low, a, aUnderB, b)).toEqual([aUnderB.toPem()]);
    expect(await chainIn(aUnderB, a, low, b)).toEqual([aUnderB.toPem()]);
    expect(await chainIn(low, a)).toEqual([]);
    expect(await chainIn(low, aUnderB, bUnderA)).toEqual([aUnderB.toPem(), bUnderA.toPem()]);
  });

  test('is refused where no certificate has the key, and names them', async () => {
    const { root, middle } = await tree();
    const error = await failureOf(() =>
      loadAuthority({
        certificate: root.toPem() + middle.toPem(),
        key: fixturePem('RSA-2048'),
        source: 'pki/ca.crt',
      }),
    );
    expect(error).toMatchObject({ code: 'invalid-issuer', details: { reason: 'key-mismatch' } });
    expect(error.message).toBe(
      'pki/ca.crt: the private key belongs to none of its certificates: CN = root; CN = middle',
    );
  });

  test('names the file that is at fault', async () => {
    const { root } = await tree();
    const files = { source: 'ca.crt', keySource: 'ca.key' };
    const key = fixturePem('ECDSA-P256');
    expect((await failureOf(() => loadAuthority({ certificate: key, key, ...files }))).message).toMatch(
      /^ca\.crt: /,
    );
    expect(
      (await failureOf(() => loadAuthority({ certificate: root.toPem(), key: root.toPem(), ...files })))
        .message,
    ).toMatch(/^ca\.key: /);
  });
});
