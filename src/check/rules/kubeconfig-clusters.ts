import { quote } from '../../errors/quote.ts';
import { isGiven } from '../../kubeconfig/go-values.ts';
import type { Cluster } from '../../kubeconfig/model.ts';
import { parseAddress, serverAddress } from '../../node/connect/server-address.ts';
import { knownKubeconfig } from './duties.ts';
import { placeOf } from './facts.ts';
import { otherCa } from './kubeconfig-ca.ts';
import { clusters, has, KUBECONFIG_PAGE as PAGE, VALIDATION } from './kubeconfig-users.ts';
import type { Rule } from './rule.ts';
import { shellWord } from './words.ts';

/** Rules about the clusters of kubeconfigs: where they are, and how they are known. */
export const KUBECONFIG_CLUSTER_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'kubeconfig-ca-mismatch',
    severity: 'error',
    title:
      "a kubeconfig trusts another CA than the API server's: it is of another cluster, or from before the CA was replaced",
    source: `${PAGE}; kubernetes/kubernetes#48378`,
    fix: 'put the CA of the cluster in: kubectl config set-cluster NAME --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs',
    evaluate: (machine) => clusters(machine).flatMap((one) => otherCa(machine, one)),
  },
  {
    code: 'kubeconfig-http',
    severity: 'error',
    title: 'a kubeconfig calls the API server without TLS',
    source: PAGE,
    fix: 'name https://HOST:6443 as the server',
    evaluate: (machine) =>
      clusters(machine)
        .filter(({ cluster }) => /^http:/i.test(cluster.server))
        .map(({ entry, cluster, name, field }) => ({
          path: placeOf(entry.path, `${field}.server`),
          message: `cluster ${quote(name)} is called without TLS: tokens and data are sent in the clear`,
          expected: 'https://…',
          actual: cluster.server,
          fix: `kubectl config set-cluster ${shellWord(name)} --server=${shellWord(cluster.server.replace(/^http:/i, 'https:'))} --kubeconfig=${entry.path}`,
        })),
  },
  {
    code: 'kubeconfig-skips-verification',
    severity: 'error',
    title: "a kubeconfig does not check the API server's certificate",
    source: PAGE,
    fix: 'remove insecure-skip-tls-verify, and put the CA of the cluster in',
    yieldsTo: ['kubeconfig-insecure-with-ca'],
    evaluate: (machine) =>
      clusters(machine)
        .filter(({ cluster }) => cluster.insecureSkipTlsVerify === true)
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, `${field}.insecure-skip-tls-verify`),
          message: `cluster ${quote(name)} is taken for whoever answers`,
          expected: 'false',
          actual: 'true',
          fix: `kubectl config set-cluster ${shellWord(name)} --insecure-skip-tls-verify=false --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs --kubeconfig=${entry.path}`,
        })),
  },
  {
    code: 'kubeconfig-insecure-with-ca',
    severity: 'error',
    title:
      "a kubeconfig has a CA and is told not to check the API server's certificate: kubectl refuses both",
    source: 'client-go transport/transport.go TLSConfigFor',
    fix: 'kubectl config set-cluster NAME --insecure-skip-tls-verify=false',
    evaluate: (machine) =>
      clusters(machine)
        .filter(
          ({ cluster }) =>
            cluster.insecureSkipTlsVerify === true &&
            (has(cluster.certificateAuthority) || has(cluster.certificateAuthorityData)),
        )
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, `${field}.insecure-skip-tls-verify`),
          message: `cluster ${quote(name)} has a CA and skips verification: "specifying a root certificates file with the insecure flag is not allowed"`,
          expected: 'a CA alone',
          actual: 'both',
          fix: `kubectl config set-cluster ${shellWord(name)} --insecure-skip-tls-verify=false --kubeconfig=${shellWord(entry.path)}`,
        })),
  },
  {
    code: 'kubeconfig-without-ca',
    severity: 'warning',
    title:
      "a component's kubeconfig has no CA: the CAs of the machine decide, among which the cluster's is not",
    source: PAGE,
    fix: 'put the CA of the cluster in: kubectl config set-cluster NAME --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs',
    yieldsTo: ['kubeconfig-skips-verification'],
    evaluate: (machine) =>
      clusters(machine)
        .filter(
          ({ entry, cluster }) =>
            knownKubeconfig(entry) !== undefined &&
            cluster.insecureSkipTlsVerify !== true &&
            /^https:/i.test(cluster.server) &&
            !has(cluster.certificateAuthority) &&
            !has(cluster.certificateAuthorityData),
        )
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, field),
          message: `cluster ${quote(name)} has no CA by which to check the API server`,
          expected: 'certificate-authority-data',
          actual: 'none',
          fix: `kubectl config set-cluster ${shellWord(name)} --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs --kubeconfig=${entry.path}`,
        })),
  },
  {
    code: 'kubeconfig-without-server',
    severity: 'error',
    title: 'a cluster of a kubeconfig has no server',
    source: VALIDATION,
    fix: 'kubectl config set-cluster NAME --server=https://HOST:6443',
    evaluate: (machine) =>
      clusters(machine)
        .filter(({ cluster }) => !has(cluster.server))
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, `${field}.server`),
          message: `cluster ${quote(name)} has no server: kubectl says "no server found for cluster", or calls localhost:8080`,
          expected: 'https://HOST:PORT',
          actual: 'none',
          fix: `kubectl config set-cluster ${shellWord(name)} --server=https://HOST:6443 --kubeconfig=${shellWord(entry.path)}`,
        })),
  },
  {
    code: 'kubeconfig-server-unreadable',
    severity: 'error',
    title: 'the server of a cluster of a kubeconfig is no URL that clients can call',
    source: 'client-go rest/url_utils.go DefaultServerURL',
    fix: 'kubectl config set-cluster NAME --server=https://HOST:6443',
    yieldsTo: ['kubeconfig-without-server'],
    evaluate: (machine) =>
      clusters(machine)
        .filter(({ cluster }) => !['http', 'https'].includes(schemeOf(cluster) ?? ''))
        .map(({ entry, cluster, name, field }) => ({
          path: placeOf(entry.path, `${field}.server`),
          message: `the server of cluster ${quote(name)} is no URL that clients can call`,
          expected: 'https://HOST:PORT',
          actual: cluster.server,
          fix: `kubectl config set-cluster ${shellWord(name)} --server=https://HOST:6443 --kubeconfig=${shellWord(entry.path)}`,
        })),
  },
  {
    code: 'kubeconfig-proxy-unreadable',
    severity: 'error',
    title: 'the proxy-url of a cluster of a kubeconfig is none that kubectl goes through',
    source: 'client-go tools/clientcmd/helpers.go parseProxyURL',
    fix: 'kubectl config set-cluster NAME --proxy-url=http://HOST:PORT',
    evaluate: (machine) =>
      clusters(machine)
        .filter(({ cluster: { proxyUrl } }) => isGiven(proxyUrl) && !isProxy(proxyUrl))
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, `${field}.proxy-url`),
          message: `the proxy-url of cluster ${quote(name)} is none that kubectl goes through`,
          expected: 'http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT',
          // There may be a password in it.
          actual: 'something else',
          fix: `kubectl config set-cluster ${shellWord(name)} --proxy-url=http://HOST:PORT --kubeconfig=${shellWord(entry.path)}`,
        })),
  },
]);

function schemeOf({ server, certificateAuthority, certificateAuthorityData }: Cluster): string | undefined {
  const isTls = has(certificateAuthority) || has(certificateAuthorityData);
  return serverAddress({ server, insecureSkipTlsVerify: isTls })?.scheme;
}

function isProxy(url: string): boolean {
  return ['http', 'https', 'socks5'].includes(parseAddress(url)?.scheme ?? '');
}
