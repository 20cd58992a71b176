import { GoJudge } from '../../judges/go.ts';
import { handshake, nodeChecks, nodeFacts } from '../../judges/node-tls.ts';
import {
  opensslCount,
  opensslPkeyCheck,
  opensslPubkey,
  opensslText,
  opensslVerify,
  openssl,
} from '../../judges/openssl.ts';
import { describeWith } from '../../support/foreign.ts';

interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly pub: string;
}

const DATES = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2126-01-01T00:00:00Z' };

describeWith(['go', 'openssl'], 'foreign programs as judges', () => {
  let judge: GoJudge;
  let ca: Pair;
  let stranger: Pair;
  let server: Pair;
  let client: Pair;

  beforeAll(async () => {
    judge = await GoJudge.start();
    const base = { ...DATES, curve: 'P-256' } as const;
    ca = await judge.issue({ ...base, cn: 'ca', ca: true }, undefined);
    stranger = await judge.issue({ ...base, cn: 'stranger', ca: true }, undefined);
    const names = { dns: ['b.example.com', 'a.example.com'], ips: ['127.0.0.1', 'fd00::1'] };
    server = await judge.issue({ ...base, cn: 'server', ...names, usage: ['serverAuth'] }, ca);
    client = await judge.issue({ ...base, cn: 'jane', o: ['dev', 'ops'], usage: ['clientAuth'] }, ca);
  }, 120_000);

  afterAll(() => judge.stop());

  describe('Go', () => {
    it('tells every field of a certificate in its encoded order', async () => {
      const [facts, ...more] = await judge.parse(server.cert);
      expect(more).toEqual([]);
      expect(facts).toMatchObject({
        version: 3,
        subject: [[{ type: 'CN', tag: 'PrintableString', value: 'server' }]],
        issuer: [[{ type: 'CN', tag: 'PrintableString', value: 'ca' }]],
        ...DATES,
        sans: [
          { kind: 'DNS', value: 'b.example.com' },
          { kind: 'DNS', value: 'a.example.com' },
          { kind: 'IP', value: '127.0.0.1' },
          { kind: 'IP', value: 'fd00::1' },
        ],
        keyUsage: ['digitalSignature', 'keyEncipherment'],
        extKeyUsage: ['serverAuth'],
        basicConstraints: { ca: false, pathLen: null },
        ski: '',
        signatureAlgorithm: 'ECDSA-SHA256',
        publicKey: { type: 'ECDSA', size: 256, curve: 'P-256' },
        serialBits: 127,
      });
      expect(facts?.extensions.map(({ oid }) => oid)).toEqual([
        ...['2.5.29.15', '2.5.29.37', '2.5.29.19', '2.5.29.35', '2.5.29.17'],
      ]);
      const [authority] = await judge.parse(ca.cert);
      expect(facts?.aki).toEqual({ keyId: authority?.ski, hasIssuer: false, hasSerial: false });
    });

    it('keeps a multi-valued RDN together', async () => {
      const [facts] = await judge.parse(client.cert);
      expect(facts?.subject.map((rdn) => rdn.map(({ value }) => value))).toEqual([['dev', 'ops'], ['jane']]);
    });

    it('verifies by name, usage and time', async () => {
      const ask = { op: 'verify', leaf: server.cert, roots: ca.cert } as const;
      expect(await judge.ask({ ...ask, dnsName: 'a.example.com', usage: ['serverAuth'] })).toEqual({
        ok: true,
        chainLengths: [2],
      });
      const refused = await Promise.all([
        judge.ask({ ...ask, dnsName: 'c.example.com' }),
        judge.ask({ ...ask, usage: ['clientAuth'] }),
        judge.ask({ ...ask, time: '2025-12-31T00:00:00Z' }),
        judge.ask({ ...ask, roots: stranger.cert }),
      ]);
      expect(refused.map((answer) => (answer.ok ? 'ok' : answer.error))).toEqual([
        expect.stringContaining('not c.example.com'),
        expect.stringContaining('incompatible key usage'),
        expect.stringContaining('not yet valid'),
        expect.stringContaining('unknown authority'),
      ]);
    });

    it('counts the certificates of a bundle as a Kubernetes component would', async () => {
      const bundle = ca.cert + stranger.cert;
      expect(await judge.ask({ op: 'pool', pem: bundle })).toMatchObject({ appended: true, count: 2 });
      const glued = bundle.replaceAll('-----\n-----', '----------');
      expect(await judge.ask({ op: 'pool', pem: glued })).toMatchObject({ appended: false, count: 0 });
    });

    it('tells keys and pairs that belong together', async () => {
      expect(await judge.ask({ op: 'key', pem: client.key })).toMatchObject({
        ...{ type: 'ECDSA', label: 'EC PRIVATE KEY', private: true, publicKey: client.pub },
      });
      expect((await judge.ask({ op: 'keypair', cert: client.cert, key: client.key })).ok).toBe(true);
      expect(await judge.ask({ op: 'keypair', cert: client.cert, key: server.key })).toMatchObject({
        ok: false,
      });
    });

    it('reads a request that openssl made', async () => {
      const { stdout } = await openssl([
        ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'],
        ...['-keyout', '/dev/null', '-subj', '/O=dev/CN=jane', '-addext', 'subjectAltName=DNS:a.b'],
      ]);
      expect(await judge.ask({ op: 'csr', pem: stdout })).toMatchObject({
        sans: [{ kind: 'DNS', value: 'a.b' }],
        subject: [[{ type: 'O', value: 'dev' }], [{ type: 'CN', value: 'jane' }]],
      });
    });

    it('shakes hands, and says what each side refused', async () => {
      const sides = {
        op: 'handshake',
        server: { ...server, cas: ca.cert },
        client: { ...client, cas: ca.cert },
        serverName: 'a.example.com',
      } as const;
      expect(await judge.ask(sides)).toEqual({ ok: true, server: null, client: null });
      expect(await judge.ask({ ...sides, serverName: 'x.example.com' })).toMatchObject({
        ok: false,
        client: expect.stringContaining('not x.example.com'),
      });
      expect(await judge.ask({ ...sides, server: { ...server, cas: stranger.cert } })).toMatchObject({
        ok: false,
        // As every Go client: it has no certificate of a CA that the server named, so it sends none.
        server: expect.stringContaining("didn't provide a certificate"),
        client: expect.stringContaining('certificate required'),
      });
    });

    it('answers rubbish with an error and goes on', async () => {
      expect(await judge.ask({ op: 'key', pem: 'rubbish' })).toEqual({ ok: false, error: 'no PEM block' });
      expect((await judge.ask({ op: 'parse', pem: ca.cert })).ok).toBe(true);
    });
  });

  describe('openssl', () => {
    it('verifies against the given roots only', async () => {
      const options = { roots: ca.cert, purpose: 'sslserver', hostname: 'a.example.com' } as const;
      expect(await opensslVerify(server.cert, options)).toMatchObject({ ok: true });
      const refused = await Promise.all([
        opensslVerify(server.cert, { ...options, roots: stranger.cert }),
        opensslVerify(server.cert, { ...options, purpose: 'sslclient' }),
        opensslVerify(server.cert, { ...options, hostname: 'x.example.com' }),
        opensslVerify(server.cert, { ...options, attime: 1_700_000_000 }),
        opensslVerify(server.cert, { ...options, ip: '10.0.0.1' }),
      ]);
      expect(refused.map(({ ok }) => ok)).toEqual([false, false, false, false, false]);
    });

    it('prints certificates and counts bundles', async () => {
      expect(await opensslText(client.cert)).toContain('CN = jane');
      expect(await opensslCount(ca.cert + server.cert)).toBe(2);
      await expect(opensslText('rubbish')).rejects.toThrow('openssl x509');
    });

    it('checks keys, encrypted ones with their password only', async () => {
      expect(await opensslPkeyCheck(client.key)).toMatchObject({ ok: true });
      const { stdout: locked } = await openssl(
        ['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-passout', 'pass:secret'],
        client.key,
      );
      expect(await opensslPkeyCheck(locked, 'secret')).toMatchObject({ ok: true });
      expect(await opensslPkeyCheck(locked, 'wrong')).toMatchObject({ ok: false });
      const published = await Promise.all([
        opensslPubkey(client.key),
        opensslPubkey(client.pub, 'public'),
        opensslPubkey(client.cert, 'certificate'),
      ]);
      expect(new Set(published)).toEqual(new Set([client.pub]));
    });
  });

  describe('Node', () => {
    it('tells the facts and the issuer of a certificate', () => {
      expect(nodeFacts(server.cert)).toMatchObject({
        ...{ subject: 'CN=server', issuer: 'CN=ca', ca: false, extKeyUsage: ['1.3.6.1.5.5.7.3.1'] },
        sans: 'DNS:b.example.com, DNS:a.example.com, IP Address:127.0.0.1, IP Address:FD00:0:0:0:0:0:0:1',
      });
      expect(nodeChecks(server.cert, ca.cert, server.key)).toEqual({
        ...{ issued: true, signed: true, keyMatches: true },
      });
      expect(nodeChecks(server.cert, stranger.cert, client.key)).toEqual({
        ...{ issued: false, signed: false, keyMatches: false },
      });
    });

    it.each(['a.example.com', '127.0.0.1', 'fd00::1'])('shakes hands for %s', async (servername) => {
      const [serverSide, clientSide] = [server, client].map((pair) => ({ ...pair, ca: ca.cert }));
      if (serverSide === undefined || clientSide === undefined) throw new Error('two sides');
      const fine = { authorized: true, error: '' };
      expect(await handshake({ server: serverSide, client: clientSide, servername })).toEqual({
        server: fine,
        client: fine,
      });
    });

    it('says what each side refused', async () => {
      const trusting = { server: { ...server, ca: ca.cert }, client: { ...client, ca: ca.cert } };
      const named = { ...trusting, servername: 'a.example.com' };
      const wrongName = await handshake({ ...trusting, servername: 'x.example.com' });
      expect(wrongName.client).toEqual({ authorized: false, error: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      const strange = await handshake({ ...named, server: { ...server, ca: stranger.cert } });
      expect(strange.server.authorized).toBe(false);
      expect(strange.client).toEqual({ authorized: false, error: 'closed by the server' });
      const wrongUsage = await handshake({ ...named, client: { ...server, ca: ca.cert } });
      expect(wrongUsage.server).toEqual({ authorized: false, error: 'INVALID_PURPOSE' });
    });
  });
});
