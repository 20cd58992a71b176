/** Certificates and manifests that were made to hold a reader up: each took minutes, or grew with the square of its size. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bitString, element, sequence, TAG } from '../../../src/asn1/der.ts';
import { encodeOid } from '../../../src/asn1/oid.ts';
import { certificateLike } from '../check/rules/support/certificate.ts';
import { openConsole, type Console } from './support/console.ts';

let terminal: Console;
let pair: { readonly certificate: string; readonly key: string };
const at = (path: string): string => join(terminal.cwd, path);

beforeAll(async () => {
  terminal = openConsole();
  await terminal.kubepki('ca create --common-name host --out ca');
  const read = async (name: string): Promise<string> =>
    (await import('node:fs/promises')).readFile(at(name), 'utf8');
  pair = { certificate: await read('ca.crt'), key: await read('ca.key') };
});
afterAll(() => {
  terminal.remove();
});

const MEGABYTE = 1_000_000;
const integer = (size: number): Uint8Array => element(TAG.integer, new Uint8Array(size).fill(0x7f));

const RSA = sequence(encodeOid('1.2.840.113549.1.1.1'), Uint8Array.of(5, 0));
const CERTIFICATES: Readonly<Record<string, () => Parameters<typeof certificateLike>[2]>> = {
  'a serial number of a megabyte': () => ({ serialNumber: new Uint8Array(MEGABYTE).fill(0x7f) }),
  'an RSA exponent of a megabyte': () => ({
    spki: sequence(RSA, bitString(sequence(integer(256), integer(MEGABYTE)))),
  }),
  '100,000 extensions': () => ({
    more: Buffer.concat(
      Array.from({ length: 100_000 }, (_, index) =>
        sequence(encodeOid(`1.2.3.${index}`), Uint8Array.of(4, 2, 5, 0)),
      ),
    ),
  }),
  'a name with 300,000 blanks': () => ({ subject: { commonName: `a${' '.repeat(300_000)}b` } }),
};

test.each(Object.keys(CERTIFICATES))(
  '%s does not hold check and verify up',
  async (name) => {
    const changes = CERTIFICATES[name]?.() ?? {};
    writeFileSync(at('hostile.crt'), certificateLike(pair.certificate, pair, changes));
    const report = await terminal.kubepki('check hostile.crt');
    expect(report.stdout).toContain(': 1 certificates,');
    expect(report.stdout.length).toBeLessThan(2 * MEGABYTE);
    expect((await terminal.kubepki('verify hostile.crt --ca ca.crt')).stderr).toBe('');
  },
  30_000,
);

test('a flag that is given 100,000 times does not either', async () => {
  const command = [
    'kube-apiserver',
    ...Array.from({ length: 100_000 }, (_, index) => `--client-ca-file=/${index}`),
  ];
  const pod = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'kube-apiserver', command }] } };
  writeFileSync(at('pod.json'), JSON.stringify(pod));
  expect((await terminal.kubepki('check pod.json --quiet')).stdout).toContain(': 0 certificates,');
});

test('names that are no UTF-8 are told, folders too', async () => {
  const octets = (name: string): Buffer =>
    Buffer.concat([Buffer.from(at('odd/pki/')), Buffer.from(name, 'latin1')]);
  mkdirSync(at('odd/pki'), { recursive: true });
  mkdirSync(octets('\xff'));
  writeFileSync(octets('\xfe.crt'), pair.certificate);
  const { findings } = JSON.parse((await terminal.kubepki('check odd -o json')).stdout);
  expect(findings.map(({ code, message }: { code: string; message: string }) => [code, message])).toEqual([
    ['search-cut-short', 'its name is not UTF-8, and it is not looked at'],
    ['search-cut-short', 'its name is not UTF-8, and it is not looked at'],
  ]);
});
