import { parseIp } from '../../net/ip.ts';
import type { Component } from '../inventory.ts';
import { hostOf } from './endpoints.ts';
import { isOn, missingFlag, onComponents, wants } from './settings.ts';
import type { CertificateFacts } from './facts.ts';
import { componentsNamed, folderOf, pathsOf, setting, settingList } from './lookup.ts';
import type { Machine } from './machine.ts';
import { applyCommand } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { restartOf, shellWord } from './words.ts';

const AGGREGATION = 'kubernetes.io, "Configure the aggregation layer"';

/** Whether a URL sends in the clear to other machines. */
function isPlain(url: string): boolean {
  if (!/^http:/i.test(url)) return false;
  const host = hostOf(url) ?? '';
  const isLoopback =
    host === 'localhost' || host === '::1' || (parseIp(host)?.family === 4 && host.startsWith('127.'));
  return !isLoopback;
}

const plainUrls = (component: Component, names: readonly string[]): string[] =>
  names.flatMap((name) =>
    settingList(component, name)
      .filter(isPlain)
      .map((url) => `--${name}=${url}`),
  );

const ETCD_URLS = [
  'listen-client-urls',
  'advertise-client-urls',
  'listen-peer-urls',
  'initial-advertise-peer-urls',
];
const AUTO_TLS = ['auto-tls', 'peer-auto-tls'];

/** CA certificates that two settings of components have in common. */
function inCommon(machine: Machine, one: readonly string[], other: readonly string[]): CertificateFacts[] {
  const at = (paths: readonly string[]): CertificateFacts[] =>
    paths.flatMap((path) => machine.byPlace.get(path) ?? []);
  const prints = new Set(at(other).map(({ entry }) => entry.fingerprint));
  return at(one).filter(({ entry }) => prints.has(entry.fingerprint));
}

/** The CA that checks clients and the front proxy alike. */
function sharedProxyCa(machine: Machine, component: Component): CertificateFacts | undefined {
  return inCommon(
    machine,
    pathsOf(component, 'requestheader-client-ca-file'),
    pathsOf(component, 'client-ca-file'),
  )[0];
}

const KUBELET_CLIENT = '/etc/kubernetes/pki/apiserver-kubelet-client';
const PROXY = Object.freeze({ name: 'front-proxy-ca', leaf: 'front-proxy-client' });

/** How a component comes to a CA of its own: what lies in that one's place, and is no other, is moved out of the way. */
function ownCa(
  machine: Machine,
  component: Component,
  {
    ca,
    flag,
    name,
    leaf,
  }: {
    readonly ca: CertificateFacts;
    readonly flag: string;
    readonly name: string;
    readonly leaf: string;
  },
): string {
  const base = `${folderOf(ca.entry.path)}/${name}`;
  const [file] = machine.byPlace.get(`${base}.crt`) ?? [];
  const isCopy = file?.entry.fingerprint === ca.entry.fingerprint;
  const away = (path: string): string[] =>
    machine.files.has(path) ? [`mv -n ${shellWord(path)} ${shellWord(`${path}.bad`)}`] : [];
  // A CA that is there is used; apply makes one that is not, where nothing stands under it.
  const old = isCopy ? [...away(`${base}.crt`), ...away(`${base}.key`)] : [];
  const apply = [...old, ...away(`${folderOf(ca.entry.path)}/${leaf}.crt`), applyCommand(machine)].join(
    ' && ',
  );
  return `${apply}, then ${wants(machine, component, `--${flag}=${base}.crt`)}`;
}

