import type { OptionRow } from '../command.ts';
import { CERTIFICATE_OPTIONS, RESULT_OPTIONS, validityOption } from '../option-tables.ts';
import { NEW_FILE_OPTIONS } from './options.ts';

const text = (name: string, value: string, description: string): OptionRow => ({
  name,
  type: 'string',
  value,
  description,
});

/** Where credentials can come from, each by the option that says so. */
export const SOURCES = Object.freeze(['ca', 'client-certificate', 'token-file', 'in-cluster'] as const);

/** How the user of a new kubeconfig comes by credentials. */
export type SourceName = (typeof SOURCES)[number];

/** Options of one source alone. */
export const OPTIONS_OF: Readonly<Record<SourceName, readonly string[]>> = Object.freeze({
  ca: [
    ...['group', 'validity', 'key-algorithm', 'rsa-generation', 'no-clamp'],
    ...['ca-key-password-file', 'ca-key-password-env'],
  ],
  'client-certificate': ['client-key'],
  'token-file': [],
  'in-cluster': ['service-account-dir'],
});

const ISSUING = CERTIFICATE_OPTIONS.filter(({ name }) => OPTIONS_OF.ca.includes(name));

/** Options of `kubeconfig create`. */
export const CREATE_OPTIONS: readonly OptionRow[] = Object.freeze([
  text(
    'ca',
    'BASE',
    'issue a client certificate: BASE.crt and BASE.key are the CA that signs; - is standard input',
  ),
  { ...text('group', 'GROUP', 'group of the user: an O of the certificate'), multiple: true },
  validityOption('1y'),
  ...ISSUING,
  text('client-certificate', 'FILE', 'a client certificate that is there, in PEM'),
  text('client-key', 'FILE', 'its key (default: in the file of the certificate)'),
  text('token-file', 'FILE', 'a token, such as kubectl create token makes; - is standard input'),
  { name: 'in-cluster', type: 'boolean', description: 'the service account of the pod that this runs in' },
  text(
    'service-account-dir',
    'DIR',
    'where that lies (default /var/run/secrets/kubernetes.io/serviceaccount)',
  ),
  text('from', 'FILE', 'take the cluster, its server and its CA from this kubeconfig; - is standard input'),
  text('from-context', 'NAME', 'of this context of it (default: the current one)'),
  text('server', 'URL', 'the API server, https://HOST:PORT'),
  text(
    'certificate-authority',
    'FILE',
    'CAs of the API server (default: those of --from, else BASE.crt of --ca)',
  ),
  text('tls-server-name', 'NAME', 'name to expect in the certificate of the server'),
  text('proxy-url', 'URL', 'proxy to the server'),
  text('cluster-name', 'NAME', 'name of the cluster (default: that of --from, else kubernetes)'),
  text('context', 'NAME', 'name of the context (default USER@CLUSTER)'),
  text('namespace', 'NAMESPACE', 'namespace of the context (default: that of the token)'),
  {
    name: 'kubeconfig-certs',
    type: 'string',
    choices: ['embed', 'files', 'files-abs'],
    description:
      'embed certificates, keys and tokens (default), or name their files by relative or absolute path; with --ca they are made beside FILE of --out',
  },
  {
    ...text('out', 'FILE', 'write the kubeconfig there, with mode 0600; - is standard output'),
    required: true,
  },
  ...NEW_FILE_OPTIONS,
  ...RESULT_OPTIONS,
]);
