// Writes src/inspect/text/curve-table.ts, the elliptic curves that the openssl in PATH has:
//
//   node scripts/openssl-curves.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, { encoding: 'utf8' });
const folder = mkdtempSync(join(tmpdir(), 'openssl-curves-'));

/** The identifier of a curve, from its parameters in DER; none for those that have no identifier. */
function identifier(name) {
  const file = join(folder, 'curve.der');
  openssl('ecparam', '-name', name, '-outform', 'DER', '-out', file);
  const der = readFileSync(file);
  if (der[0] !== 0x06) return undefined;
  const arcs = [0];
  for (const byte of der.subarray(2)) {
    arcs.push(arcs.pop() * 128 + (byte & 0x7f));
    if (byte < 0x80) arcs.push(0);
  }
  const [first, ...more] = arcs.slice(0, -1);
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...more].join('.');
}

/** A number of the text form: in lines of octets, or small and in hexadecimal in brackets. */
function number(text, label) {
  const small = new RegExp(`^${label}: +(?:\\d+ \\(0x)?([0-9a-f]+)\\)?$`, 'm').exec(text)?.[1];
  if (small !== undefined) return small;
  const [, lines] = new RegExp(`^${label}: *\\n((?: +[0-9a-f:]+\\n)+)`, 'm').exec(text);
  return lines.replace(/[^0-9a-f]/g, '').replace(/^0+(?=.)/, '');
}

/** Octets of the text form, zeros before them included. */
function octets(text, label) {
  const [, lines] = new RegExp(`^${label}: *\\n((?: +[0-9a-f:]+\\n)+)`, 'm').exec(text);
  return lines.replace(/[^0-9a-f]/g, '');
}

const names = [...openssl('ecparam', '-list_curves').matchAll(/^ *([A-Za-z0-9-]+) *:/gm)].map(
  ([, name]) => name,
);
const rows = names.flatMap((name) => {
  const oid = identifier(name);
  if (oid === undefined) return [];
  const named = openssl('ecparam', '-name', name, '-text', '-noout');
  const text = openssl('ecparam', '-name', name, '-param_enc', 'explicit', '-text', '-noout');
  const generator = number(text, 'Generator \\(uncompressed\\)').replace(/^4/, '');
  const isPrime = text.includes('prime-field');
  return [
    [
      oid,
      number(text, 'Order'),
      /NIST CURVE: (\S+)/.exec(named)?.[1] ?? '',
      isPrime ? 'p' : '2',
      number(text, isPrime ? 'Prime' : 'Polynomial'),
      number(text, 'A'),
      number(text, 'B'),
      generator,
      text.includes('Seed:') ? octets(text, 'Seed') : '',
    ].join('|'),
  ];
});
rmSync(folder, { recursive: true });
const version = openssl('version').split(' ')[1];
const text = `/**
 * The elliptic curves of OpenSSL ${version}, made by scripts/openssl-curves.mjs: one a line, its object identifier, its
 * order, its name at NIST, its kind of field (\`p\` prime, \`2\` binary), the prime or polynomial, a, b, both
 * coordinates of the generator, and the seed.
 */
export const CURVE_TABLE = \`
${rows.join('\n')}
\`;
`;
writeFileSync(new URL('../src/inspect/text/curve-table.ts', import.meta.url), text);
console.log(`${rows.length} curves`);
