/** One machine for each rule, on which that rule is broken and no other. */
import { generateKeyPairSync } from 'node:crypto';
import { bitString, element, octetString, sequence, smallInteger, TAG } from '../../../../../src/asn1/der.ts';
import { encodeOid } from '../../../../../src/asn1/oid.ts';
import { encodeTime } from '../../../../../src/asn1/time.ts';
import type { FileFacts } from '../../../../../src/check/files.ts';
import { Certificate } from '../../../../../src/x509/certificate.ts';
import { encodePem } from '../../../../../src/x509/pem.ts';
import type { SubjectAltName } from '../../../../../src/x509/general-name.ts';
import { hoursFromNow } from '../../../../support/cluster.ts';
import { certificateLike, type Changes, type Signing } from './certificate.ts';
import { FORBIDDEN, PKI, UNREADABLE, type TestMachine } from './machine.ts';
import { KUBECONFIG_FIXTURES } from './kubeconfig-fixtures.ts';
import { SET_UP_FIXTURES } from './set-up-fixtures.ts';

/** Changes a healthy machine; where it answers a time, that is the clock. */
type Fixture = (machine: TestMachine) => unknown;

const days = (count: number): Date => hoursFromNow(24 * count);
const KUBELET = '/var/lib/kubelet/pki';
const CURRENT = `${KUBELET}/kubelet-client-current.pem`;
const CONF = '/etc/kubernetes';
const PROXY_CA = `${PKI}/front-proxy-ca.crt`;
const PROXY = `${PKI}/front-proxy-client.crt`;
const SERVER = `${PKI}/apiserver.crt`;
const MANIFESTS = `${CONF}/manifests`;

interface NewKey {
  readonly pem: string;
  readonly publicPem: string;
  readonly spki: Uint8Array;
}

function newKey(kind: 'P-256' | 'secp256k1' | 'rsa-1024' | 'rsa-3' | 'ed25519' = 'P-256'): NewKey {
  const { privateKey, publicKey } = {
    'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    secp256k1: () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    'rsa-1024': () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
    'rsa-3': () => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }),
    ed25519: () => generateKeyPairSync('ed25519'),
  }[kind]();
  return {
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
  };
}

/** A CA that is not the machine's: of the same name, or of another. */
function otherCa(machine: TestMachine, commonName = 'kubernetes'): Signing {
  const { pem, spki } = newKey();
  const pattern = machine.text(`${PKI}/ca.crt`);
  const subjectKeyIdentifier = spki.slice(-20);
  const changes = { subject: { commonName }, spki, extensions: { subjectKeyIdentifier } };
  return { certificate: certificateLike(pattern, { certificate: pattern, key: pem }, changes), key: pem };
}

const proxy =
  (changes: Changes): Fixture =>
  (machine) =>
    machine.reissue(PROXY, changes, machine.ca('front-proxy-ca'));

const proxyCa =
  (changes: Changes): Fixture =>
  (machine) =>
    machine.reissue(PROXY_CA, changes, machine.ca('front-proxy-ca'));

/** Gives the front proxy's client another key. */
const rekeyed =
  (kind: Parameters<typeof newKey>[0]): Fixture =>
  (machine) => {
    const { pem, spki } = newKey(kind);
    machine.put(`${PKI}/front-proxy-client.key`, pem).reissue(PROXY, { spki }, machine.ca('front-proxy-ca'));
  };

function namesAt(machine: TestMachine, path: string): SubjectAltName[] {
  return Certificate.fromPem(machine.text(path)).subjectAltNames.flatMap((name) =>
    name.type === 'dns' || name.type === 'ip' ? [{ type: name.type, value: name.value }] : [],
  );
}

const without =
  (path: string, ...values: string[]): Fixture =>
  (machine) => {
    const subjectAltNames = namesAt(machine, path).filter(({ value }) => !values.includes(value));
    machine.reissue(path, { extensions: { subjectAltNames } });
  };

const withName =
  (name: SubjectAltName): Fixture =>
  (machine) =>
    machine.reissue(SERVER, { extensions: { subjectAltNames: [...namesAt(machine, SERVER), name] } });

const usage =
  (path: string, ...extendedKeyUsage: string[]): Fixture =>
  (machine) =>
    machine.reissue(
      path,
      { extensions: { extendedKeyUsage } },
      path === PROXY ? machine.ca('front-proxy-ca') : undefined,
    );

const edited =
  (path: string, from: string | RegExp, to: string): Fixture =>
  (machine) =>
    machine.edit(path, (text) => text.replace(from, to));

const set =
  (component: string, flag: string, ...values: string[]): Fixture =>
  (machine) =>
    machine.set(component, flag, ...values);

