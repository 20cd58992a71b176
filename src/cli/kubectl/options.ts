import type { OptionRow } from '../command.ts';

/** An option of a command that stands in for one of `kubectl config`. */
export interface KubectlOption extends OptionRow {
  /** Of options with several values: whether commas are between them in one argument too. */
  readonly commas?: true;
}

const text = (name: string, value: string, description: string): KubectlOption => ({
  name,
  type: 'string',
  value,
  description,
});
const flag = (name: string, description: string): KubectlOption => ({ name, type: 'boolean', description });

const KUBECONFIG = text(
  'kubeconfig',
  'FILE',
  'this file alone; default: those of KUBECONFIG, else ~/.kube/config',
);
const EMBED = flag('embed-certs', 'put the content of the files into the kubeconfig rather than their paths');

/** Options of commands that have no others. */
export const FILE_OPTIONS: readonly KubectlOption[] = Object.freeze([KUBECONFIG]);

export const VIEW_OPTIONS: readonly KubectlOption[] = Object.freeze([
  KUBECONFIG,
  {
    ...text(
      'output',
      'FORM',
      "yaml, json, name, jsonpath='{.PATH}', jsonpath-as-json=…, jsonpath-file=FILE, go-template='{{.FIELD}}', go-template-file=FILE",
    ),
    short: 'o',
  },
  text('template', 'TEMPLATE', 'the template (or its file), where --output names the form alone'),
  flag('allow-missing-template-keys', 'fields that are not there are nothing to a template (default)'),
  flag('show-managed-fields', 'no effect, as with kubectl: a kubeconfig has none'),
  flag('minify', 'the current context alone, and what it names'),
  text('context', 'NAME', 'with --minify: this context in place of the current one'),
  flag('flatten', 'the content of files in place of their paths; shows secrets'),
  flag('raw', 'show keys, tokens, passwords and embedded data'),
  flag(
    'merge',
    'merge the files (default, but with --kubeconfig); --merge=false takes --kubeconfig as it is',
  ),
]);

export const GET_CONTEXTS_OPTIONS: readonly KubectlOption[] = Object.freeze([
  KUBECONFIG,
  { ...text('output', 'name', 'names alone'), short: 'o' },
  flag('no-headers', 'no line above the table'),
]);

export const SET_CLUSTER_OPTIONS: readonly KubectlOption[] = Object.freeze([
  KUBECONFIG,
  text('server', 'URL', 'https://HOST:PORT of the API server'),
  text('certificate-authority', 'FILE', 'its CA certificates'),
  EMBED,
  text('tls-server-name', 'NAME', 'name to expect in its certificate in place of the host'),
  flag('insecure-skip-tls-verify', 'take whatever certificate it shows'),
  text('proxy-url', 'URL', 'proxy on the way there'),
]);

export const SET_CONTEXT_OPTIONS: readonly KubectlOption[] = Object.freeze([
  KUBECONFIG,
  flag('current', 'the current context in place of NAME'),
  text('cluster', 'NAME', 'name of a cluster'),
  text('user', 'NAME', 'name of a user'),
  { ...text('namespace', 'NAME', 'namespace of what is asked for without one'), short: 'n' },
]);

export const SET_CREDENTIALS_OPTIONS: readonly KubectlOption[] = Object.freeze([
  KUBECONFIG,
  text('client-certificate', 'FILE', 'certificate of the user'),
  text('client-key', 'FILE', 'its key'),
  EMBED,
  text('token', 'TOKEN', 'bearer token; others on this machine can see it while the command runs'),
  text('username', 'NAME', 'user of basic authentication'),
  text('password', 'PASSWORD', 'its password; seen by others like a token'),
  text('exec-command', 'COMMAND', 'program that gives credentials'),
  { ...text('exec-arg', 'ARG[,ARG]', 'its arguments'), multiple: true, commas: true },
  { ...text('exec-env', 'KEY=VALUE', 'a variable of its environment; KEY- removes it'), multiple: true },
  text('exec-api-version', 'VERSION', 'client.authentication.k8s.io/v1'),
  text('exec-interactive-mode', 'MODE', 'Never, IfAvailable or Always'),
  flag('exec-provide-cluster-info', 'tell it about the cluster'),
  text('auth-provider', 'NAME', 'old provider of tokens'),
  {
    ...text('auth-provider-arg', 'KEY=VALUE', 'a setting of it; KEY- removes it'),
    multiple: true,
    commas: true,
  },
]);

export const SET_OPTIONS: readonly KubectlOption[] = Object.freeze([
  KUBECONFIG,
  flag('set-raw-bytes', 'VALUE is embedded data itself rather than its base64'),
]);
