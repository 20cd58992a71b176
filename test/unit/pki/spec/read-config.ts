import { isPkiError, type Problem } from '../../../../src/errors/pki-error.ts';
import { parseClusterConfig, type ParsedConfig, type ParseOptions } from '../../../../src/pki/spec/parse.ts';
import type { LocalDefaults } from '../../../../src/pki/spec/spec.ts';

export { CLUSTER, defaults, FAILED, INIT, INIT_OWN, OURS, problemsOf, read, warningsOf };

const CLUSTER =
  'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.3\n';
const INIT_OWN = '---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n';
const INIT = `${INIT_OWN}localAPIEndpoint: {advertiseAddress: 10.0.0.10}\nnodeRegistration: {name: cp-1}\n`;
const OURS = '---\napiVersion: kubepki/v1alpha1\nkind: ClusterPKI\n';

/** A machine called `this-host` at 192.0.2.7, 2001:db8::7 and, on its loopback interface, 198.51.100.1. */
const defaults: LocalDefaults = {
  hostName: () => 'this-host',
  address: ({ family, loopback }) => (loopback ? '198.51.100.1' : family === 4 ? '192.0.2.7' : '2001:db8::7'),
};

const FAILED: LocalDefaults = {
  hostName: () => {
    throw new Error('the machine was asked for its name');
  },
  address: () => {
    throw new Error('the machine was asked for its address');
  },
};

function read(
  text: Parameters<typeof parseClusterConfig>[0],
  options: Partial<ParseOptions> = {},
): ParsedConfig {
  return parseClusterConfig(text, { defaults, ...options });
}

/** `path: message` of every problem; for wrong flags, the message. */
function problemsOf(text: Parameters<typeof read>[0], options: Partial<ParseOptions> = {}): string[] {
  try {
    read(text, options);
    return [];
  } catch (error) {
    if (isPkiError(error, 'invalid-config')) return error.details.problems.map(show);
    if (isPkiError(error, 'usage')) return [error.message];
    throw error;
  }
}

function warningsOf(text: Parameters<typeof read>[0], options: Partial<ParseOptions> = {}): string[] {
  return read(text, options).warnings.map(show);
}

function show({ path, message }: Problem): string {
  return `${path}: ${message}`;
}
