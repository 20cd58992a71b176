import type { Component } from '../inventory.ts';
import { hostOf } from './endpoints.ts';
import { componentsNamed, folderOf, settingList } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** The root of a node's own files in a tree of kubepki, and below it the manifests. */
function isOfSameMachine(one: Component, other: Component): boolean {
  const root = ({ source }: Component): string =>
    /^.*\/nodes\/[^/]+(?=\/(?:etc|var)\/)/.exec(source)?.[0] ?? '';
  return root(one) === root(other);
}

function lostEtcd(machine: Machine, server: Component): Violation[] {
  const { source } = server;
  const url = settingList(server, 'etcd-servers').find((one) => LOOPBACK.test(hostOf(one) ?? ''));
  const folder = folderOf(source);
  const isMade = machine.files.has(`${folderOf(folder)}/pki/etcd/server.key`);
  const isThere = componentsNamed(machine, 'etcd').some((etcd) => isOfSameMachine(etcd, server));
  const isBroken = machine.inventory.problems.some(({ path }) => path === `${folder}/etcd.yaml`);
  if (server.runs !== 'static-pod' || url === undefined || !isMade || isThere || isBroken) return [];
  return [
    {
      path: `${folder}/etcd.yaml`,
      message: `is not there, and ${source} names ${url}: nothing answers the API server on this machine`,
      expected: 'the manifest of etcd',
      actual: 'nothing',
    },
  ];
}

/** The rule about an etcd that is to run beside the API server. */
export const LOCAL_ETCD_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'etcd-manifest-missing',
    severity: 'error',
    title: 'the API server calls an etcd on its own machine whose manifest is not there',
    source: 'kubernetes.io, "Creating Highly Available Clusters with kubeadm": stacked etcd',
    fix: 'put etcd.yaml back from a backup (kubeadm keeps one in /etc/kubernetes/tmp), or kubeadm init phase etcd local',
    evaluate: (machine) =>
      componentsNamed(machine, 'kube-apiserver').flatMap((server) => lostEtcd(machine, server)),
  },
]);