const facts =
  (path: string, changes: Partial<FileFacts>): Fixture =>
  (machine) =>
    machine.facts(path, changes);

const JANE = { uid: 1000, gid: 1000, owner: 'jane', group: 'jane' };

const extra =
  (name: string, text: string): Fixture =>
  (machine) =>
    machine.put(`${PKI}/${name}`, text);

/** A block whose content is cut off. */
const broken = (label: string): string => `-----BEGIN ${label}-----\nMIIBAA==\n-----END ${label}-----\n`;

const ECDSA_SHA256 = sequence(encodeOid('1.2.840.10045.4.3.2'));

/** A list of the cluster's CA, as it would be read; nobody checks its signature here. */
const revoking =
  (until: Date, ...serials: string[]): Fixture =>
  (machine) => {
    const ca = Certificate.fromPem(machine.text(`${PKI}/ca.crt`));
    const entries = serials.map((hex) =>
      sequence(element(TAG.integer, new Uint8Array(Buffer.from(hex, 'hex'))), encodeTime(hoursFromNow(0))),
    );
    const list = entries.length === 0 ? [] : [sequence(...entries)];
    const tbs = sequence(
      smallInteger(1),
      ECDSA_SHA256,
      ca.subject.der,
      encodeTime(hoursFromNow(-9)),
      encodeTime(until),
      ...list,
    );
    machine.put(
      `${PKI}/ca.crl`,
      encodePem('X509 CRL', sequence(tbs, ECDSA_SHA256, bitString(new Uint8Array(8)))),
      0o644,
    );
  };

function embedKubelet(machine: TestMachine): void {
  const key = machine.text(CURRENT).slice(machine.text(CURRENT).indexOf('-----BEGIN EC'));
  const pem = machine.text(CURRENT).replace(key, '');
  const first = certificateLike(pem, machine.ca());
  const data = (text: string): string => Buffer.from(text).toString('base64');
  machine.edit(`${CONF}/kubelet.conf`, (text) =>
    text
      .replace(/client-certificate: .*/, `client-certificate-data: ${data(first)}`)
      .replace(/client-key: .*/, `client-key-data: ${data(key)}`),
  );
}

