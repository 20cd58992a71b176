// Writes src/inspect/text/dh-group-table.ts, the named Diffie-Hellman groups that the openssl in PATH has:
//
//   node scripts/openssl-dh-groups.mjs
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const NAMES = {
  DH: ['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'].concat(
    ['1536', '2048', '3072', '4096', '6144', '8192'].map((bits) => `modp_${bits}`),
  ),
  DHX: ['dh_1024_160', 'dh_2048_224', 'dh_2048_256'],
};

/** Content of the two INTEGERs with which a SEQUENCE of parameters begins: the prime and the generator. */
function numbers(der) {
  const read = (at) => {
    const long = der[at + 1] - 0x80;
    const [start, length] = long < 0 ? [at + 2, der[at + 1]] : [at + 2 + long, der.readUIntBE(at + 2, long)];
    return { start, end: start + length };
  };
  const outer = read(0);
  const prime = read(outer.start);
  const generator = read(prime.end);
  const unsigned = ({ start, end }) => der.subarray(der[start] === 0 ? start + 1 : start, end);
  return [unsigned(prime), unsigned(generator)];
}

const rows = [];
for (const [algorithm, names] of Object.entries(NAMES)) {
  for (const name of names) {
    const options = ['-genparam', '-algorithm', algorithm, '-pkeyopt', `group:${name}`];
    const pem = execFileSync('openssl', ['genpkey', ...options], { encoding: 'utf8' });
    const [prime, generator] = numbers(Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64'));
    const mark = prime.toString('hex', 8, 16) + prime.subarray(-24, -8).toString('hex');
    rows.push([mark, prime.length, generator.toString('hex', 0, 8), name].join('|'));
  }
}
const head = `/**
 * The Diffie-Hellman groups that OpenSSL 3.0 has a name for, made by scripts/openssl-dh-groups.mjs: one a line, octets 8
 * to 16 of the prime and those from the 24th to the 8th before its end, its length in octets, the first octets of the
 * generator, and the name.
 */
export const DH_GROUP_TABLE = `;
writeFileSync('src/inspect/text/dh-group-table.ts', `${head}\`\n${rows.join('\n')}\n\`;\n`);
