import { quote } from '../errors/quote.ts';
import type { Section } from './entries.ts';
import { isGiven } from './go-values.ts';
import type { Kubeconfig } from './model.ts';
import { compact } from './object-reader.ts';
import { kubeconfigError } from './parse.ts';

/** Which entries something is done to: where neither list is given, all; else those that are named. */
export interface EntryChoice {
  readonly clusters?: readonly string[] | undefined;
  readonly users?: readonly string[] | undefined;
}

/** A certificate, key or token of an entry, which may be in a file or in the kubeconfig. */
export interface CredentialAt {
  readonly section: 'clusters' | 'users';
  /** Name of the entry. */
  readonly name: string;
  /** Name of the field that holds the path. */
  readonly field: 'certificate-authority' | 'client-certificate' | 'client-key' | 'tokenFile';
  /** Name of the field that holds the content. */
  readonly dataField: string;
  readonly path: string | undefined;
  /** Base64, but for a token: that is as it is. */
  readonly data: string | undefined;
}

/** What becomes of it: a path or content. */
export type Placement = Pick<CredentialAt, 'path' | 'data'>;

const AUTHORITY = Object.freeze({
  field: 'certificate-authority',
  dataField: 'certificate-authority-data',
} as const);

const OF_USERS = Object.freeze([
  {
    field: 'client-certificate',
    dataField: 'client-certificate-data',
    pathKey: 'clientCertificate',
    dataKey: 'clientCertificateData',
  },
  { field: 'client-key', dataField: 'client-key-data', pathKey: 'clientKey', dataKey: 'clientKeyData' },
  { field: 'tokenFile', dataField: 'token', pathKey: 'tokenFile', dataKey: 'token' },
] as const);

/**
 * A kubeconfig whose certificates, keys and tokens are placed anew; entries that are not chosen stay as they are.
 *
 * @param place answers what it was given where nothing is to change
 */
export function placeCredentials(
  config: Kubeconfig,
  choice: EntryChoice,
  place: (at: CredentialAt) => Placement,
): Kubeconfig {
  const isChosen = chooser(choice);
  return {
    ...config,
    clusters: config.clusters.map((one) => {
      if (!isChosen('clusters', one.name)) return one;
      const { certificateAuthority: path, certificateAuthorityData: data } = one.cluster;
      const at = { section: 'clusters', name: one.name, ...AUTHORITY, path, data } as const;
      const placed = place(at);
      if (placed === at) return one;
      const moved = { certificateAuthority: placed.path, certificateAuthorityData: placed.data };
      return { ...one, cluster: compact({ ...one.cluster, ...moved }) };
    }),
    users: config.users.map((one) => {
      if (!isChosen('users', one.name)) return one;
      let { user } = one;
      for (const { field, dataField, pathKey, dataKey } of OF_USERS) {
        const [path, data] = [user[pathKey], user[dataKey]];
        const at = { section: 'users', name: one.name, field, dataField, path, data } as const;
        const placed = place(at);
        if (placed !== at) user = compact({ ...user, [pathKey]: placed.path, [dataKey]: placed.data });
      }
      return user === one.user ? one : { ...one, user };
    }),
  };
}

function chooser({ clusters, users }: EntryChoice): (section: Section, name: string) => boolean {
  if (clusters === undefined && users === undefined) return () => true;
  const names = { clusters: new Set(clusters), users: new Set(users), contexts: new Set<string>() };
  return (section, name) => names[section].has(name);
}

/**
 * Refuses a credential that is there twice, by path and with its content (client-go tools/clientcmd/validation.go).
 *
 * @throws PkiError `invalid-kubeconfig` that says which of them counts
 */
export function refuseBoth({ section, name, field, dataField, path, data }: CredentialAt): void {
  if (!isGiven(path) || !isGiven(data)) return;
  // client-go takes data before a path, and a file of tokens before a token (rest/transport.go).
  const counts = field === 'tokenFile' ? field : dataField;
  const message = `there are both ${field} and ${dataField}, of which ${counts} counts: remove one of them`;
  const entry = `${section}[${quote(name)}].${section === 'users' ? 'user' : 'cluster'}`;
  throw kubeconfigError([{ path: `${entry}.${field}`, message }]);
}
