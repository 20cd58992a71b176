/** Short commands, from start to end of the process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuthority } from '../../dist/esm/ca/index.js';
import { compare, processTime } from '../measure.mjs';
import { cfssl, openssl } from '../peers/programs.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const node = (...args) => processTime(process.execPath, args);
const nothing = () => node('-e', '0');

/** A CA on disk and what the peers want to be told. */
async function files(directory) {
  const ca = join(directory, 'ca');
  const authority = await createAuthority({ commonName: 'kubernetes' });
  writeFileSync(`${ca}.crt`, authority.toPem());
  writeFileSync(`${ca}.key`, authority.keyToPem({ encoding: 'traditional' }), { mode: 0o600 });
  const request = { CN: 'web', hosts: ['web.internal', '10.0.0.7'], key: { algo: 'ecdsa', size: 256 } };
  writeFileSync(join(directory, 'request.json'), JSON.stringify(request));
  return ca;
}

export const PROCESS_ROWS = [
  {
    name: 'one server certificate from a CA on disk, as a process',
    unit: 'ms',
    async measure(directory) {
      const ca = await files(directory);
      const out = join(directory, 'web');
      const pair = [`${ca}.crt`, `${ca}.key`];
      const names = ['--common-name', 'web', '--san', 'web.internal,10.0.0.7'];
      const ours = ['issue', 'server', '--ca', ca, ...names, '--out', out, '--force'];
      const cfsslArgs = ['gencert', '-ca', pair[0], '-ca-key', pair[1], join(directory, 'request.json')];
      const opensslArgs = [
        ...['req', '-x509', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
        ...['-CA', pair[0], '-CAkey', pair[1], '-subj', '/CN=web', '-days', '365', '-addext'],
        ...['subjectAltName=DNS:web.internal,IP:10.0.0.7', '-keyout', `${out}.o.key`, '-out', `${out}.o.crt`],
      ];
      return compare(15, {
        ours: () => node(CLI, ...ours),
        peers: {
          cfssl: cfssl() && (() => processTime(cfssl(), cfsslArgs)),
          openssl: openssl() && (() => processTime(openssl(), opensslArgs)),
        },
        limit: { 'node -e 0': nothing },
      });
    },
  },
  {
    name: 'kubepki --version',
    unit: 'ms',
    atLeast: 1.3,
    goal: 1.1,
    measure: () => compare(31, { ours: () => node(CLI, '--version'), peers: { 'node -e 0': nothing } }),
  },
  {
    name: 'kubepki apply --help',
    unit: 'ms',
    measure: () => compare(15, { ours: () => node(CLI, 'apply', '--help'), peers: { 'node -e 0': nothing } }),
  },
];
