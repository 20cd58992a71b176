import type { CertificateRequest } from '../../../../src/ca/request.ts';
import { KUBEADM_PROFILES } from '../../../../src/pki/layout/profiles.ts';
import { Certificate } from '../../../../src/x509/certificate.ts';
import type { SubjectAltName } from '../../../../src/x509/general-name.ts';
import { cluster, hoursFromNow, NOW } from '../../../support/cluster.ts';
import { authorityOf, forge, otherAuthority, PKI, withOtherIdentifier } from '../../../support/forge.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';

const DAY = 24;
const hours = (count: number) => ({ kind: 'duration', milliseconds: count * 3_600_000 }) as const;
const usages = (...list: ('digitalSignature' | 'keyEncipherment' | 'keyCertSign')[]) => ({
  rsa: list,
  ec: list,
  ed25519: list,
});

let made: MemoryTree;
/** A year before: for certificates that have been valid for long. */
let old: MemoryTree;
beforeAll(async () => {
  const spec = cluster({ apiServerCertSANs: ['api.example.com', '203.0.113.9'] });
  made = await MemoryTree.of(spec);
  old = await MemoryTree.of(spec, {}, hoursFromNow(-400 * DAY));
});

const codes = async (tree: MemoryTree, target = 'apiserver', now = NOW) => {
  const { action, reasons } = await tree.step(target, { now });
  return [action, ...reasons.map(({ code }) => code)];
};

describe('a tree as it should be', () => {
  it('is reused without a note', async () => {
    expect(await made.summary()).toEqual([]);
    expect((await made.plan()).every(({ action }) => action === 'reuse')).toBe(true);
  });

  it('is planned in the same words again', async () => {
    expect(await made.plan()).toEqual(await made.plan());
  });
});

describe('a certificate is issued anew for exactly one reason', () => {
  const server = KUBEADM_PROFILES.server;
  const rows: readonly (readonly [code: string, changes: Partial<CertificateRequest>])[] = [
    ['subject', { commonName: 'apiserver' }],
    ['subject', { organizations: ['system:masters'] }],
    ['algorithm', { keyAlgorithm: 'ECDSA-P384' }],
    ['key-usage', { profile: { ...server, keyUsage: usages('keyEncipherment') } }],
    [
      'key-usage',
      { profile: { ...server, keyUsage: usages('digitalSignature', 'keyEncipherment', 'keyCertSign') } },
    ],
    ['extended-key-usage', { profile: { ...server, extendedKeyUsage: ['clientAuth'] } }],
    ['extended-key-usage', { profile: { ...server, extendedKeyUsage: ['serverAuth', 'clientAuth'] } }],
    ['extended-key-usage', { profile: { ...server, extendedKeyUsage: [] } }],
    ['is-ca', { profile: { ...server, ca: true } }],
  ];
  it.each(rows)('%s (%#)', async (code, changes) => {
    const tree = await forge(made.copy(), 'apiserver', { changes });
    expect(await codes(tree)).toEqual(['reissue', code]);
    expect(await tree.summary()).toHaveLength(1);
  });

  it('missing-san, and says which', async () => {
    const tree = made.copy({
      ...made.spec,
      apiServerCertSANs: ['api.example.com', '203.0.113.9', 'new.example.com', '2001:db8::5'],
    });
    const { action, reasons } = await tree.step('apiserver');
    expect(action).toBe('reissue');
    expect(reasons.map(({ code, message }) => [code, message])).toEqual([
      ['missing-san', 'it lacks DNS:new.example.com, IP:2001:db8::5'],
    ]);
    expect(reasons[0]?.expected).toContain('DNS:new.example.com');
    expect(reasons[0]?.actual).not.toContain('DNS:new.example.com');
  });

  it('missing-san, where the address is there as a DNS name only', async () => {
    const names = namesOf(made).map(({ type, value }) => ({
      type: type === 'ip' ? ('dns' as const) : type,
      value,
    }));
    const plain = names.filter(({ value }) => !value.includes(':'));
    const tree = await forge(made.copy(), 'apiserver', { changes: { subjectAltNames: plain } });
    expect(await codes(tree)).toEqual(['reissue', 'missing-san']);
    expect((await tree.step('apiserver')).reasons[0]?.message).toBe(
      'it lacks IP:10.96.0.1, IP:192.0.2.10, IP:203.0.113.9',
    );
  });

  it('issuer, where another CA of the same name has signed it', async () => {
    const tree = await forge(made.copy(), 'apiserver', { issuer: await otherAuthority() });
    expect(await codes(tree)).toEqual(['reissue', 'issuer']);
  });

  it('issuer, where another CA of the tree has signed it', async () => {
    const tree = await forge(made.copy(), 'apiserver', { issuer: await authorityOf(made, 'front-proxy-ca') });
    expect(await codes(tree)).toEqual(['reissue', 'issuer']);
  });

  it('issuer, where its bytes are not those that were signed', async () => {
    const tree = made.copy();
    const serial = /(?<=-----BEGIN CERTIFICATE-----\n.{30})(.)/;
    tree.edit(`${PKI}/apiserver.crt`, (text) =>
      text.replace(serial, (letter) => (letter === 'A' ? 'B' : 'A')),
    );
    expect(await codes(tree)).toEqual(['reissue', 'issuer']);
  });

  it('authority-key-identifier, where it names another key than its CA’s: only Go takes that', async () => {
    const authority = await authorityOf(made);
    const issuer = { certificate: withOtherIdentifier(authority), signer: authority.signer };
    const tree = await forge(made.copy(), 'apiserver', { issuer });
    expect(await codes(tree)).toEqual(['reissue', 'authority-key-identifier']);
  });

  it('key-missing', async () => {
    expect(await codes(made.copy().remove(`${PKI}/apiserver.key`))).toEqual(['reissue', 'key-missing']);
    expect(await codes(made.copy().put(`${PKI}/apiserver.key`, ''))).toEqual(['reissue', 'key-missing']);
  });

  it('key-mismatch', async () => {
    const tree = made.copy();
    tree.put(`${PKI}/apiserver.key`, made.text(`${PKI}/front-proxy-client.key`));
    expect(await codes(tree)).toEqual(['reissue', 'key-mismatch']);
  });

  it('expired, one second after its last one and not before', async () => {
    const end = 8760 * 3_600_000;
    const last = new Date(Math.floor(NOW.getTime() / 1000) * 1000 + end);
    expect(await codes(made, 'apiserver', last)).toEqual(['reuse', 'expires-soon']);
    expect(await codes(made, 'apiserver', new Date(last.getTime() + 1000))).toEqual(['reissue', 'expired']);
    expect(await codes(old)).toEqual(['reissue', 'expired']);
  });

  it('and says all reasons where there are several', async () => {
    const tree = await forge(made.copy(), 'apiserver', {
      changes: { commonName: 'x', subjectAltNames: ['localhost'], profile: KUBEADM_PROFILES.client },
      issuer: await otherAuthority(),
    });
    tree.remove(`${PKI}/apiserver.key`);
    expect(await codes(tree)).toEqual([
      'reissue',
      'subject',
      'missing-san',
      'extended-key-usage',
      'issuer',
      'key-missing',
    ]);
  });
});

