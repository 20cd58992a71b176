/** What `openssl x509 -text`, `req -text` and `crl -text` print. */
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireTool, tempDir } from '../support/foreign.ts';

/** Lines that openssl mixes into its text where it cannot load a key: they begin with the number of a thread. */
const ERRORS = /^[0-9A-F]{12,16}:error:.*\n/gm;

const AT_ONCE = 3;

const execFileAsync = promisify(execFile);

/** The text, one character for each byte; `undefined` where openssl reads nothing. */
type OpensslText = string | undefined;

function printed(command: string, der: Uint8Array, args: readonly string[]): Promise<OpensslText> {
  return new Promise((resolve, reject) => {
    const child = spawn(requireTool('openssl'), [command, '-inform', 'DER', '-text', '-noout', ...args]);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      resolve(text === '' ? undefined : text.replace(ERRORS, ''));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(der);
  });
}

/** The texts of many, in order; a few processes run at once. */
export async function opensslTexts(
  command: 'x509' | 'req' | 'crl',
  ders: readonly Uint8Array[],
  args: readonly string[] = [],
): Promise<OpensslText[]> {
  const out = new Array<OpensslText>(ders.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < ders.length; index = next++) {
      out[index] = await printed(command, ders[index] ?? new Uint8Array(), args);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return out;
}

/** The texts of certificates that openssl reads, by one process: with names in the form `/C=US/O=Org` (X509_print). */
export async function opensslTextsAtOnce(ders: readonly Uint8Array[]): Promise<string[]> {
  const file = join(tempDir(), 'certificates.pem');
  const body = (der: Uint8Array): string =>
    Buffer.from(der)
      .toString('base64')
      .replace(/.{64}(?=.)/g, '$&\n');
  const pem = ders.map((der) => `-----BEGIN CERTIFICATE-----\n${body(der)}\n-----END CERTIFICATE-----\n`);
  writeFileSync(file, pem.join(''));
  const { stdout } = await execFileAsync(
    requireTool('openssl'),
    ['storeutl', '-certs', '-noout', '-text', file],
    { encoding: 'latin1', maxBuffer: 1 << 28 },
  );
  const texts = stdout
    .replace(ERRORS, '')
    .split(/^\d+: Certificate\n/m)
    .slice(1);
  return texts.map((text) => text.replace(/^Total found: \d+\n$/m, ''));
}
