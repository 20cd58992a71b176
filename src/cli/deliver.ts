import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { IssuedCertificate } from '../ca/issued-certificate.ts';
import { encryptPrivateKey } from '../ca/keys.ts';
import type { Environment } from '../crypto/environment.ts';
import { quote } from '../errors/quote.ts';
import type { StagedFile } from '../pki/disk/transaction.ts';
import { formatGeneralName } from '../x509/general-name.ts';
import { formatName } from '../x509/name.ts';
import { STANDARD } from './input.ts';
import { MODE, pathsOf, refuseExisting, writeFiles, type CertificatePaths } from './certificate-files.ts';
import type { Io } from './io.ts';
import { renderDocument } from './json.ts';
import { passwordOf } from './passwords.ts';
import { printable, reportFindings } from './text.ts';
import { usageError } from './usage-error.ts';
import type { Values } from './values.ts';

/** Where a certificate and its key go, and how the key is written. */
export interface Delivery {
  /** None where they go to standard output. */
  readonly paths: CertificatePaths | undefined;
  readonly force: boolean;
  readonly password: string | undefined;
  readonly encoding: 'pkcs8' | 'traditional';
}

/** What goes out beside the certificate and its key. */
export interface Extras {
  /** Further files, absolute. */
  readonly files?: readonly StagedFile[];
  /** Their paths by what they are. */
  readonly named?: Readonly<Record<string, string>>;
  /** Further fields of the result. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What is written to standard output in place of the result. */
  readonly stdout?: string;
}

/** What a certificate's files must not get into the way of. */
interface Beside {
  readonly also?: readonly string[];
  readonly ca?: string | undefined;
}

/**
 * Reads where the certificate is to go, and refuses what exists before anything is made.
 *
 * @param beside further files that will be written, absolute, and the BASE of the CA that signs
 * @throws PkiError `usage`, `file-exists`, `io`
 */
export async function prepareDelivery(values: Values, io: Io, beside: Beside = {}): Promise<Delivery> {
  const paths = pathsOf(values, io);
  const password = await passwordOf(values, 'key-password', io);
  const encoding = values.text('key-encoding') === 'traditional' ? 'traditional' : 'pkcs8';
  if (password !== undefined && encoding === 'traditional') {
    throw usageError('an encrypted key is always PKCS#8: --key-encoding traditional has none', {
      option: '--key-encoding',
    });
  }
  if (paths === undefined && values.text('output') === 'json') {
    throw usageError('--out - and -o json both write to standard output', { option: '--out' });
  }
  const force = values.flag('force');
  const files = [...(paths === undefined ? [] : [paths.certificate, paths.key]), ...(beside.also ?? [])];
  refuseSameFiles(files, beside.ca, io);
  refuseExisting(files, { force });
  return { paths, force, password, encoding };
}

/** No file is written twice, and none over the CA that signs: `--force` is for the certificate's own files. */
function refuseSameFiles(files: readonly string[], ca: string | undefined, { cwd }: Io): void {
  const taken = new Map<string, string>();
  if (ca !== undefined && ca !== STANDARD) {
    for (const extension of ['crt', 'key'])
      taken.set(real(resolve(cwd, `${ca}.${extension}`)), 'of the CA that signs');
  }
  for (const file of files) {
    const other = taken.get(real(file));
    if (other !== undefined) {
      throw usageError(`${quote(file)} is the file ${other}`, {
        option: '--out',
        hint: 'give another --out',
      });
    }
    taken.set(real(file), 'of another part of the result');
  }
}

/** A path without links, where there is a file. */
export function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Writes a certificate with its chain, its key and what goes with them, and says so. */
export async function deliver(
  issued: IssuedCertificate,
  context: {
    readonly delivery: Delivery;
    readonly values: Values;
    readonly environment: Required<Environment>;
    readonly extras?: Extras;
  },
  io: Io,
): Promise<void> {
  const { delivery, values, environment, extras = {} } = context;
  const { paths, force } = delivery;
  const certificate = issued.toFullChainPem();
  const key = await keyPem(issued, delivery, environment);
  const files = [...(extras.files ?? [])];
  if (paths !== undefined) {
    files.unshift(
      textFile(paths.certificate, certificate, MODE.public),
      textFile(paths.key, key, MODE.secret),
    );
  }
  const nothing = { written: [], backups: [] };
  const { written, backups } =
    files.length === 0
      ? nothing
      : await io.stoppable((signal) => writeFiles(files, { force, now: environment.now, signal }));
  reportFindings(issued.notices, io, { quiet: values.flag('quiet') });
  const direct = (paths === undefined ? certificate + key : '') + (extras.stdout ?? '');
  const fields = { ...describe(issued), ...extras.fields };
  if (direct !== '') io.stdout(direct);
  else if (values.text('output') === 'json') {
    const { notices } = issued;
    io.stdout(
      renderDocument('Certificate', { ...fields, files: { ...paths, ...extras.named }, backups, notices }),
    );
  } else io.stdout(renderFields(fields, { written, backups }));
}

function keyPem(
  issued: IssuedCertificate,
  { password, encoding }: Delivery,
  environment: Environment,
): string | Promise<string> {
  const { privateKey } = issued;
  if (password === undefined || privateKey === undefined) return issued.keyToPem({ encoding });
  return encryptPrivateKey(privateKey, password, environment);
}

/** A file of text. */
export function textFile(path: string, text: string, mode: number): StagedFile {
  return { path, data: new TextEncoder().encode(text), mode };
}

function describe({ certificate }: IssuedCertificate): Readonly<Record<string, string | readonly string[]>> {
  return {
    subject: formatName(certificate.subject),
    issuer: formatName(certificate.issuer),
    serialNumber: certificate.serialNumber,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    subjectAltNames: certificate.subjectAltNames.map(formatGeneralName),
    keyAlgorithm: certificate.publicKey.algorithm,
  };
}

/** Fields as lines in columns, and what was written. */
export function renderFields(
  fields: Readonly<Record<string, string | readonly string[]>>,
  { written, backups }: { readonly written: readonly string[]; readonly backups: readonly string[] },
): string {
  const rows = Object.entries(fields).map(
    ([name, value]) => [name, typeof value === 'string' ? value : value.join(', ')] as const,
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = [
    ...rows
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`),
    ...written.map((path) => `wrote ${printable(path)}`),
    ...backups.map((path) => `backup of what was replaced: ${printable(path)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
