import { toHex } from '../../asn1/bytes.ts';
import type { ResolvedEnvironment } from '../../crypto/environment.ts';
import type { Finding } from '../../errors/finding.ts';
import { isPkiError, type PkiError } from '../../errors/pki-error.ts';
import type { CrlInfo } from '../../inspect/read/crl.ts';
import { readInput } from '../../inspect/read/read-input.ts';
import type { FileReference, InputContent, InputItem, Place } from '../../inspect/read/input.ts';
import type { Kubeconfig, User } from '../../kubeconfig/model.ts';
import { parseKubeconfig } from '../../kubeconfig/parse.ts';
import type { FileSource } from '../files.ts';
import type { CertificateEntry, EncodingEntry, KeyEntry, TokenFacts } from '../inventory.ts';
import { encodingsOf, fieldEncodings } from './encodings.ts';
import { located } from './kubeconfig-uses.ts';
import { baseName } from './paths.ts';
import { tokenFacts, type TokenFiles } from './token.ts';

/** What files hold, before it is known who uses it. */
export interface Contents {
  readonly certificates: Omit<CertificateEntry, 'uses' | 'signedBy'>[];
  readonly keys: Omit<KeyEntry, 'uses'>[];
  readonly crls: { readonly path: string; readonly crl: CrlInfo }[];
  readonly kubeconfigs: {
    readonly path: string;
    readonly kubeconfig: Kubeconfig;
    readonly tokens: readonly (TokenFacts | undefined)[];
    readonly references: readonly FileReference[];
  }[];
  readonly encodings: EncodingEntry[];
  readonly problems: Finding[];
}

/** Files that may hold certificates and keys by their name; others are read where somebody names them, and in PKI directories. */
const LIKELY =
  /\.(?:crt|cert|cer|chain|pem|key|pub|csr|crl|der|p12|pfx|p7b|p7c|conf|config|kubeconfig|ya?ml|json)$|^config$/i;

/** What is to be a certificate by its name, wherever it lies; or a key, in a PKI directory. */
const CERTIFICATE_NAME = /\.(?:crt|cert|cer|pem)$/i;
const KEY_NAME = /\.(?:key|pub)$/i;

const PKI = /(?:^|\/)pki\//;

/** Larger files hold no PKI. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Whether a file is looked into for its name or its place: in a PKI directory, old copies have all kinds of names. */
export function mayHoldPki(path: string): boolean {
  return LIKELY.test(baseName(path)) || PKI.test(path);
}

/** Whether a file is to hold a certificate or a key by its name. */
export function isNamedAsPki(path: string): boolean {
  return CERTIFICATE_NAME.test(path) || (KEY_NAME.test(path) && PKI.test(path));
}

/** Nothing yet. */
export function noContents(): Contents {
  return { certificates: [], keys: [], crls: [], kubeconfigs: [], encodings: [], problems: [] };
}

/** Reads one file, and adds what it holds. */
export async function readContents(
  path: string,
  {
    files,
    environment,
    asked,
    isKubeconfig,
  }: {
    readonly files: FileSource;
    readonly environment: ResolvedEnvironment;
    /** Who asks for it: a component that uses it, or the person that checks it by its path. */
    readonly asked: 'used' | 'given' | undefined;
    /** Whether it is one by its name, or to whoever names it, whatever it says of itself. */
    readonly isKubeconfig: boolean;
  },
  into: Contents,
): Promise<void> {
  const bytes = readBytes(files, path, into);
  if (bytes === undefined) return;
  const content = await readInput(bytes, { source: path }, environment);
  // A manifest that holds nothing is no concern of ours, unless somebody names it.
  const isPki = content.format !== 'manifest' && content.format !== 'unknown' && LIKELY.test(baseName(path));
  // A text that reads like YAML in part, such as a README, is no broken manifest for being named.
  const isText = content.format === 'manifest' && asked === 'given' && !LIKELY.test(baseName(path));
  const isTold = content.items.length > 0 || (asked !== undefined && !isText) || isPki;
  const findings = isTold ? content.findings : [];
  const isEmpty = content.items.length === 0 && findings.length === 0 && content.format !== 'kubeconfig';
  into.problems.push(...findings, ...(isEmpty ? emptiness(path, bytes, asked) : []));
  const counts = new Map<string, number>();
  for (const item of content.items) await addItem(path, item, { counts, environment, into });
  if (content.format === 'kubeconfig' || isKubeconfig) addKubeconfig(path, { files, bytes, content }, into);
  else into.encodings.push(...encodingsOf(path, bytes, content));
}

/** What is told of a file in which nothing was found, not even something broken. */
function emptiness(path: string, bytes: Uint8Array, asked: 'used' | 'given' | undefined): Finding[] {
  const actual = bytes.length === 0 ? 'an empty file' : 'something else';
  if (asked === undefined) return isNamedAsPki(path) ? [nothingInside(path, actual)] : [];
  if (asked === 'used') return [];
  if (CERTIFICATE_NAME.test(path)) {
    const message = 'is named as a certificate, and holds none';
    return [{ code: 'malformed-certificate', severity: 'error', path, message, actual }];
  }
  const expected = 'PEM, DER, PKCS#7, PKCS#12, a kubeconfig, or a manifest with certificates in it';
  const message = 'holds no certificate, key or kubeconfig';
  const fix = 'name the file that holds the certificate';
  return [{ code: 'nothing-found', severity: 'info', path, message, expected, actual, fix }];
}

