import { PkiError } from '../errors/pki-error.ts';
import type { Problem } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';
import { parseYaml } from '../yaml/parse.ts';
import type {
  AuthProvider,
  Cluster,
  Context,
  Exec,
  Kubeconfig,
  NamedExtension,
  Preferences,
  User,
} from './model.ts';
import { compact, ObjectReader } from './object-reader.ts';

/** Options of {@link parseKubeconfig}. */
export interface ParseKubeconfigOptions {
  /** Name of the kubeconfig in errors, such as its path. */
  readonly source?: string | undefined;
  /** Most bytes that are read; default 4 MiB. */
  readonly maxBytes?: number | undefined;
}

interface Named {
  readonly name: string;
}

/** Reads a list whose names must differ, as client-go's conversion to a map demands (api/v1/conversion.go). */
function namedList<T extends Named>(
  parent: ObjectReader,
  key: string,
  read: (item: ObjectReader, name: string) => T,
): readonly T[] | undefined {
  const seen = new Set<string>();
  return parent.list(key, (item) => {
    const name = item.string('name') ?? '';
    if (seen.has(name)) item.report('name', `${quote(name)} is there twice`);
    seen.add(name);
    return compact(read(item, name));
  });
}

function extensions(parent: ObjectReader): readonly NamedExtension[] | undefined {
  return namedList(parent, 'extensions', (item, name) => ({
    name,
    extension: item.any('extension'),
    other: item.other(),
  }));
}

function readCluster(fields: ObjectReader): Cluster {
  return compact({
    server: fields.string('server') ?? '',
    tlsServerName: fields.string('tls-server-name'),
    insecureSkipTlsVerify: fields.boolean('insecure-skip-tls-verify'),
    certificateAuthority: fields.string('certificate-authority'),
    certificateAuthorityData: fields.base64('certificate-authority-data'),
    proxyUrl: fields.string('proxy-url'),
    disableCompression: fields.boolean('disable-compression'),
    extensions: extensions(fields),
    other: fields.other(),
  });
}

function readContext(fields: ObjectReader): Context {
  return compact({
    cluster: fields.string('cluster') ?? '',
    user: fields.string('user') ?? '',
    namespace: fields.string('namespace'),
    extensions: extensions(fields),
    other: fields.other(),
  });
}

function readAuthProvider(fields: ObjectReader): AuthProvider {
  return compact({
    name: fields.string('name') ?? '',
    config: fields.stringMap('config'),
    other: fields.other(),
  });
}

function readExec(fields: ObjectReader): Exec {
  return compact({
    command: fields.string('command') ?? '',
    args: fields.strings('args'),
    env: fields.list('env', (item) =>
      compact({ name: item.string('name') ?? '', value: item.string('value') ?? '', other: item.other() }),
    ),
    apiVersion: fields.string('apiVersion'),
    installHint: fields.string('installHint'),
    provideClusterInfo: fields.boolean('provideClusterInfo'),
    interactiveMode: fields.string('interactiveMode'),
    other: fields.other(),
  });
}

function readUser(fields: ObjectReader): User {
  const authProvider = fields.object('auth-provider');
  const exec = fields.object('exec');
  return compact({
    clientCertificate: fields.string('client-certificate'),
    clientCertificateData: fields.base64('client-certificate-data'),
    clientKey: fields.string('client-key'),
    clientKeyData: fields.base64('client-key-data'),
    token: fields.string('token'),
    tokenFile: fields.string('tokenFile'),
    as: fields.string('as'),
    asUid: fields.string('as-uid'),
    asGroups: fields.strings('as-groups'),
    asUserExtra: fields.stringsMap('as-user-extra'),
    username: fields.string('username'),
    password: fields.string('password'),
    authProvider: authProvider && readAuthProvider(authProvider),
    exec: exec && readExec(exec),
    extensions: extensions(fields),
    other: fields.other(),
  });
}

function readPreferences(fields: ObjectReader): Preferences {
  return compact({ colors: fields.boolean('colors'), extensions: extensions(fields), other: fields.other() });
}

function readVersion(fields: ObjectReader): void {
  // An absent or empty one is taken for the only one there is (client-go tools/clientcmd/client_config.go, Load).
  for (const [key, only] of [
    ['apiVersion', 'v1'],
    ['kind', 'Config'],
  ] as const) {
    const value = fields.string(key);
    if (value !== undefined && value !== '' && value !== only) {
      fields.report(key, `expected ${quote(only)}, got ${quote(value)}`);
    }
  }
}

function readConfig(fields: ObjectReader): Kubeconfig {
  readVersion(fields);
  const preferences = fields.object('preferences');
  return compact({
    clusters:
      namedList(fields, 'clusters', (item, name) => ({
        name,
        cluster: readCluster(item.objectOrEmpty('cluster')),
        other: item.other(),
      })) ?? [],
    contexts:
      namedList(fields, 'contexts', (item, name) => ({
        name,
        context: readContext(item.objectOrEmpty('context')),
        other: item.other(),
      })) ?? [],
    currentContext: fields.string('current-context') ?? '',
    users:
      namedList(fields, 'users', (item, name) => ({
        name,
        user: readUser(item.objectOrEmpty('user')),
        other: item.other(),
      })) ?? [],
    preferences: preferences && readPreferences(preferences),
    extensions: extensions(fields),
    other: fields.other(),
  });
}

const MAX_LISTED = 10;

/** A {@link PkiError} `invalid-kubeconfig` whose message lists the problems, up to ten; its details have them all. */
export function kubeconfigError(
  problems: readonly Problem[],
  source?: string,
): PkiError<'invalid-kubeconfig'> {
  const list = problems
    .slice(0, MAX_LISTED)
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  if (problems.length > MAX_LISTED) list.push(`and ${problems.length - MAX_LISTED} more`);
  const message = `${source ?? 'the kubeconfig'} is not valid: ${list.join('; ')}`;
  return new PkiError('invalid-kubeconfig', message, {
    details: { problems, ...(source === undefined ? {} : { source }) },
  });
}

/** A {@link PkiError} `invalid-kubeconfig` about one thing that is asked of a kubeconfig and cannot be. */
export function cannotBe(path: string, message: string): PkiError<'invalid-kubeconfig'> {
  return new PkiError('invalid-kubeconfig', message, { details: { problems: [{ path, message }] } });
}

/**
 * Reads a kubeconfig: YAML or JSON as kubectl reads it, so that what kubectl refuses is refused. Two things are refused
 * that kubectl passes over, because they lose data: a key that one mapping has twice, and a second document.
 * An empty file is an empty config, as for kubectl. Fields that client-go does not know are kept.
 *
 * @example
 * ```ts
 * const config = parseKubeconfig(await readFile('admin.conf', 'utf8'), { source: 'admin.conf' });
 * ```
 *
 * @throws PkiError `invalid-kubeconfig` with all problems and their paths, never with values of secrets;
 *   `invalid-yaml`; `limit-exceeded`
 */
export function parseKubeconfig(text: string | Uint8Array, options: ParseKubeconfigOptions = {}): Kubeconfig {
  const { source, maxBytes } = options;
  const document = parseYaml(text, { source, maxBytes, exactIntegers: true });
  const problems: Problem[] = document.duplicateKeys.map((path) => ({
    path,
    message: 'the key is there twice',
  }));
  const config = readConfig(new ObjectReader(document.value, '', problems));
  if (problems.length > 0) throw kubeconfigError(problems, source);
  return config;
}
