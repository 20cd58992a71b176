// Writes src/inspect/text/object-table.ts, the names of object identifiers, as the openssl in PATH lists them:
//
//   node scripts/openssl-objects.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'openssl-objects-'));
const temporary = join(folder, 'object.der');

const listed = execFileSync('openssl', ['list', '-objects'], { encoding: 'utf8' });
const version = execFileSync('openssl', ['version'], { encoding: 'utf8' }).split(' ')[1];

// The list cuts long identifiers off: what an object is encoded as says them whole.
function whole(oid, short) {
  if (oid.length < 25) return oid;
  const args = ['asn1parse', '-genstr', `OID:${short}`, '-noout', '-out', temporary];
  execFileSync('openssl', args);
  const content = [...readFileSync(temporary).subarray(2)];
  const arcs = [0n];
  for (const byte of content) {
    arcs.push((arcs.pop() << 7n) | BigInt(byte & 0x7f));
    if (byte < 0x80) arcs.push(0n);
  }
  const [first, ...more] = arcs.slice(0, -1);
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - top * 40n, ...more].join('.');
}

const rows = listed.split('\n').flatMap((line) => {
  const [, short, rest] = /^(\S.*?) = (.+)$/.exec(line) ?? [];
  if (line.startsWith('#') || rest === undefined) return [];
  const [, long = short, oid] = /^(?:(.*), )?([0-9.]+)$/.exec(rest);
  return `${whole(oid, short)}|${short}${long === short ? '' : `|${long}`}`;
});
rmSync(folder, { recursive: true });
// One identifier has two names: the first is the one that OpenSSL prints.
const seen = new Set();
const unique = rows.filter((row) => {
  const [oid] = row.split('|');
  return !seen.has(oid) && seen.add(oid);
});
const text = `/**
 * Names of object identifiers as OpenSSL ${version} has them, made by scripts/openssl-objects.mjs: one a line, the
 * identifier, its short name and, where that is another, its long name.
 */
export const OBJECT_TABLE = \`
${unique.join('\n')}
\`;
`;
writeFileSync(new URL('../src/inspect/text/object-table.ts', import.meta.url), text);
console.log(`${unique.length} names`);