/** By code. */
export const FIXTURES: Readonly<Record<string, Fixture>> = {
  ...SET_UP_FIXTURES,

  expired: proxy({ from: days(-9), until: hoursFromNow(-1) }),
  'ca-expired': proxyCa({ from: days(-9), until: hoursFromNow(-1) }),
  'kubelet-certificate-expired': (machine) =>
    machine.reissue(CURRENT, { from: days(-9), until: hoursFromNow(-1) }),
  'expired-ca-in-bundle': (machine) => {
    const old = { subject: { commonName: 'old' }, from: days(-9), until: days(-1) };
    const pem = machine.text(PROXY_CA);
    machine.put(PROXY_CA, pem + certificateLike(pem, machine.ca('front-proxy-ca'), old));
  },
  'expired-leftover': (machine) => {
    machine.put(`${KUBELET}/kubelet-client-2025-03-01-12-00-00.pem`, machine.text(CURRENT));
    machine.reissue(`${KUBELET}/kubelet-client-2025-03-01-12-00-00.pem`, { from: days(-9), until: days(-1) });
  },
  'expires-critical': proxy({ until: days(3) }),
  'expires-soon': proxy({ until: days(20) }),
  'ca-expires-within-a-year': (machine) => {
    proxy({ until: days(200) })(machine);
    proxyCa({ until: days(300) })(machine);
  },
  'not-yet-valid': proxy({ from: hoursFromNow(5) }),
  'clock-behind': () => days(-2),
  'modified-in-future': facts(PROXY, { modified: hoursFromNow(9) }),
  'validity-inverted': proxy({ from: hoursFromNow(-1), until: hoursFromNow(-2) }),
  'malformed-date': proxy({ untilDer: element(TAG.utcTime, new TextEncoder().encode('271399000000Z')) }),
  'outlives-ca': (machine) => {
    proxy({ until: days(500) })(machine);
    proxyCa({ until: days(400) })(machine);
  },
  'long-validity': proxy({ until: days(900) }),

  'key-mismatch': (machine) =>
    machine.put(`${PKI}/apiserver.key`, machine.text(`${PKI}/apiserver-etcd-client.key`)),
  'key-missing': (machine) => machine.put(`${PKI}/apiserver.key`, 'nothing\n'),
  'key-encrypted': (machine) =>
    machine.put(
      `${PKI}/apiserver.key`,
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n',
    ),
  'certificate-order': (machine) => machine.put(SERVER, machine.text(`${PKI}/ca.crt`) + machine.text(SERVER)),

  'weak-key': rekeyed('rsa-1024'),
  'unsupported-key': rekeyed('secp256k1'),
  'odd-exponent': rekeyed('rsa-3'),
  'ed25519-key': rekeyed('ed25519'),
  'weak-digest': proxy({ digest: 'sha1' }),
  'negative-serial': proxy({ serialNumber: Uint8Array.of(0x80) }),
  'bad-serial': proxy({ serialNumber: Uint8Array.of(0) }),
  'serial-reuse': (machine) => {
    const serialNumber = Uint8Array.of(0x33);
    machine.reissue(SERVER, { serialNumber });
    machine.reissue(`${PKI}/apiserver-kubelet-client.crt`, { serialNumber });
  },

  'ca-replaced': (machine) => {
    const { certificate, key } = otherCa(machine, 'front-proxy-ca');
    machine.put(PROXY_CA, certificate).put(`${PKI}/front-proxy-ca.key`, key);
  },
  'wrong-ca-file': set('etcd', 'trusted-ca-file', PROXY_CA),
  'wrong-ca': (machine) => machine.reissue(PROXY, {}, machine.ca('ca')),
  'self-signed': (machine) => {
    const own = { certificate: machine.text(PROXY), key: machine.text(`${PKI}/front-proxy-client.key`) };
    machine.reissue(PROXY, {}, own);
  },
  'issuer-unknown': (machine) => machine.reissue(PROXY, {}, otherCa(machine, 'elsewhere')),
  'aki-mismatch': proxy({ extensions: { authorityKeyIdentifier: new Uint8Array(20) } }),
  'not-a-ca': proxyCa({ until: days(700), extensions: { basicConstraints: { ca: false } } }),
  'ca-cannot-sign': proxyCa({ extensions: { keyUsage: ['digitalSignature'] } }),
  'path-length': (machine) => {
    proxyCa({ extensions: { basicConstraints: { ca: true, maxPathLength: 0 } } })(machine);
    const { spki } = newKey();
    const below = certificateLike(machine.text(`${PKI}/ca.crt`), machine.ca('front-proxy-ca'), {
      spki,
      subject: { commonName: 'below' },
    });
    machine.put(`${PKI}/below.crt`, below);
  },
  'leaf-is-ca': proxy({
    until: days(500),
    extensions: { basicConstraints: { ca: true }, keyUsage: ['digitalSignature', 'keyCertSign'] },
  }),
  'duplicate-in-bundle': (machine) => machine.put(PROXY_CA, machine.text(PROXY_CA).repeat(2)),
  'signing-ca-bundle': (machine) =>
    machine.put(`${PKI}/ca.crt`, machine.text(`${PKI}/ca.crt`) + otherCa(machine, 'another').certificate),

  'no-san': (machine) => machine.reissue(SERVER, { extensions: { subjectAltNames: [] } }),
  'missing-service-name': without(SERVER, 'kubernetes.default'),
  'missing-service-address': without(SERVER, '10.96.0.1'),
  'dual-stack-gap': set('kube-apiserver', 'service-cluster-ip-range', '10.96.0.0/12,fd00:10:96::/112'),
  'missing-advertise-address': without(SERVER, '192.0.2.10'),
  'server-not-in-certificate': edited(
    `${CONF}/admin.conf`,
    /server: .*/,
    'server: https://api.example.com:6443',
  ),
  'etcd-missing-san': without(`${PKI}/etcd/server.crt`, '127.0.0.1'),
  'etcd-peer-missing-san': without(`${PKI}/etcd/peer.crt`, '192.0.2.10'),
  'dns-san-is-address': withName({ type: 'dns', value: '192.0.2.99' }),
  'malformed-san': withName({ type: 'dns', value: 'api server' }),

  'wrong-common-name': (machine) =>
    machine.reissueUser(`${CONF}/scheduler.conf`, { subject: { commonName: 'scheduler' } }),
  'wrong-node-prefix': (machine) =>
    machine.reissue(CURRENT, { subject: { commonName: 'cp-1', organizations: ['system:nodes'] } }),
  'missing-node-group': (machine) =>
    machine.reissue(CURRENT, { subject: { commonName: 'system:node:cp-1' } }),
  'wrong-node-name': (machine) =>
    machine.reissue(CURRENT, {
      subject: { commonName: 'system:node:cp-2', organizations: ['system:nodes'] },
    }),
  'kubelet-missing-node-name': without(`${KUBELET}/kubelet.crt`, 'cp-1'),
  'requestheader-name-mismatch': set('kube-apiserver', 'requestheader-allowed-names', 'aggregator'),
  'system-masters': (machine) =>
    machine.reissueUser(`${CONF}/scheduler.conf`, {
      subject: { commonName: 'system:kube-scheduler', organizations: ['system:masters'] },
    }),
  'system-masters-of-kubeadm': () => undefined,

  'missing-server-auth': usage(SERVER, 'clientAuth'),
  'missing-client-auth': usage(PROXY, 'serverAuth'),
  'etcd-peer-usage': usage(`${PKI}/etcd/peer.crt`, 'serverAuth'),
  'etcd-server-usage': usage(`${PKI}/etcd/server.crt`, 'serverAuth'),
  'missing-digital-signature': proxy({ extensions: { keyUsage: ['keyEncipherment'] } }),

  'sa-key-mismatch': (machine) => machine.put(`${PKI}/sa.pub`, newKey().publicPem),
  'sa-signing-key-mismatch': (machine) =>
    machine
      .put(`${PKI}/tokens.key`, newKey().pem)
      .set('kube-controller-manager', 'service-account-private-key-file', `${PKI}/tokens.key`),
  'sa-key-unsupported': (machine) => {
    const { pem, publicPem } = newKey('ed25519');
    machine.put(`${PKI}/sa.key`, pem).put(`${PKI}/sa.pub`, publicPem);
  },

  'kubeconfig-ca-mismatch': (machine) => {
    const data = Buffer.from(otherCa(machine).certificate).toString('base64');
    edited(
      `${CONF}/admin.conf`,
      /certificate-authority-data: .*/,
      `certificate-authority-data: ${data}`,
    )(machine);
  },
  'kubeconfig-http': edited(`${CONF}/admin.conf`, 'server: https:', 'server: http:'),
  'kubeconfig-skips-verification': edited(
    `${CONF}/admin.conf`,
    /certificate-authority-data: .*/,
    'insecure-skip-tls-verify: true',
  ),
  'kubeconfig-without-ca': edited(`${CONF}/scheduler.conf`, / *certificate-authority-data: .*\n/, ''),
  'kubeconfig-data-and-file': edited(
    `${CONF}/admin.conf`,
    'client-certificate-data:',
    'client-certificate: pki/apiserver-kubelet-client.crt\n    client-certificate-data:',
  ),
  'current-context-dangling': edited(`${CONF}/admin.conf`, /current-context: .*/, 'current-context: lost'),
  'current-context-unset': edited(`${CONF}/admin.conf`, /current-context: .*/, 'current-context: ""'),
  ...KUBECONFIG_FIXTURES,
  'kubeconfig-without-credentials': edited(
    `${CONF}/scheduler.conf`,
    /user:\n *client-certificate-data: .*\n *client-key-data: .*\n/,
    'user: {}\n',
  ),
  'kubelet-embeds-certificate': embedKubelet,
  'kubelet-link-dead': (machine) => machine.remove(CURRENT),

  'shared-file-differs': (machine) =>
    machine.put(`${CONF}/nodes/cp-2/etc/kubernetes/pki/ca.crt`, otherCa(machine).certificate),
  'stale-copy': (machine) => machine.reissueUser('/root/.kube/config', { from: days(-9) }),
  'signing-ca-untrusted': (machine) => {
    const { certificate, key } = otherCa(machine, 'signing');
    machine.put(`${PKI}/signing.crt`, certificate).put(`${PKI}/signing.key`, key);
    machine.set('kube-controller-manager', 'cluster-signing-cert-file', `${PKI}/signing.crt`);
    machine.set('kube-controller-manager', 'cluster-signing-key-file', `${PKI}/signing.key`);
  },

  'apiserver-without-client-ca': set('kube-apiserver', 'client-ca-file'),
  'apiserver-without-kubelet-ca': () => undefined,
  'apiserver-without-kubelet-client': (machine) =>
    machine.set('kube-apiserver', 'kubelet-client-certificate').set('kube-apiserver', 'kubelet-client-key'),
  'apiserver-etcd-plain': set('kube-apiserver', 'etcd-servers', 'http://192.0.2.10:2379'),
  'etcd-manifest-missing': (machine) => machine.remove(`${MANIFESTS}/etcd.yaml`),
  'etcd-plain': set('etcd', 'listen-client-urls', 'http://192.0.2.10:2379'),
  'etcd-without-client-auth': set('etcd', 'client-cert-auth'),
  'etcd-without-peer-auth': set('etcd', 'peer-client-cert-auth', 'false'),
  'etcd-auto-tls': set('etcd', 'peer-auto-tls', 'true'),
  'kubelet-anonymous': set('kubelet', 'authentication.anonymous.enabled', 'true'),
  'kubelet-without-client-ca': set('kubelet', 'authentication.x509.clientCAFile'),
  'kubelet-without-rotation': set('kubelet', 'rotateCertificates', 'false'),
  'kubelet-serving-self-signed': () => undefined,
  'front-proxy-open': (machine) => {
    machine.set('kube-apiserver', 'requestheader-client-ca-file', `${PKI}/ca.crt`);
    machine.set('kube-apiserver', 'requestheader-allowed-names').reissue(PROXY, {}, machine.ca());
  },
  'front-proxy-ca-shared': (machine) => {
    machine.set('kube-apiserver', 'requestheader-client-ca-file', `${PKI}/ca.crt`);
    machine.reissue(PROXY, {}, machine.ca());
  },
  'etcd-ca-shared': (machine) => {
    machine.set('etcd', 'trusted-ca-file', `${PKI}/ca.crt`);
    machine.reissue(`${PKI}/apiserver-etcd-client.crt`, {}, machine.ca());
  },
  'weak-tls-version': set('kube-scheduler', 'tls-min-version', 'VersionTLS11'),

  'key-world-readable': facts(`${PKI}/apiserver.key`, { mode: 0o644 }),
  'world-writable': facts(`${PKI}/ca.crt`, { mode: 0o646 }),
  'key-in-certificate-file': (machine) =>
    machine
      .put(SERVER, machine.text(SERVER) + machine.text(`${PKI}/apiserver.key`))
      .facts(SERVER, { mode: 0o600 }),
  'manifest-mode': facts(`${MANIFESTS}/etcd.yaml`, { mode: 0o644 }),
  'kubeconfig-mode': facts(`${CONF}/admin.conf`, { mode: 0o640 }),
  'key-file-mode': facts(`${PKI}/sa.key`, { mode: 0o640 }),
  'certificate-file-mode': facts(SERVER, { mode: 0o664 }),
  'pki-directory-mode': facts(PKI, { mode: 0o775 }),
  'etcd-data-mode': facts('/var/lib/etcd', { mode: 0o750 }),
  'kubelet-config-mode': facts('/var/lib/kubelet/config.yaml', { mode: 0o664 }),
  'manifest-owner': facts(`${MANIFESTS}/etcd.yaml`, JANE),
  'kubeconfig-owner': facts(`${CONF}/admin.conf`, JANE),
  'key-file-owner': facts(`${PKI}/sa.key`, JANE),
  'certificate-file-owner': facts(SERVER, JANE),
  'pki-directory-owner': facts(PKI, JANE),
  'etcd-data-owner': facts('/var/lib/etcd', JANE),
  'kubelet-config-owner': facts('/var/lib/kubelet/config.yaml', JANE),

  'file-missing': (machine) => machine.remove(`${PKI}/sa.pub`),
  'file-unreadable': extra('extra.crt', UNREADABLE),
  'no-permission': extra('extra.crt', FORBIDDEN),
  'malformed-certificate': extra('extra.crt', broken('CERTIFICATE')),
  'malformed-key': extra('extra.key', broken('PUBLIC KEY')),
  'malformed-request': extra('extra.csr', broken('CERTIFICATE REQUEST')),
  'malformed-crl': extra('extra.crl', broken('X509 CRL')),
  'malformed-kubeconfig': (machine) =>
    machine.put(`${CONF}/extra.conf`, 'apiVersion: v1\nkind: Config\nclusters: 7\n'),
  'malformed-manifest': (machine) => machine.put(`${MANIFESTS}/extra.yaml`, 'a: [\n'),
  'file-not-mounted': (machine) => {
    const containers = [{ command: ['kube-proxy', '--kubeconfig=/inside/kube-proxy.conf'] }];
    machine.put(`${MANIFESTS}/extra.json`, JSON.stringify({ kind: 'Pod', spec: { containers } }));
  },
  'pem-rubbish': (machine) => machine.put(PROXY_CA, machine.text(PROXY_CA) + broken('GREETING')),
  'nothing-inside': extra('empty.crt', ''),
  'search-cut-short': extra(`${'deep/'.repeat(14)}ca.crt`, 'hello'),
  'duplicate-extension': proxy({
    more: sequence(encodeOid('2.5.29.15'), octetString(Uint8Array.of(0x03, 0x02, 0x07, 0x80))),
  }),

  'crl-expired': revoking(hoursFromNow(-1)),
  revoked: (machine) => {
    const { serialNumber } = Certificate.fromPem(machine.text(SERVER));
    revoking(days(9), serialNumber)(machine);
  },
};
