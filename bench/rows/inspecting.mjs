/** Certificates that are looked at: their fields in a running process, their text as a process. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuthority, issue } from '../../dist/esm/ca/index.js';
// Not public by themselves: what the inspector reads with.
import { readCertificate } from '../../dist/esm/inspect/read/certificate.js';
import { readExtension } from '../../dist/esm/inspect/read/extension.js';
import { compare, each, processTime } from '../measure.mjs';
import { peculiarRead } from '../peers/peculiar.mjs';
import { goProgram, openssl } from '../peers/programs.mjs';
import { goNanoseconds } from './trees.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const COUNT = 2000;
const CERTIFICATES = Number(process.env.CERTIFICATES ?? 10_000);
const REQUEST = { profile: 'server', commonName: 'web', subjectAltNames: ['web.internal', '10.0.0.7'] };

async function leaf() {
  return issue(await createAuthority({ commonName: 'kubernetes' }), REQUEST);
}

/** A root with as many kubelet certificates; their paths below the PKI directory. */
async function machine(directory) {
  const pki = join(directory, 'checked/etc/kubernetes/pki');
  mkdirSync(pki, { recursive: true });
  const ca = await createAuthority({ commonName: 'kubernetes' });
  writeFileSync(join(pki, 'ca.crt'), ca.toPem());
  const { privateKey: key } = await issue(ca, REQUEST);
  const files = [];
  for (let node = 0; node < CERTIFICATES; node++) {
    const request = { profile: 'kubelet-server', commonName: `node${node}`, key };
    files.push(`node${node}.crt`);
    writeFileSync(join(pki, files[node]), (await issue(ca, request)).toPem());
  }
  return { root: join(directory, 'checked'), pki, files };
}

/** Names, times, key, signature, and what each extension says. */
function readWhole(der) {
  const certificate = readCertificate(der);
  const { extensions } = certificate;
  return [certificate, extensions.map(({ oid }) => readExtension(extensions, oid))];
}

export const INSPECTING_ROWS = [
  {
    name: 'read one certificate into every field the inspector shows',
    unit: 'ms',
    atLeast: 0.15,
    goal: 0.03,
    absolute: true,
    async measure() {
      const { certificate } = await leaf();
      const { der } = certificate;
      return compare(9, {
        ours: () => each(COUNT, () => readWhole(der)),
        peers: {
          'Go crypto/x509': goProgram() && (() => goNanoseconds('parse', COUNT) / 1e6),
          '@peculiar/x509': () => each(COUNT, () => peculiarRead(der)),
        },
        limit: { "node's X509Certificate": () => each(COUNT, () => new X509Certificate(der).subject) },
      });
    },
  },
  {
    name: 'x509 -text as a process',
    unit: 'ms',
    atLeast: 5,
    goal: 3,
    async measure(directory) {
      const file = join(directory, 'shown.crt');
      writeFileSync(file, (await leaf()).toPem());
      const args = ['x509', '-in', file, '-noout', '-text'];
      return compare(31, {
        ours: () => processTime(process.execPath, [CLI, ...args]),
        peers: { openssl: openssl() && (() => processTime(openssl(), args)) },
        limit: { 'node -e 0': () => processTime(process.execPath, ['-e', '0']) },
      });
    },
  },
  {
    name: `health report over ${CERTIFICATES} certificates, as a process`,
    unit: 's',
    atLeast: 5,
    goal: 1,
    absolute: true,
    async measure(directory) {
      const { root, pki, files } = await machine(directory);
      const seconds = async (...args) => (await processTime(...args)) / 1000;
      const verify = ['verify', '-CAfile', 'ca.crt', ...files];
      return compare(3, {
        ours: () => seconds(process.execPath, [CLI, 'check', root, '-o', 'json']),
        peers: {
          'openssl verify of the same files': openssl() && (() => seconds(openssl(), verify, { cwd: pki })),
        },
      });
    },
  },
];
