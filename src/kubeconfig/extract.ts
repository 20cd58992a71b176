import { decodeBase64, encodeBase64 } from '../asn1/base64.ts';
import { quote } from '../errors/quote.ts';
import {
  placeCredentials,
  refuseBoth,
  type CredentialAt,
  type EntryChoice,
  type Placement,
} from './credential-fields.ts';
import { FileNames, type KnownFile } from './file-names.ts';
import { isGiven } from './go-values.ts';
import type { ChangedKubeconfig, KubeconfigChange } from './kubeconfig-change.ts';
import type { Kubeconfig } from './model.ts';
import { kubeconfigError } from './parse.ts';

/** A file that a kubeconfig is to name. */
export interface ExtractedFile {
  /** Its name, without a folder. */
  readonly name: string;
  readonly data: Uint8Array;
  /** Whether it holds a key or a token: what is not certificates alone. */
  readonly isSecret: boolean;
}

/** A kubeconfig that names files, and what is to be in them. */
export interface ExtractedKubeconfig extends ChangedKubeconfig {
  readonly files: readonly ExtractedFile[];
}

/** Options of {@link extractData}: which entries, and where their files are. */
export interface ExtractOptions extends EntryChoice {
  /** Extract tokens too, to files `USER.token`; default false. */
  readonly tokens?: boolean | undefined;
  /** The path of a file as the kubeconfig is to name it; default: its name. */
  readonly pathOf?: ((name: string) => string) | undefined;
  /** Files of the folder that others use: they are used too where content is the same, and kept out of the way of. */
  readonly known?: readonly KnownFile[] | undefined;
}

const SUFFIX: Readonly<Record<CredentialAt['field'], string>> = Object.freeze({
  'certificate-authority': '-ca.crt',
  'client-certificate': '.crt',
  'client-key': '.key',
  tokenFile: '.token',
});

/**
 * A kubeconfig that names files in place of the certificates and keys that it held: `USER.crt`, `USER.key` and
 * `CLUSTER-ca.crt`, of which no two are one to any file system; the same content of one kind shares a file. No file is
 * written.
 *
 * @throws PkiError `invalid-kubeconfig` where there are both a path and content, or content that is not base64
 */
export function extractData(config: Kubeconfig, options: ExtractOptions = {}): ExtractedKubeconfig {
  const { tokens = false, pathOf = (name: string): string => name, known = [] } = options;
  const names = new FileNames(known);
  const files: ExtractedFile[] = [];
  const changes: KubeconfigChange[] = [];
  const extracted = placeCredentials(config, options, (at): Placement => {
    const { section, name, field, dataField, data } = at;
    if (!isGiven(data) || (field === 'tokenFile' && !tokens)) return at;
    refuseBoth(at);
    const bytes = bytesOf(at, data);
    const file = names.nameFor(name, SUFFIX[field], encodeBase64(bytes));
    if (file.isNew) files.push({ name: file.name, data: bytes, isSecret: !isPublic(bytes) });
    const path = pathOf(file.name);
    changes.push({ action: 'change', section, name, field, before: dataField, after: path });
    return { path, data: undefined };
  });
  return { config: extracted, changes, files };
}

function bytesOf({ section, name, field, dataField }: CredentialAt, data: string): Uint8Array {
  const wrong = (message: string): never => {
    const entry = `${section}[${quote(name)}].${section === 'users' ? 'user' : 'cluster'}`;
    throw kubeconfigError([{ path: `${entry}.${dataField}`, message }]);
  };
  if (field === 'tokenFile') {
    // Clients take the space around a token in a file for none of it.
    return data.trim() === data
      ? new TextEncoder().encode(data)
      : wrong('the token has space around it, which no file can give it');
  }
  return decodeBase64(data.replace(/[\r\n]/g, '')) ?? wrong('is not base64');
}

const LABEL = /-----BEGIN ([^\n]*?)-----/g;

/** Whether everybody may read it: certificates, and no other block of PEM. */
function isPublic(bytes: Uint8Array): boolean {
  const labels = [...new TextDecoder().decode(bytes).matchAll(LABEL)].map(([, label]) => label);
  return labels.length > 0 && labels.every((label) => label === 'CERTIFICATE');
}
