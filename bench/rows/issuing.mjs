/** Single certificates in a running process, on one core. */
import { X509Certificate } from 'node:crypto';
import { createAuthority, issue } from '../../dist/esm/ca/index.js';
import { createTestCluster } from '../../dist/esm/node/index.js';
// Not a public subpath yet: the inspector will be.
import { Certificate } from '../../dist/esm/x509/certificate.js';
import { primitives } from '../machine/primitives.mjs';
import { compare, each } from '../measure.mjs';
import { peculiarIssuer, peculiarRead } from '../peers/peculiar.mjs';
import { goProgram } from '../peers/programs.mjs';
import { goNanoseconds } from './trees.mjs';

const LEAVES = 2000;
const REQUEST = { profile: 'server', commonName: 'web', subjectAltNames: ['web.internal', '10.0.0.7'] };

async function ourLeaf(ca) {
  const leaf = await issue(ca, REQUEST);
  return [leaf.toPem(), leaf.keyToPem({ encoding: 'traditional' })];
}

/** Every field of a certificate that is decoded when it is asked for. */
function readWhole(der) {
  const certificate = Certificate.fromDer(der);
  const { subjectAltNames, keyUsage, extendedKeyUsage, basicConstraints, publicKey } = certificate;
  const { subjectKeyIdentifier, authorityKeyIdentifier, commonName, organizations } = certificate;
  return [
    ...[subjectAltNames, keyUsage, extendedKeyUsage, basicConstraints, publicKey],
    ...[subjectKeyIdentifier, authorityKeyIdentifier, commonName, organizations],
  ];
}

export const ISSUING_ROWS = [
  {
    name: 'P-256 leaf with key and PEMs, all checks on, one core',
    unit: 'ms',
    atLeast: 1.5,
    goal: 1,
    async measure() {
      const ca = await createAuthority({ commonName: 'kubernetes' });
      const peculiar = await peculiarIssuer();
      return compare(9, {
        ours: () => each(LEAVES, () => ourLeaf(ca)),
        peers: {
          'Go crypto/x509': goProgram() && (() => goNanoseconds('leaf', LEAVES) / 1e6),
          '@peculiar/x509': () => each(200, peculiar),
        },
        limit: { 'its cryptography': () => each(1, () => primitives(LEAVES)).then((all) => all / LEAVES) },
      });
    },
  },
  {
    name: 'read a certificate, every field that Certificate has',
    unit: 'ms',
    async measure() {
      const { der } = (await issue(await createAuthority({ commonName: 'kubernetes' }), REQUEST)).certificate;
      return compare(9, {
        ours: () => each(LEAVES, () => readWhole(der)),
        peers: {
          'Go crypto/x509': goProgram() && (() => goNanoseconds('parse', 20 * LEAVES) / 1e6),
          '@peculiar/x509': () => each(500, () => peculiarRead(der)),
          "node's X509Certificate": () => each(LEAVES, () => new X509Certificate(der).toLegacyObject()),
        },
      });
    },
  },
  {
    name: "a test's cluster: CA, server certificate, one kubeconfig",
    unit: 'ms',
    async measure() {
      const user = { server: 'https://127.0.0.1:6443', user: 'jane', groups: ['dev'] };
      return compare(9, {
        ours: () => each(300, async () => (await createTestCluster()).kubeconfig(user)),
        limit: { 'its cryptography': () => each(1, () => primitives(900)).then((all) => all / 300) },
      });
    },
  },
];
