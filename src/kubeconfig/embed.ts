import { encodeBase64 } from '../asn1/base64.ts';
import { PkiError } from '../errors/pki-error.ts';
import { quote, quotePath } from '../errors/quote.ts';
import { Certificate } from '../x509/certificate.ts';
import { missingBlock, parsePem } from '../x509/pem.ts';
import {
  placeCredentials,
  refuseBoth,
  type CredentialAt,
  type EntryChoice,
  type Placement,
} from './credential-fields.ts';
import { isGiven } from './go-values.ts';
import type { ChangedKubeconfig, KubeconfigChange } from './kubeconfig-change.ts';
import type { Kubeconfig } from './model.ts';

/** Reads a file that a kubeconfig names, by its path as it is written; relative ones are relative to the kubeconfig's folder. */
export type ReadCredential = (path: string) => Uint8Array;

/** Options of {@link embedFiles}: which entries, and what else. */
export interface EmbedOptions extends EntryChoice {
  /** Embed the files of tokens too; programs that renew such a file are not followed any more then. Default false. */
  readonly tokenFiles?: boolean | undefined;
}

/**
 * A kubeconfig that holds the certificates and keys that it named by path, byte for byte.
 *
 * @throws PkiError `invalid-kubeconfig` where there are both a path and content; `invalid-pem`, `invalid-der` or
 *   `invalid-key` where a file does not hold what the field is for; whatever `read` throws
 */
export function embedFiles(
  config: Kubeconfig,
  read: ReadCredential,
  options: EmbedOptions = {},
): ChangedKubeconfig {
  const changes: KubeconfigChange[] = [];
  const embedded = placeCredentials(config, options, (at): Placement => {
    const { section, name, field, dataField, path } = at;
    if (!isGiven(path) || (field === 'tokenFile' && options.tokenFiles !== true)) return at;
    refuseBoth(at);
    const data = CONTENT[field](read(path), { ...at, path });
    changes.push({ action: 'change', section, name, field, before: path, after: dataField });
    return { path: undefined, data };
  });
  return { config: embedded, changes };
}

type Located = CredentialAt & { readonly path: string };

/** What a field holds of a file, which has to be of its kind. */
const CONTENT: Readonly<Record<CredentialAt['field'], (bytes: Uint8Array, at: Located) => string>> = {
  'certificate-authority': (bytes, at) => {
    const blocks = parsePem(bytes, sourceOf(at)).filter(({ label }) => label === 'CERTIFICATE');
    // Go passes over certificates of a CA file that it cannot read, as long as there is one that it can.
    if (!blocks.some(({ der }) => isCertificate(der))) Certificate.fromPem(bytes, sourceOf(at));
    return encodeBase64(bytes);
  },
  'client-certificate': (bytes, at) => {
    Certificate.fromPem(bytes, sourceOf(at));
    return encodeBase64(bytes);
  },
  'client-key': (bytes, at) => {
    const blocks = parsePem(bytes, sourceOf(at));
    // What crypto/tls looks for: the first block whose label ends so.
    const key = blocks.find(({ label }) => label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY'));
    if (key === undefined) throw missingBlock(blocks, 'a private key', sourceOf(at));
    if (key.label === 'ENCRYPTED PRIVATE KEY' || key.headers.some((header) => header.includes('ENCRYPTED')))
      throw unusable(
        at,
        'the key is encrypted, and clients cannot ask for its password',
        'an unencrypted key',
      );
    return encodeBase64(bytes);
  },
  tokenFile: (bytes, at) => {
    // As client-go reads it (transport/token_source.go).
    const token = new TextDecoder().decode(bytes).trim();
    if (token === '') throw unusable(at, 'there is no token in it', 'a token');
    return token;
  },
};

function isCertificate(der: Uint8Array): boolean {
  try {
    return Certificate.fromDer(der).version > 0;
  } catch {
    return false;
  }
}

/** What a file is called in errors. */
function sourceOf({ section, name, field, path }: Located): { readonly source: string } {
  const entry = `${section === 'users' ? 'user' : 'cluster'} ${quote(name)}`;
  return { source: `${field} ${quotePath(path)} of ${entry}` };
}

function unusable(at: Located, message: string, expected: string): PkiError<'invalid-key'> {
  const { source } = sourceOf(at);
  return new PkiError('invalid-key', `${source}: ${message}`, { details: { source, expected } });
}