/** A file, or what stands in place of one, that is named as a certificate or key and is none. */
export function nothingInside(path: string, actual: string): Finding {
  return {
    code: 'nothing-inside',
    severity: 'warning',
    path,
    message: 'is named as a certificate or key, and holds none',
    expected: 'a certificate or a key',
    actual,
  };
}

function readBytes(files: FileSource, path: string, into: Contents): Uint8Array | undefined {
  try {
    const size = files.stat(path)?.size ?? 0;
    if (size > MAX_BYTES) {
      if (/\.(?:crt|cer|pem|key|conf)$/.test(path)) {
        const message = `it has ${size} bytes, more than any certificate or key, and is not read`;
        into.problems.push({ code: 'file-unreadable', severity: 'error', path, message });
      }
      return undefined;
    }
    return files.read(path);
  } catch (error) {
    if (!isPkiError(error)) throw error;
    into.problems.push(unreadable(path, error));
    return undefined;
  }
}

/** Why a file was not read: it is kept from this user, and root would see it; or it cannot be read at all. */
export function unreadable(path: string, error: PkiError): Finding {
  const errno = 'errno' in error.details ? error.details.errno : undefined;
  return errno === 'EACCES' || errno === 'EPERM'
    ? { code: 'no-permission', severity: 'warning', path, message: error.message }
    : { code: 'file-unreadable', severity: 'error', path, message: error.message };
}

async function addItem(
  path: string,
  item: InputItem,
  {
    counts,
    environment,
    into,
  }: {
    readonly counts: Map<string, number>;
    readonly environment: ResolvedEnvironment;
    readonly into: Contents;
  },
): Promise<void> {
  const next = (kind: string): { readonly id: string; readonly index: number } => {
    const key = `${kind} ${item.place.field ?? ''}`;
    const index = counts.get(key) ?? 0;
    counts.set(key, index + 1);
    return { id: idOf(path, item.place, index), index };
  };
  const { field } = item.place;
  if (item.kind === 'certificate') {
    const { certificate } = item;
    const fingerprint = toHex(await environment.crypto.digest('SHA-256', certificate.der));
    into.certificates.push({ ...next('certificate'), path, field, certificate, fingerprint });
  } else if (item.kind === 'private-key') {
    into.keys.push({ id: next('key').id, path, field, isPrivate: true, facts: item.key });
  } else if (item.kind === 'public-key') {
    const { material, bits, der } = item.publicKey;
    const facts = { algorithm: material.kind, bits, encrypted: false, publicKey: der };
    into.keys.push({ id: next('key').id, path, field, isPrivate: false, facts });
  } else if (item.kind === 'crl') into.crls.push({ path, crl: item.crl });
}

function idOf(path: string, { field }: Place, index: number): string {
  return [path, ...(field === undefined ? [] : [field]), ...(index === 0 ? [] : [String(index)])].join('#');
}

const REDACTED = 'redacted';

interface FoundKubeconfig {
  readonly files: FileSource;
  readonly bytes: Uint8Array;
  readonly content: Pick<InputContent, 'items' | 'references'>;
}

function addKubeconfig(
  path: string,
  { files, bytes, content: { items, references } }: FoundKubeconfig,
  into: Contents,
): void {
  const place: TokenFiles = {
    files,
    located: (file) => located(path, { path: file }),
    onError: (file, error) => void into.problems.push(unreadable(file, error)),
  };
  try {
    const kubeconfig = parseKubeconfig(bytes, { source: path });
    into.encodings.push(...fieldEncodings(path, kubeconfig, items));
    const users = kubeconfig.users.map((one) => ({ ...one, user: withoutSecrets(one.user) }));
    const tokens = kubeconfig.users.map(({ user }) => tokenFacts(user, place));
    into.kubeconfigs.push({ path, kubeconfig: { ...kubeconfig, users }, tokens, references });
  } catch (error) {
    if (!isPkiError(error)) throw error;
    into.problems.push({ code: 'malformed-kubeconfig', severity: 'error', path, message: error.message });
  }
}

/** Credentials whose secrets are told to be there, and no more. */
function withoutSecrets(user: User): User {
  const { clientKeyData, token, password, authProvider, exec, other, ...rest } = user;
  return {
    ...rest,
    ...(clientKeyData === undefined ? {} : { clientKeyData: REDACTED }),
    ...(token === undefined ? {} : { token: REDACTED }),
    ...(password === undefined ? {} : { password: REDACTED }),
    ...(authProvider === undefined ? {} : { authProvider: { name: authProvider.name } }),
    ...(exec === undefined ? {} : { exec: { command: exec.command, apiVersion: exec.apiVersion } }),
  };
}
