import { editDistance } from '../../errors/edit-distance.ts';
import { FILE_FLAGS } from '../discover/roles.ts';
import type { Component } from '../inventory.ts';
import { componentsNamed, setting, settingList } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { isOn, wants } from './settings.ts';

const PKI = '/etc/kubernetes/pki';

/** A flag without which a component does not start, or is refused by others. */
interface NeededFlag {
  readonly component: string;
  /** As it is to be set: `client-ca-file=FILE`. */
  readonly line: string;
  /** What becomes of the component without it. */
  readonly why: string;
  /** Where it is needed at all; default: everywhere. */
  readonly when?: (component: Component, machine: Machine) => boolean;
}

const isSet =
  (...names: readonly string[]) =>
  (component: Component): boolean =>
    setting(component, ...names) !== undefined;
const isUnset =
  (...names: readonly string[]) =>
  (component: Component): boolean =>
    setting(component, ...names) === undefined;

const callsTls = (component: Component): boolean =>
  settingList(component, 'etcd-servers').some((url) => url.startsWith('https:'));
const listens =
  (flag: string) =>
  (component: Component): boolean =>
    settingList(component, flag).some((url) => url.startsWith('https:'));

const server = (line: string, why: string, when?: NeededFlag['when']): NeededFlag => ({
  component: 'kube-apiserver',
  line,
  why,
  ...(when === undefined ? {} : { when }),
});
const manager = (line: string, why: string, when?: NeededFlag['when']): NeededFlag => ({
  ...server(line, why, when),
  component: 'kube-controller-manager',
});
const etcd = (line: string, why: string, when?: NeededFlag['when']): NeededFlag => ({
  ...server(line, why, when),
  component: 'etcd',
});

/** Kubernetes: cmd/NAME/app/options/validation.go; etcd: server/embed/config.go, server/etcdmain/config.go. */
const NEEDED: readonly NeededFlag[] = Object.freeze([
  server('etcd-servers=https://127.0.0.1:2379', 'it does not start'),
  server(
    `etcd-cafile=${PKI}/etcd/ca.crt`,
    "it checks etcd by the machine's CAs, and refuses it",
    (component, machine) => callsTls(component) && componentsNamed(machine, 'etcd').some(isSet('cert-file')),
  ),
  server(
    `etcd-certfile=${PKI}/apiserver-etcd-client.crt`,
    'etcd asks for a client certificate, and refuses it',
    (component, machine) =>
      callsTls(component) && componentsNamed(machine, 'etcd').some((one) => isOn(one, 'client-cert-auth')),
  ),
  server(
    `etcd-keyfile=${PKI}/apiserver-etcd-client.key`,
    'it does not start with a certificate without its key',
    isSet('etcd-certfile'),
  ),
  server(
    `service-account-key-file=${PKI}/sa.pub`,
    'it checks tokens by its own TLS key, and refuses all',
    isSet('service-account-signing-key-file'),
  ),
  server(
    `service-account-signing-key-file=${PKI}/sa.key`,
    'it does not start',
    isUnset('service-account-signing-endpoint'),
  ),
  server('service-account-issuer=https://kubernetes.default.svc.cluster.local', 'it does not start'),
  server(
    `tls-cert-file=${PKI}/apiserver.crt`,
    'it shows a certificate that it signs itself, which clients refuse, or does not start',
    isUnset('cert-dir', 'tls-sni-cert-key'),
  ),
  server(`tls-private-key-file=${PKI}/apiserver.key`, 'it does not start', isSet('tls-cert-file')),
  ...['kube-controller-manager', 'kube-scheduler'].map((component) => ({
    component,
    line: `kubeconfig=/etc/kubernetes/${component.slice(5)}.conf`,
    why: 'it finds no API server, and does not start',
    when: isUnset('master'),
  })),
  manager(`cluster-signing-cert-file=${PKI}/ca.crt`, 'it does not start', isSet('cluster-signing-key-file')),
  manager(`cluster-signing-key-file=${PKI}/ca.key`, 'it does not start', isSet('cluster-signing-cert-file')),
  etcd(
    'advertise-client-urls=https://ADDRESS:2379',
    'it does not start with --listen-client-urls alone',
    isSet('listen-client-urls'),
  ),
  etcd(`cert-file=${PKI}/etcd/server.crt`, 'it does not start', listens('listen-client-urls')),
  etcd(`key-file=${PKI}/etcd/server.key`, 'it does not start', isSet('cert-file')),
  etcd(`peer-cert-file=${PKI}/etcd/peer.crt`, 'it does not start', listens('listen-peer-urls')),
  etcd(`peer-key-file=${PKI}/etcd/peer.key`, 'it does not start', isSet('peer-cert-file')),
  etcd(
    `trusted-ca-file=${PKI}/etcd/ca.crt`,
    "it checks clients by the machine's CAs, and refuses all",
    (component) => isOn(component, 'client-cert-auth'),
  ),
  etcd(
    `peer-trusted-ca-file=${PKI}/etcd/ca.crt`,
    "it checks members by the machine's CAs, and refuses all",
    (component) => isOn(component, 'peer-client-cert-auth'),
  ),
]);

