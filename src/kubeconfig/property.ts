import { decodeBase64, encodeBase64 } from '../asn1/base64.ts';
import { quote } from '../errors/quote.ts';
import { entryOf, withEntry, withoutEntry, type EntryTypes, type Section } from './entries.ts';
import { goBoolean } from './go-values.ts';
import type { Kubeconfig } from './model.ts';
import { cannotBe } from './parse.ts';

type Kind = 'text' | 'boolean' | 'bytes' | 'other';

/** A field of an entry as `kubectl config set` names it, which is how client-go names it inside. */
interface Field {
  readonly key: string;
  readonly kind: Kind;
}

const field = (key: string, kind: Kind = 'text'): Field => ({ key, kind });

/** The fields of each section (client-go tools/clientcmd/api/types.go). */
const FIELDS: Readonly<Record<Section, Readonly<Record<string, Field>>>> = Object.freeze({
  clusters: {
    server: field('server'),
    'tls-server-name': field('tlsServerName'),
    'insecure-skip-tls-verify': field('insecureSkipTlsVerify', 'boolean'),
    'certificate-authority': field('certificateAuthority'),
    'certificate-authority-data': field('certificateAuthorityData', 'bytes'),
    'proxy-url': field('proxyUrl'),
    'disable-compression': field('disableCompression', 'boolean'),
    extensions: field('extensions', 'other'),
  },
  contexts: {
    cluster: field('cluster'),
    user: field('user'),
    namespace: field('namespace'),
    extensions: field('extensions', 'other'),
  },
  users: {
    'client-certificate': field('clientCertificate'),
    'client-certificate-data': field('clientCertificateData', 'bytes'),
    'client-key': field('clientKey'),
    'client-key-data': field('clientKeyData', 'bytes'),
    token: field('token'),
    tokenFile: field('tokenFile'),
    'act-as': field('as'),
    'act-as-uid': field('asUid'),
    'act-as-groups': field('asGroups', 'other'),
    'act-as-user-extra': field('asUserExtra', 'other'),
    username: field('username'),
    password: field('password'),
    'auth-provider': field('authProvider', 'other'),
    exec: field('exec', 'other'),
    extensions: field('extensions', 'other'),
  },
});

const EMPTY: { readonly [S in Section]: EntryTypes[S] } = Object.freeze({
  clusters: { server: '' },
  contexts: { cluster: '', user: '' },
  users: {},
});

/** Properties that are of no entry; what is ignored, as every kubeconfig has the same, kubectl takes for set. */
const SINGLE = Object.freeze({
  'current-context': 'current-context',
  preferences: 'preferences',
  'preferences.colors': 'colors',
  'preferences.extensions': 'extensions of preferences',
  extensions: 'extensions',
  kind: 'ignored',
  apiVersion: 'ignored',
});
type Single = (typeof SINGLE)[keyof typeof SINGLE];

/** What a property's path names. */
type Property =
  | { readonly kind: Single }
  | { readonly kind: 'section'; readonly section: Section }
  | { readonly kind: 'entry'; readonly section: Section; readonly name: string }
  | {
      readonly kind: 'field';
      readonly section: Section;
      readonly name: string;
      readonly field: Field;
    };

function isSection(text: string): text is Section {
  return Object.hasOwn(FIELDS, text);
}

/** A path in an error: what stands in its place, or behind a `=`, may be the value, and that a secret. */
function shown(path: string): string {
  const [first = ''] = path.split('.');
  const [name = ''] = path.split('=', 1);
  return isSection(first) || first === 'preferences' ? quote(name) : 'what is named';
}

function isSingle(text: string): text is keyof typeof SINGLE {
  return Object.hasOwn(SINGLE, text);
}

/**
 * What a path names: parts between dots; a name may hold dots, and ends before the first part that is a field
 * (kubectl pkg/cmd/config/navigation_step_parser.go).
 */