describe('a certificate is reused with a note', () => {
  it('extra-san', async () => {
    const tree = made.copy({ ...made.spec, apiServerCertSANs: ['api.example.com'] });
    expect(await codes(tree)).toEqual(['reuse', 'extra-san']);
    expect((await tree.step('apiserver')).reasons[0]?.message).toBe('it also names IP:203.0.113.9');
  });

  it('not-yet-valid', async () => {
    // Its CA is older.
    const tree = await forge(old.copy(), 'apiserver', { now: hoursFromNow(2) });
    expect(await codes(tree)).toEqual(['reuse', 'not-yet-valid']);
  });

  it('expires-soon, from 30 days on, and in the second half of a short life only', async () => {
    const at = (day: number) => codes(made, 'apiserver', hoursFromNow(day * DAY));
    expect(await at(334)).toEqual(['reuse']);
    expect(await at(336)).toEqual(['reuse', 'expires-soon']);
    const short = { ...made.spec, certificateValidity: 8 * 3_600_000 };
    const brief = await forge(made.copy(short), 'apiserver', { changes: { validity: hours(8) } });
    expect(await codes(brief, 'apiserver', hoursFromNow(3))).toEqual(['reuse']);
    expect(await codes(brief, 'apiserver', hoursFromNow(5))).toEqual(['reuse', 'expires-soon']);
  });

  it('other-validity', async () => {
    const tree = await forge(made.copy(), 'apiserver', { changes: { validity: hours(100 * DAY) } });
    expect(await codes(tree)).toEqual(['reuse', 'other-validity']);
    const late = await forge(old.copy(), 'apiserver', { changes: { validity: hours(700 * DAY) } });
    expect(await codes(late)).toEqual(['reuse', 'other-validity']);
  });

  it('none, where its life was cut to that of its CA', async () => {
    const spec = { ...made.spec, caCertificateValidity: 100 * DAY * 3_600_000 };
    expect(await (await MemoryTree.of(spec)).summary()).toEqual([]);
  });

  it('none, where an EC certificate does without keyEncipherment, or the order of names is another', async () => {
    const profile = { ...KUBEADM_PROFILES.server, keyUsage: usages('digitalSignature') };
    expect(await codes(await forge(made.copy(), 'apiserver', { changes: { profile } }))).toEqual(['reuse']);
    const subjectAltNames = namesOf(made).reverse();
    const tree = await forge(made.copy(), 'apiserver', { changes: { subjectAltNames } });
    expect(await codes(tree)).toEqual(['reuse']);
  });
});

describe('an RSA certificate', () => {
  it('needs keyEncipherment', async () => {
    const profile = { ...KUBEADM_PROFILES.server, keyUsage: usages('digitalSignature') };
    const tree = await forge(made.copy({ ...made.spec, keyAlgorithm: 'RSA-2048' }), 'apiserver', {
      changes: { profile },
    });
    expect(await codes(tree)).toEqual(['reissue', 'key-usage']);
  });
});

/** The names of the API server. */
function namesOf(tree: MemoryTree): SubjectAltName[] {
  const { subjectAltNames } = Certificate.fromPem(tree.text(`${PKI}/apiserver.crt`));
  return subjectAltNames.flatMap(({ type, value }) =>
    type === 'dns' || type === 'ip' ? [{ type, value }] : [],
  );
}
