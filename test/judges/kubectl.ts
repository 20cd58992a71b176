/** kubectl as a judge of kubeconfigs. */
import { run } from '../support/foreign.ts';
import type { RunResult } from '../support/foreign.ts';

interface KubeconfigView {
  readonly apiVersion: string;
  readonly kind: string;
  readonly 'current-context': string;
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: Readonly<Record<string, string>>;
  }[];
  readonly contexts: readonly {
    readonly name: string;
    readonly context: Readonly<Record<string, string>>;
  }[];
  readonly users: readonly { readonly name: string; readonly user: Readonly<Record<string, string>> }[];
}

/**
 * Deaf to the machine's own configuration. The proxy is a closed port: some builds of kubectl ask the server for its
 * version first, and would wait three seconds for an address of a test that nobody has.
 */
const ENVIRONMENT = {
  ...{ KUBECONFIG: '', HOME: '/nonexistent' },
  ...{ HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', NO_PROXY: '', no_proxy: '' },
};

/** Runs kubectl on one kubeconfig. */
const kubectl = (path: string, args: readonly string[]): Promise<RunResult> =>
  run('kubectl', ['--kubeconfig', path, ...args], { env: { ...process.env, ...ENVIRONMENT } });

/** `kubectl config view --raw -o json` of a kubeconfig: what kubectl understands by it. */
async function kubectlView(path: string): Promise<KubeconfigView> {
  const result = await kubectl(path, ['config', 'view', '--raw', '-o', 'json']);
  if (result.code !== 0) throw new Error(`kubectl config view: ${result.stderr.trim()}`);
  // The seam to kubectl, which always writes these fields.
  return JSON.parse(result.stdout) as KubeconfigView;
}

/** `kubectl config view --raw`: the file as kubectl itself would write it. */
async function kubectlRewrite(path: string): Promise<string> {
  const result = await kubectl(path, ['config', 'view', '--raw']);
  if (result.code !== 0) throw new Error(`kubectl config view: ${result.stderr.trim()}`);
  return result.stdout;
}

export { kubectl, kubectlRewrite, kubectlView };
export type { KubeconfigView };