function propertyOf(path: string): Property {
  const [first = '', ...rest] = path.split('.');
  const unknown = (): never => {
    throw cannotBe(shown(path), `${shown(path)} is no property of a kubeconfig`);
  };
  if (isSection(first)) {
    if (rest.length === 0) return { kind: 'section', section: first };
    const fields = FIELDS[first];
    const at = rest.findIndex((part, index) => index > 0 && Object.hasOwn(fields, part));
    if (at === -1) return { kind: 'entry', section: first, name: rest.join('.') };
    const found = fields[rest[at] ?? ''];
    if (found === undefined || at !== rest.length - 1) return unknown();
    return { kind: 'field', section: first, name: rest.slice(0, at).join('.'), field: found };
  }
  return isSingle(path) ? { kind: SINGLE[path] } : unknown();
}

/**
 * Sets one property: `clusters.NAME.server`, `contexts.NAME.namespace`, `users.NAME.token`, `current-context`,
 * `preferences.colors`. Entries that are not there are made.
 *
 * @param value for embedded data base64, or the data itself with `rawBytes`
 * @throws PkiError `invalid-kubeconfig` where there is no such property, or the value is none for it
 */
export function setProperty(
  config: Kubeconfig,
  path: string,
  { value, rawBytes = false }: { readonly value: string; readonly rawBytes?: boolean },
): Kubeconfig {
  const property = propertyOf(path);
  switch (property.kind) {
    case 'current-context':
      return { ...config, currentContext: value };
    case 'colors':
      return { ...config, preferences: { ...config.preferences, colors: booleanOf(path, value) } };
    case 'ignored':
      return config;
    case 'field': {
      const { section, name } = property;
      const entry = entryOf(config, section, name) ?? EMPTY[section];
      const read = valueOf(path, property.field, { value, rawBytes });
      return withEntry(config, section, [name, { ...entry, [property.field.key]: read }]);
    }
    default:
      throw cannotBe(shown(path), `${shown(path)} holds fields and is no value itself: name one of them`);
  }
}

/**
 * Removes one property, an entry (`users.NAME`) or a whole section (`users`).
 *
 * @throws PkiError `invalid-kubeconfig` where there is no such property, or it is of an entry that is not there
 */
export function unsetProperty(config: Kubeconfig, path: string): Kubeconfig {
  const property = propertyOf(path);
  switch (property.kind) {
    case 'current-context':
      return { ...config, currentContext: '' };
    case 'colors':
      return { ...config, preferences: { ...config.preferences, colors: undefined } };
    case 'preferences':
      return { ...config, preferences: {} };
    case 'extensions of preferences':
      return { ...config, preferences: { ...config.preferences, extensions: undefined } };
    // No more than kubectl: it says that it did, and does not.
    case 'extensions':
    case 'ignored':
      return config;
    case 'section':
      return { ...config, [property.section]: [] };
    case 'entry':
      return withoutEntry(config, property.section, property.name);
    case 'field': {
      const { section, name } = property;
      const entry = entryOf(config, section, name);
      if (entry === undefined) throw cannotBe(path, `there is nothing called ${quote(name)} in ${section}`);
      const { key } = property.field;
      const empty: unknown = Reflect.get(EMPTY[section], key);
      return withEntry(config, section, [name, { ...entry, [key]: empty }]);
    }
  }
}

function valueOf(
  path: string,
  { kind }: Field,
  { value, rawBytes }: { readonly value: string; readonly rawBytes: boolean },
): string | boolean {
  if (kind === 'text') return value;
  if (kind === 'boolean') return booleanOf(path, value);
  if (kind === 'other') throw cannotBe(path, `${quote(path)} is no single value, and can be unset only`);
  if (rawBytes) return encodeBase64(new TextEncoder().encode(value));
  const bytes = decodeBase64(value.replace(/[\r\n]/g, ''));
  // The value itself may be a key.
  if (bytes === undefined)
    throw cannotBe(path, `${path}: expected base64, or --set-raw-bytes with the data itself`);
  return encodeBase64(bytes);
}

function booleanOf(path: string, value: string): boolean {
  const read = goBoolean(value);
  if (read !== undefined) return read;
  throw cannotBe(path, `${path}: expected true or false, got ${quote(value)}`);
}
