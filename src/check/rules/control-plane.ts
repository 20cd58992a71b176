import type { Component } from '../inventory.ts';
import { baseName, componentsNamed, folderOf, setting } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { shellWord } from './words.ts';

const FOLDER = '/etc/kubernetes';

/** The components of a control plane, and the file of kubeadm's that is there for nobody else. */
const CONTROL_PLANE: readonly { readonly name: string; readonly file: string }[] = Object.freeze([
  { name: 'kube-apiserver', file: 'pki/apiserver.key' },
  { name: 'kube-controller-manager', file: 'controller-manager.conf' },
  { name: 'kube-scheduler', file: 'scheduler.conf' },
]);

/** Manifests as kubeadm calls them. */
const MANIFESTS: readonly string[] = [...CONTROL_PLANE.map(({ name }) => name), 'etcd'];

const isOwn = ({ source }: Component): boolean => !source.includes('/nodes/');
const isPod = ({ runs }: Component): boolean => runs === 'static-pod';

/** Whether this machine's kubelet is set up to run a control plane: what lies ready for one that is not yet is complete. */
function isRunning({ inventory }: Machine): boolean {
  const own = inventory.components.filter(isOwn);
  return own.some((one) => isPod(one) || (one.name === 'kubelet' && one.flags.has('kind')));
}

function missingManifests(machine: Machine): Violation[] {
  const isWhole = CONTROL_PLANE.every(({ file }) => machine.files.has(`${FOLDER}/${file}`));
  if (!isWhole || !isRunning(machine)) return [];
  const pods = machine.inventory.components.filter((one) => isOwn(one) && isPod(one));
  const [kubelet] = componentsNamed(machine, 'kubelet').filter(isOwn);
  const told = kubelet === undefined ? undefined : setting(kubelet, 'staticPodPath', 'pod-manifest-path');
  const folder = pods[0] === undefined ? (told ?? `${FOLDER}/manifests`) : folderOf(pods[0].source);
  const unread = new Set(machine.inventory.problems.map(({ path }) => path));
  return CONTROL_PLANE.filter(({ name }) => !componentsNamed(machine, name).some(isOwn))
    .filter(({ name }) => !unread.has(`${folder}/${name}.yaml`))
    .map(({ name, file }) => ({
      path: `${folder}/${name}.yaml`,
      message: `no manifest here starts ${name}, and ${FOLDER}/${file} says that this machine runs it`,
      expected: `the manifest of ${name}`,
      actual: 'nothing',
      fix: `put it back from a backup (kubeadm keeps one in ${FOLDER}/tmp), or kubeadm init phase control-plane ${name.slice(5)}`,
    }));
}

const isNamedByItself = ({ name, source }: Component): boolean => baseName(source) === `${name}.yaml`;

/** Manifests of one folder that start the same component: the kubelet runs them all, and their ports clash. */
function twice(machine: Machine): Violation[] {
  // The one that kubeadm writes first: what lies beside it is in the wrong place.
  const all = machine.inventory.components.filter(isPod);
  const pods = all.sort((a, b) => Number(isNamedByItself(b)) - Number(isNamedByItself(a)));
  return pods.flatMap((one, at): Violation[] => {
    const first = pods.findIndex(
      (other) => other.name === one.name && folderOf(other.source) === folderOf(one.source),
    );
    const other = pods[first];
    if (first === at || other === undefined) return [];
    return [
      {
        path: one.source,
        message: `starts ${one.name}, as ${other.source} does: they take each other's port, or the kubelet runs either`,
        expected: `one manifest of ${one.name}`,
        actual: 'two',
        fix: `move the one that is not meant out of ${shellWord(folderOf(one.source))}: an old copy there is run as well`,
      },
    ];
  });
}

function misnamed({ inventory }: Machine): Violation[] {
  return inventory.components.filter(isPod).flatMap(({ name, source }): Violation[] => {
    const called = baseName(source).replace(/\.[^.]*$/, '');
    if (called === name || !MANIFESTS.includes(called) || !MANIFESTS.includes(name)) return [];
    return [
      {
        path: source,
        message: `is named for ${called}, and starts ${name}: kubeadm upgrade writes the other in its place`,
        expected: `the manifest of ${called}`,
        actual: `the manifest of ${name}`,
        fix: `mv ${shellWord(source)} ${shellWord(`${folderOf(source)}/${name}.yaml`)}, if nothing is there`,
      },
    ];
  });
}

/** Rules about the manifests that make a machine a control plane. */
export const CONTROL_PLANE_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'manifest-missing',
    severity: 'error',
    title: 'a machine has the files of a control plane, and no manifest that starts a component of it',
    source: 'kubeadm implementation details, "Generate static Pod manifests for control plane components"',
    fix: 'put the manifest back from a backup (kubeadm keeps one in /etc/kubernetes/tmp), or kubeadm init phase control-plane NAME',
    evaluate: missingManifests,
  },
  {
    code: 'component-twice',
    severity: 'error',
    title: 'two manifests of a folder start the same component',
    source: 'kubernetes.io, "Create static Pods"',
    fix: 'move the one that is not meant out of the folder of manifests',
    evaluate: twice,
  },
  {
    code: 'manifest-misnamed',
    severity: 'warning',
    title: 'a manifest has the name of another component than it starts',
    source: 'kubeadm implementation details, "Generate static Pod manifests for control plane components"',
    fix: 'give it the name of its component',
    evaluate: misnamed,
  },
]);
