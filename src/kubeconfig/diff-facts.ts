import { decodeBase64, encodeBase64 } from '../asn1/base64.ts';
import { jsonText } from './entry-names.ts';
import { isGiven } from './go-values.ts';
import type { Cluster, Context, Exec, NamedExtension, OtherFields, User } from './model.ts';

/** What an entry of a kubeconfig says in one field, so that it can be compared with another. */
export interface Fact {
  /** Name of the field; that of the path stands for embedded content too. */
  readonly field: string;
  readonly kind: 'text' | 'hidden' | 'certificates' | 'key' | 'token' | 'unreadable';
  /** Facts of one identity are the same. It may be a secret, and is never shown. */
  readonly identity: string;
  /** What may be shown of it. */
  readonly shown?: string | undefined;
  /** What it is called where it is not shown. */
  readonly noun?: string | undefined;
  /** Content of certificates and keys. */
  readonly bytes?: Uint8Array | undefined;
}

/** Reads a file that a kubeconfig names; `undefined` where it cannot be read. */
export type ReadIfReadable = (path: string) => Uint8Array | undefined;

const MAX_SHOWN = 200;

const short = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);

function text(field: string, value: string | undefined, shown = value): readonly Fact[] {
  return isGiven(value) ? [{ field, kind: 'text', identity: value, shown: short(shown ?? '') }] : [];
}

function flag(field: string, value: boolean | undefined): readonly Fact[] {
  return value === true ? text(field, 'true') : [];
}

function hidden(field: string, identity: string | undefined, noun?: string): readonly Fact[] {
  return isGiven(identity) ? [{ field, kind: 'hidden', identity, noun }] : [];
}

/** A URL without what may be a password in it. */
function shownUrl(url: string | undefined): string | undefined {
  return url?.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1…@').replace(/[?#].*$/s, '?…');
}

/** Data for other programs, and fields that nobody knows: there may be a secret in them. */
export function unknownFacts(
  extensions: readonly NamedExtension[] | undefined,
  ...others: readonly (OtherFields | undefined)[]
): readonly Fact[] {
  return [
    ...(extensions ?? []).flatMap(({ name, extension, other }) =>
      hidden(`extensions[${JSON.stringify(name)}]`, jsonText([extension ?? null, other])),
    ),
    ...others.flatMap((other) =>
      Object.entries(other ?? {}).flatMap(([key, value]) => hidden(key, jsonText(value))),
    ),
  ];
}

function within(field: string, facts: readonly Fact[]): readonly Fact[] {
  return facts.map((fact) => ({ ...fact, field: `${field}.${fact.field}` }));
}

/** What a cluster says. */
export function clusterFacts(cluster: Cluster, read: ReadIfReadable, beside?: OtherFields): readonly Fact[] {
  const { server, certificateAuthority: path, certificateAuthorityData: data, proxyUrl } = cluster;
  return [
    ...text('server', server, shownUrl(server)),
    ...text('tls-server-name', cluster.tlsServerName),
    ...flag('insecure-skip-tls-verify', cluster.insecureSkipTlsVerify),
    ...content({ field: 'certificate-authority', kind: 'certificates', path, data }, read),
    ...text('proxy-url', proxyUrl, shownUrl(proxyUrl)),
    ...flag('disable-compression', cluster.disableCompression),
    ...unknownFacts(cluster.extensions, cluster.other, beside),
  ];
}

/** What a user says. */
export function userFacts(user: User, read: ReadIfReadable, beside?: OtherFields): readonly Fact[] {
  const { clientCertificate, clientCertificateData, clientKey, clientKeyData, authProvider, exec } = user;
  const groups = [...(user.asGroups ?? [])].sort();
  const extra = Object.keys(user.asUserExtra ?? {}).length === 0 ? undefined : user.asUserExtra;
  return [
    ...content(
      {
        field: 'client-certificate',
        kind: 'certificates',
        path: clientCertificate,
        data: clientCertificateData,
      },
      read,
    ),
    ...content({ field: 'client-key', kind: 'key', path: clientKey, data: clientKeyData }, read),
    ...tokenFacts(user, read),
    ...text('username', user.username),
    ...hidden('password', user.password, 'password'),
    ...text('as', user.as),
    ...text('as-uid', user.asUid),
    ...text('as-groups', groups.length === 0 ? '' : JSON.stringify(groups), groups.join(', ')),
    ...text('as-user-extra', extra && jsonText(extra)),
    ...(authProvider === undefined
      ? []
      : [
          ...text('auth-provider.name', authProvider.name),
          ...Object.entries(authProvider.config ?? {}).flatMap(([key, value]) =>
            hidden(`auth-provider.config.${key}`, value),
          ),
          ...within('auth-provider', unknownFacts(undefined, authProvider.other)),
        ]),
    ...(exec === undefined ? [] : execFacts(exec)),
    ...unknownFacts(user.extensions, user.other, beside),
  ];
}

function execFacts({ command, args = [], env = [], ...exec }: Exec): readonly Fact[] {
  return [
    { field: 'exec.command', kind: 'text', identity: command, shown: short(command) },
    ...text('exec.apiVersion', exec.apiVersion),
    // There may be a secret in arguments and variables.
    ...hidden('exec.args', args.length === 0 ? '' : JSON.stringify(args), 'arguments'),
    ...env.flatMap(({ name, value, other }) => hidden(`exec.env.${name}`, jsonText([value, other]))),
    ...text('exec.interactiveMode', exec.interactiveMode),
    ...flag('exec.provideClusterInfo', exec.provideClusterInfo),
    ...hidden('exec.installHint', exec.installHint),
    ...within('exec', unknownFacts(undefined, exec.other)),
  ];
}

/** What a context says, but for its cluster and its user. */
export function contextFacts(context: Context, beside?: OtherFields): readonly Fact[] {
  // Clients that are told no namespace use this one.
  const namespace = context.namespace === 'default' ? '' : context.namespace;
  return [...text('namespace', namespace), ...unknownFacts(context.extensions, context.other, beside)];
}

interface Placed {
  readonly field: string;
  readonly kind: 'certificates' | 'key';
  readonly path: string | undefined;
  readonly data: string | undefined;
}

function content({ field, kind, path, data }: Placed, read: ReadIfReadable): readonly Fact[] {
  // Data comes before a path, for clients too.
  if (isGiven(data)) {
    const bytes = decodeBase64(data.replace(/[\r\n]/g, ''));
    if (bytes === undefined) return [{ field, kind: 'hidden', identity: data }];
    return [{ field, kind, identity: encodeBase64(bytes), bytes }];
  }
  if (!isGiven(path)) return [];
  const bytes = read(path);
  if (bytes === undefined) return [unreadable(field, path)];
  return [{ field, kind, identity: encodeBase64(bytes), bytes }];
}

function unreadable(field: string, path: string): Fact {
  return { field, kind: 'unreadable', identity: `file ${path}`, shown: path };
}

function tokenFacts({ token, tokenFile }: User, read: ReadIfReadable): readonly Fact[] {
  const bytes = isGiven(tokenFile) ? read(tokenFile) : undefined;
  const value = bytes === undefined ? token : new TextDecoder().decode(bytes).trim();
  return [
    ...(isGiven(tokenFile) && bytes === undefined ? [unreadable('tokenFile', tokenFile)] : []),
    ...(isGiven(value) ? [{ field: 'token', kind: 'token', identity: value } as const] : []),
  ];
}