/** Flags without which something else fails, while the component runs. */
const WANTED: readonly NeededFlag[] = Object.freeze([
  server(
    `proxy-client-cert-file=${PKI}/front-proxy-client.crt`,
    'aggregated APIs refuse its calls',
    isSet('requestheader-client-ca-file', 'proxy-client-key-file'),
  ),
  server(
    `requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
    'aggregated APIs do not learn by which CA to check it',
    isSet('proxy-client-cert-file', 'proxy-client-key-file'),
  ),
  server(
    'service-cluster-ip-range=10.96.0.0/12',
    'services get addresses of 10.0.0.0/24, for which its certificate is not made',
  ),
  manager(`root-ca-file=${PKI}/ca.crt`, 'pods get no CA by which to check the API server'),
  manager(
    `service-account-private-key-file=${PKI}/sa.key`,
    'Secrets for tokens of service accounts stay empty',
  ),
]);

const nameOf = ({ line }: NeededFlag): string => line.slice(0, line.indexOf('='));

/** Whether enough is known of how it is started: one whose flags stand where nobody looked has none. */
const isKnown = ({ uses }: Component): boolean => uses.length > 0;

/** What is told of flags that are not there; a typing mistake in one is told instead. */
const lacking =
  (flags: readonly NeededFlag[]) =>
  (machine: Machine): Violation[] =>
    machine.inventory.components.filter(isKnown).flatMap((component): Violation[] => {
      const mistyped = new Set(mistypedFlags(component).map(({ meant }) => meant));
      const missing = flags.filter(
        (one) =>
          one.component === component.name &&
          isUnset(nameOf(one))(component) &&
          !mistyped.has(nameOf(one)) &&
          (one.when?.(component, machine) ?? true),
      );
      const [first] = missing;
      if (first === undefined) return [];
      return [
        {
          path: component.source,
          message: `${component.name} has no ${missing.map((one) => `--${nameOf(one)}`).join(', no ')}: ${first.why}`,
          expected: `--${first.line}`,
          actual: 'not set',
          fix: wants(machine, component, missing.map(({ line }) => `--${line}`).join(' ')),
        },
      ];
    });

/** Others that matter to certificates, or without which etcd is another member. */
const FURTHER: Readonly<Record<string, readonly string[]>> = Object.freeze({
  'kube-apiserver': ['advertise-address', 'requestheader-allowed-names', 'secure-port'],
  etcd: [
    'name',
    'data-dir',
    'client-cert-auth',
    'peer-client-cert-auth',
    'listen-client-urls',
    'listen-peer-urls',
    'listen-metrics-urls',
    'initial-advertise-peer-urls',
  ],
});

/** Flags that there are, though they are as near. */
const NEAR_FLAGS: readonly string[] = ['client-crl-file', 'peer-crl-file'];

/** Flags that are none, and the ones about PKI that they are near to. */
function mistypedFlags({ name, flags }: Component): { readonly flag: string; readonly meant: string }[] {
  const known = [
    ...(FILE_FLAGS[name] ?? []).map(({ flag }) => flag),
    ...[...NEEDED, ...WANTED].filter(({ component }) => component === name).map(nameOf),
    ...(FURTHER[name] ?? []),
  ];
  return [...flags.keys()]
    .filter((flag) => !known.includes(flag) && !NEAR_FLAGS.includes(flag))
    .flatMap((flag) => {
      const meant = known.find((one) => isNear(flag, one));
      return meant === undefined ? [] : [{ flag, meant }];
    });
}

function isNear(flag: string, known: string): boolean {
  const limit = known.length < 8 ? 1 : 2;
  return Math.abs(flag.length - known.length) <= limit && editDistance(flag, known) <= limit;
}

/** Rules about flags that are missing or mistyped, as far as they concern certificates. */
export const FLAG_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'flag-mistyped',
    severity: 'error',
    title: 'a flag of a component is none, but nearly one that names its certificates: it does not start',
    source: 'kubernetes.io and etcd.io, command line reference',
    fix: 'correct the flag: the finding says which is meant',
    evaluate: ({ inventory }) =>
      inventory.components.flatMap((component) =>
        mistypedFlags(component)
          .slice(0, 1)
          .map(({ flag, meant }) => ({
            path: component.source,
            message: `${component.name} has no flag --${flag}, and does not start with it`,
            expected: `--${meant}`,
            actual: `--${flag}`,
            fix: `write --${meant} for --${flag} in ${component.source}`,
          })),
      ),
  },
  {
    code: 'flag-missing',
    severity: 'error',
    title: 'a component lacks a flag without which it does not start, or is refused by what it calls',
    source: 'kubernetes cmd/*/app/options/validation.go; etcd server/embed/config.go',
    fix: 'set the flag that the finding names, then restart the component',
    evaluate: lacking(NEEDED),
  },
  {
    code: 'flag-wanted',
    severity: 'warning',
    title: 'a component lacks a flag about certificates that others depend on',
    source: 'kubernetes.io, "Configure the aggregation layer"; "Managing Service Accounts"',
    fix: 'set the flag that the finding names, then restart the component',
    evaluate: lacking(WANTED),
  },
]);
