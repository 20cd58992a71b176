/** The foreign programs that the benchmarks run beside us: found, or built once; `undefined` where that is not possible. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { output } from '../measure.mjs';

const CFSSL = 'v1.6.5';
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubepki-tools');
const local = (path) => fileURLToPath(new URL(path, import.meta.url));

const ended = (command, args, options = {}) =>
  spawnSync(command, args, { stdio: 'ignore', ...options }).status === 0;

function once(make) {
  let result;
  return () => (result ??= { value: make() }).value;
}

/** kubeadm of the newest release that `npm run control-plane` builds. */
export const kubeadm = once(() => {
  const path = output(process.execPath, [
    local('../../scripts/control-plane.mjs'),
    '--where',
    'kubeadm-1.36',
  ]).trim();
  return existsSync(path) ? path : undefined;
});

/** cfssl, built from its pinned module. */
export const cfssl = once(() => {
  const folder = join(cache, `cfssl-${CFSSL}`);
  const path = join(folder, 'cfssl');
  if (existsSync(path)) return path;
  const env = { ...process.env, GOBIN: folder };
  return ended('go', ['install', `github.com/cloudflare/cfssl/cmd/cfssl@${CFSSL}`], { env })
    ? path
    : undefined;
});

/** OpenSSL's command line. */
export const openssl = once(() => (ended('openssl', ['version']) ? 'openssl' : undefined));

/** kubectl in PATH. */
export const kubectl = once(() => (ended('kubectl', ['version', '--client']) ? 'kubectl' : undefined));

/** Our program over Go's crypto/x509: see go/main.go. */
export const goProgram = once(() => {
  const path = join(mkdtempSync(join(tmpdir(), 'kubepki-bench-go-')), 'go-peer');
  return ended('go', ['build', '-o', path, '.'], { cwd: local('go') }) ? path : undefined;
});

/** One line that names what is measured. */
export function versions() {
  const kubeadmVersion = kubeadm() && output(kubeadm(), ['version', '-o', 'short']).trim();
  const go = goProgram() && output('go', ['env', 'GOVERSION']).trim();
  const names = [
    `Node ${process.version} with OpenSSL ${process.versions.openssl}`,
    `kubeadm ${kubeadmVersion ?? 'is not here (npm run control-plane)'}`,
    go ?? 'Go is not here',
    cfssl() ? `cfssl ${CFSSL}` : 'cfssl is not here',
    kubectl()
      ? `kubectl ${JSON.parse(output('kubectl', ['version', '--client', '-o', 'json'])).clientVersion.gitVersion}`
      : 'kubectl is not here',
    openssl() ? output('openssl', ['version']).split(' ').slice(0, 2).join(' ') : 'openssl is not here',
  ];
  return names.join(', ');
}