/** Rules about how components are configured, as far as it concerns certificates. */
export const CONFIGURATION_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'apiserver-without-client-ca',
    severity: 'warning',
    title: 'the API server has no CA for clients: no client certificate is accepted',
    source: 'CIS 1.2.25 (--client-ca-file)',
    fix: 'set --client-ca-file=/etc/kubernetes/pki/ca.crt, then restart kube-apiserver',
    evaluate: onComponents('kube-apiserver', (component, machine) =>
      setting(component, 'client-ca-file') === undefined
        ? missingFlag(machine, component, '--client-ca-file=/etc/kubernetes/pki/ca.crt')
        : undefined,
    ),
  },
  {
    code: 'apiserver-without-kubelet-ca',
    severity: 'info',
    title: "the API server does not check the kubelets' serving certificates: kubeadm leaves that out",
    source: 'CIS 1.2.5 (--kubelet-certificate-authority)',
    fix: "have the kubelets' serving certificates signed by the cluster's CA (serverTLSBootstrap: true), then set --kubelet-certificate-authority",
    evaluate: onComponents('kube-apiserver', (component, machine) =>
      setting(component, 'kubelet-certificate-authority') === undefined
        ? missingFlag(machine, component, '--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt')
        : undefined,
    ),
  },
  {
    code: 'apiserver-without-kubelet-client',
    severity: 'warning',
    title:
      'the API server has no client certificate for kubelets: logs, exec and port-forward fail, or kubelets let everyone in',
    source: 'CIS 1.2.4 (--kubelet-client-certificate, --kubelet-client-key)',
    fix: 'set --kubelet-client-certificate and --kubelet-client-key, then restart kube-apiserver',
    evaluate: onComponents('kube-apiserver', (component, machine) =>
      setting(component, 'kubelet-client-certificate') === undefined
        ? {
            ...missingFlag(machine, component, `--kubelet-client-certificate=${KUBELET_CLIENT}.crt`),
            fix: wants(
              machine,
              component,
              `--kubelet-client-certificate=${KUBELET_CLIENT}.crt and --kubelet-client-key=${KUBELET_CLIENT}.key`,
            ),
          }
        : undefined,
    ),
  },
  {
    code: 'apiserver-etcd-plain',
    severity: 'error',
    title: 'the API server calls etcd on another machine without TLS',
    source: 'CIS 1.2.23; etcd.io, "Transport security model"',
    fix: 'give etcd certificates, and call it by https://',
    evaluate: onComponents('kube-apiserver', (component) => plainTold(component, ['etcd-servers'])),
  },
  {
    code: 'etcd-plain',
    severity: 'error',
    title: 'etcd answers other machines without TLS: whoever reaches it reads all Secrets',
    source: 'CIS 2.1, 2.4; etcd.io, "Transport security model"',
    fix: 'give etcd certificates, and name https:// in its URLs',
    evaluate: onComponents('etcd', (component) => plainTold(component, ETCD_URLS)),
  },
  {
    code: 'etcd-without-client-auth',
    severity: 'error',
    title: 'etcd asks clients for no certificate: whoever reaches it reads all Secrets',
    source: 'CIS 2.2 (--client-cert-auth)',
    fix: 'set --client-cert-auth=true and --trusted-ca-file, then restart etcd',
    yieldsTo: ['etcd-plain'],
    evaluate: onComponents('etcd', (component, machine) =>
      isOn(component, 'client-cert-auth')
        ? undefined
        : missingFlag(machine, component, '--client-cert-auth=true'),
    ),
  },
  {
    code: 'etcd-without-peer-auth',
    severity: 'error',
    title: 'etcd asks other members for no certificate: whoever reaches it may join',
    source: 'CIS 2.5 (--peer-client-cert-auth)',
    fix: 'set --peer-client-cert-auth=true and --peer-trusted-ca-file, then restart etcd',
    yieldsTo: ['etcd-plain'],
    evaluate: onComponents('etcd', (component, machine) =>
      isOn(component, 'peer-client-cert-auth')
        ? undefined
        : missingFlag(machine, component, '--peer-client-cert-auth=true'),
    ),
  },
  {
    code: 'etcd-auto-tls',
    severity: 'warning',
    title: 'etcd makes its own self-signed certificates, which nobody can check',
    source: 'CIS 2.3, 2.6 (--auto-tls, --peer-auto-tls)',
    fix: 'remove the flag, and name certificates',
    evaluate: onComponents('etcd', (component, machine) => {
      const on = AUTO_TLS.filter((name) => isOn(component, name)).map((name) => `--${name}`);
      if (on.length === 0) return undefined;
      const message = 'etcd makes self-signed certificates for itself';
      const fix = `remove ${on.join(' and ')} from ${component.source}, then ${restartOf(machine, 'etcd')}`;
      return { message, expected: 'certificates of a CA', actual: on.join(' '), fix };
    }),
  },
  {
    code: 'front-proxy-open',
    severity: 'error',
    title:
      'the front proxy is trusted by the CA of clients, and any name is allowed: every client can be whom it likes',
    source: AGGREGATION,
    fix: 'make a CA for the front proxy alone, and set --requestheader-allowed-names=front-proxy-client',
    evaluate: onComponents('kube-apiserver', (component, machine) => {
      const ca = sharedProxyCa(machine, component);
      if (ca === undefined || settingList(component, 'requestheader-allowed-names').length > 0)
        return undefined;
      const message = `${ca.subject} signs clients and the front proxy, and --requestheader-allowed-names allows all`;
      return { message, expected: 'a CA of its own, and allowed names', actual: 'the same CA, and no names' };
    }),
  },
  {
    code: 'front-proxy-ca-shared',
    severity: 'warning',
    title: 'the front proxy and clients are checked by the same CA',
    source: AGGREGATION,
    fix: 'give the front proxy a CA of its own, and name that in --requestheader-client-ca-file',
    yieldsTo: ['front-proxy-open'],
    evaluate: onComponents('kube-apiserver', (component, machine) => {
      const ca = sharedProxyCa(machine, component);
      if (ca === undefined) return undefined;
      const message = `${ca.subject} is what --requestheader-client-ca-file and --client-ca-file both trust: who gets a certificate with an allowed name can be whom they like`;
      const flag = 'requestheader-client-ca-file';
      return {
        message,
        expected: 'two CAs',
        actual: 'one',
        fix: ownCa(machine, component, { ca, flag, ...PROXY }),
      };
    }),
  },
  {
    code: 'etcd-ca-shared',
    severity: 'info',
    title: "etcd trusts the cluster's CA: every client of the cluster, kubelets too, may read and write etcd",
    source: 'kubernetes.io, "Operating etcd clusters for Kubernetes": limiting access of etcd clusters',
    fix: 'give etcd a CA of its own, name that in --trusted-ca-file and in --etcd-cafile of kube-apiserver, and issue what shows itself to etcd under it',
    evaluate: onComponents('etcd', (component, machine) => {
      const clients = componentsNamed(machine, 'kube-apiserver').flatMap((server) =>
        pathsOf(server, 'client-ca-file'),
      );
      const [ca] = inCommon(machine, pathsOf(component, 'trusted-ca-file'), clients);
      if (ca === undefined) return undefined;
      return {
        message: `${ca.subject} is what etcd and the API server both trust`,
        expected: 'two CAs',
        actual: 'one',
      };
    }),
  },
  {
    code: 'weak-tls-version',
    severity: 'warning',
    title: 'a component takes TLS 1.0 or 1.1',
    source: 'RFC 8996',
    fix: 'set --tls-min-version=VersionTLS12, then restart the component',
    evaluate: (machine) =>
      machine.inventory.components.flatMap((component): Violation[] => {
        const version = setting(component, 'tls-min-version', 'tlsMinVersion');
        if (version === undefined || !/^(VersionTLS1[01]|TLS1\.[01])$/.test(version)) return [];
        const message = `${component.name} takes old versions of TLS`;
        const fix = wants(machine, component, 'the TLS version to VersionTLS12');
        return [{ path: component.source, message, expected: 'VersionTLS12', actual: version, fix }];
      }),
  },
]);

function plainTold(component: Component, names: readonly string[]): Omit<Violation, 'path'> | undefined {
  const urls = plainUrls(component, names);
  if (urls.length === 0) return undefined;
  return { message: `${component.name} speaks without TLS`, expected: 'https://…', actual: urls.join(' ') };
}
