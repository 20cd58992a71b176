/** A CA whose subject key identifier is no hash of its key, as other programs make them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixturePem } from './fixture-keys.ts';
import { runOk, tempDir } from './foreign.ts';

/** The identifier of {@link oddCa}. */
const ODD_SKI = '00112233445566778899aabbccddeeff';

/** A root by OpenSSL, valid from now on: `openssl req` has no clock to set. */
async function oddCa(): Promise<{ readonly certificate: string; readonly key: string }> {
  const folder = tempDir();
  const key = fixturePem('ECDSA-P256');
  writeFileSync(join(folder, 'ca.key'), key);
  // A configuration of its own: OpenSSL's default one adds an authority key identifier, which is that hash.
  const config = `[req]
prompt = no
utf8 = yes
string_mask = utf8only
distinguished_name = subject
x509_extensions = extensions
[subject]
O = Größe & Söhne
CN = odd_ca
[extensions]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = ${ODD_SKI}
`;
  writeFileSync(join(folder, 'ca.cnf'), config);
  const args = [
    'req',
    '-x509',
    '-new',
    '-key',
    join(folder, 'ca.key'),
    '-config',
    join(folder, 'ca.cnf'),
    '-days',
    '30',
  ];
  const { stdout } = await runOk('openssl', args);
  return { certificate: stdout, key };
}

export { ODD_SKI, oddCa };
