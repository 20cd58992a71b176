import type { Component } from '../inventory.ts';
import { folderOf, pathsOf, setting } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { isOn, missingFlag, onComponents, wants } from './settings.ts';

/** Where kubeadm puts it. */
const CONFIG = '/var/lib/kubelet/config.yaml';

const KUBELET_AUTH = 'kubernetes.io, "Kubelet authentication/authorization"';
const BOOTSTRAP = 'kubernetes.io, "Kubelet TLS bootstrapping"';

/** Whether a kubelet's configuration was found: its kubeconfig alone says nothing of how it is set up. */
const isConfigured = ({ flags, source }: Component): boolean =>
  flags.has('kind') || source.endsWith('.service');

/** The configuration of a kubelet that has joined, and that is not there. */
function lostConfiguration(machine: Machine): Violation[] {
  const { components, folders } = machine.inventory;
  const own = components.filter(({ source }) => !source.includes('/nodes/'));
  return own.flatMap((kubelet): Violation[] => {
    if (kubelet.name !== 'kubelet' || kubelet.flags.has('kind')) return [];
    const told = setting(kubelet, 'config');
    // Where no unit was found, static pods say that there is one, and that it is kubeadm's.
    const isTold = kubelet.source.endsWith('.service')
      ? told !== undefined
      : own.some(({ runs }) => runs === 'static-pod');
    const hasJoined = pathsOf(kubelet, 'kubeconfig').some((path) => machine.files.has(path));
    const path = told ?? CONFIG;
    if (!isTold || !hasJoined || !folders.includes(folderOf(path)) || machine.files.has(path)) return [];
    const message = 'is not there: the kubelet does not start without its configuration';
    return [{ path, message, expected: 'a KubeletConfiguration', actual: 'nothing' }];
  });
}

/** Rules about how the kubelet is configured, as far as it concerns certificates. */
export const KUBELET_CONFIGURATION_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'kubelet-configuration-missing',
    severity: 'error',
    title: "the kubelet's configuration is not there",
    source: 'kubernetes.io, "Configuring each kubelet in your cluster using kubeadm"',
    fix: 'kubeadm upgrade node phase kubelet-config, or put it back from a backup, then systemctl restart kubelet',
    evaluate: lostConfiguration,
  },
  {
    code: 'kubelet-anonymous',
    severity: 'error',
    title: 'the kubelet answers callers without any credentials',
    source: `CIS 4.2.1 (anonymous-auth); ${KUBELET_AUTH}`,
    fix: 'set authentication.anonymous.enabled: false, then systemctl restart kubelet',
    evaluate: onComponents('kubelet', (component, machine) => {
      const on = ['authentication.anonymous.enabled', 'anonymous-auth'].find((name) => isOn(component, name));
      if (on === undefined) return undefined;
      const fix = wants(machine, component, 'authentication.anonymous.enabled: false');
      return {
        message: 'the kubelet lets anonymous callers in',
        expected: `${on} false`,
        actual: `${on} true`,
        fix,
      };
    }),
  },
  {
    code: 'kubelet-without-client-ca',
    severity: 'warning',
    title: 'the kubelet has no CA for clients: it cannot tell the API server by its certificate',
    source: `CIS 4.2.3 (clientCAFile); ${KUBELET_AUTH}`,
    fix: 'set authentication.x509.clientCAFile: /etc/kubernetes/pki/ca.crt, then systemctl restart kubelet',
    evaluate: onComponents('kubelet', (component, machine) =>
      isConfigured(component) &&
      setting(component, 'authentication.x509.clientCAFile', 'client-ca-file') === undefined
        ? missingFlag(machine, component, 'authentication.x509.clientCAFile: /etc/kubernetes/pki/ca.crt')
        : undefined,
    ),
  },
  {
    code: 'kubelet-without-rotation',
    severity: 'info',
    title: 'the kubelet does not rotate its client certificate: it must be renewed by hand',
    source: `CIS 4.2.10 (rotateCertificates); ${BOOTSTRAP}`,
    fix: 'set rotateCertificates: true, then systemctl restart kubelet',
    evaluate: onComponents('kubelet', (component, machine) =>
      isConfigured(component) &&
      !isOn(component, 'rotateCertificates') &&
      !isOn(component, 'rotate-certificates')
        ? missingFlag(machine, component, 'rotateCertificates: true')
        : undefined,
    ),
  },
  {
    code: 'kubelet-serving-self-signed',
    severity: 'info',
    title: "the kubelet's serving certificate is one that it signs itself: kubeadm leaves it so",
    source: `CIS 4.2.11 (serverTLSBootstrap); ${BOOTSTRAP}; kubernetes/kubeadm#1602`,
    fix: 'set serverTLSBootstrap: true, restart the kubelet, and approve its request (kubectl certificate approve), or issue one: kubepki issue kubelet-server',
    evaluate: onComponents('kubelet', (component, machine) =>
      isConfigured(component) &&
      !isOn(component, 'serverTLSBootstrap') &&
      setting(component, 'tlsCertFile', 'tls-cert-file') === undefined
        ? missingFlag(machine, component, 'serverTLSBootstrap: true')
        : undefined,
    ),
  },
]);
