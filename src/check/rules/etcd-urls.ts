import type { Component } from '../inventory.ts';
import { componentsNamed, setting, settingList } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { wants } from './settings.ts';

/** Flags of etcd that name URLs, what they are where they are left out, and the certificate for them. */
const URL_FLAGS: readonly { readonly flag: string; readonly unset: string; readonly certificate: string }[] =
  [
    { flag: 'listen-client-urls', unset: 'http://localhost:2379', certificate: 'cert-file' },
    { flag: 'advertise-client-urls', unset: '', certificate: 'cert-file' },
    { flag: 'listen-peer-urls', unset: 'http://localhost:2380', certificate: 'peer-cert-file' },
    { flag: 'initial-advertise-peer-urls', unset: 'http://localhost:2380', certificate: 'peer-cert-file' },
  ];

const isPlain = (url: string): boolean => /^http:/i.test(url);

function plainUrls(component: Component): string[] {
  return URL_FLAGS.flatMap(({ flag, unset, certificate }) => {
    if (setting(component, certificate) === undefined) return [];
    const urls = settingList(component, flag);
    return (urls.length === 0 ? [unset] : urls).filter(isPlain).map((url) => `--${flag}=${url}`);
  });
}

function told(machine: Machine, component: Component, plain: readonly string[]): Violation[] {
  if (plain.length === 0) return [];
  const line = plain.map((url) => url.replace('=http:', '=https:')).join(' ');
  return [
    {
      path: component.source,
      message: `${plain.join(' ')} is without TLS, though etcd has a certificate: the one side does not understand the other`,
      expected: line,
      actual: plain.join(' '),
      fix: wants(machine, component, line),
    },
  ];
}

/** The rule about URLs of an etcd that has certificates. */
export const ETCD_URL_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'etcd-url-plain',
    severity: 'warning',
    title: 'etcd has certificates, and a URL of it is without TLS',
    source: 'etcd.io, "Transport security model"; etcd server/embed/config.go',
    fix: 'name https:// in the URL, then restart the component',
    yieldsTo: ['etcd-plain', 'apiserver-etcd-plain'],
    evaluate: (machine) => {
      const etcds = componentsNamed(machine, 'etcd');
      const isServed = etcds.some((etcd) => setting(etcd, 'cert-file') !== undefined);
      const servers = isServed ? componentsNamed(machine, 'kube-apiserver') : [];
      return [
        ...etcds.flatMap((etcd) => told(machine, etcd, plainUrls(etcd))),
        ...servers.flatMap((server) =>
          told(
            machine,
            server,
            settingList(server, 'etcd-servers')
              .filter(isPlain)
              .map((url) => `--etcd-servers=${url}`),
          ),
        ),
      ];
    },
  },
]);
