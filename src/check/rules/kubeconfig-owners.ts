import type { Duty } from './duties.ts';
import { placeOf } from './facts.ts';
import { users } from './kubeconfig-users.ts';
import { baseName, folderOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { applyCommand, reissue } from './remedies.ts';
import { shellWord } from './words.ts';

/** Groups of an administrator: up to 1.28 system:masters, since 1.29 that of super-admin.conf alone (kubeadm#2414). */
const ADMINS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  'admin.conf': ['kubeadm:cluster-admins', 'system:masters'],
  'super-admin.conf': ['system:masters'],
});

function groupless(machine: Machine): Violation[] {
  return machine.duties.flatMap((duty): Violation[] => {
    const { kubeconfig, certificate } = duty;
    const groups = kubeconfig === undefined ? undefined : ADMINS[baseName(kubeconfig.path)];
    if (groups === undefined || certificate.organizations.some((name) => groups.includes(name))) return [];
    return [
      toldOf(machine, duty, {
        message: `${certificate.subject} (used by ${duty.by}) is in no group of administrators: it may be another user's file, copied over`,
        expected: groups.map((name) => `O=${name}`).join(' or '),
      }),
    ];
  });
}

function toldOf(machine: Machine, duty: Duty, told: Pick<Violation, 'message' | 'expected'>): Violation {
  const fix = reissue(machine, duty, 'remake');
  const { id, subject } = duty.certificate;
  return { path: id, ...told, actual: subject, ...(fix === undefined ? {} : { fix }) };
}

const NODE_FOLDER = /\/nodes\/([^/]+)\/(?:etc|var)\//;

/** What lies in the folder of a node, and is of another. */
function ofOthers(machine: Machine): Violation[] {
  return machine.duties.flatMap((duty): Violation[] => {
    const { component, certificate, kubeconfig } = duty;
    const folder = NODE_FOLDER.exec(kubeconfig?.path ?? certificate.entry.path)?.[1];
    const { commonName = '' } = certificate;
    if (folder === undefined || component !== 'kubelet' || !commonName.startsWith('system:node:')) return [];
    const expected = `system:node:${folder.toLowerCase()}`;
    if (commonName === expected) return [];
    return [
      toldOf(machine, duty, {
        message: `${certificate.subject} (used by ${duty.by}) lies among the files of the node ${folder}, and is another's`,
        expected: `CN=${expected}`,
      }),
    ];
  });
}

/** A kubelet's kubeconfig that calls its user another node, as kubeadm does, though the certificate lies elsewhere. */
function namedForOthers(machine: Machine): Violation[] {
  return users(machine).flatMap(({ entry, name, field }): Violation[] => {
    const folder = NODE_FOLDER.exec(entry.path)?.[1];
    const expected = `system:node:${folder?.toLowerCase() ?? ''}`;
    if (folder === undefined || !name.startsWith('system:node:') || name === expected) return [];
    return [
      {
        path: placeOf(entry.path, field.replace(/user$/, 'name')),
        message: `lies among the files of the node ${folder}, and names ${name}: it may be another node's, copied over`,
        expected,
        actual: name,
      },
    ];
  });
}

/** An administrator's kubeconfig that is not where a control plane has it. */
function movedAway(machine: Machine): Violation[] {
  const { files } = machine;
  return [...files.keys()]
    .filter((path) => path.endsWith('/kubernetes/controller-manager.conf') && !path.includes('/nodes/'))
    .map((path) => `${folderOf(path)}/admin.conf`)
    .filter((path) => !files.has(path) && files.has(`${folderOf(path)}/scheduler.conf`))
    .map((path) => ({
      path,
      message: 'is not there: kubeadm asks for it when it renews certificates, upgrades and joins',
      expected: "an administrator's kubeconfig, or one that is kept elsewhere",
      actual: 'nothing',
      fix: `${applyCommand(machine)}, or kubeadm init phase kubeconfig admin --config FILE, which writes ${shellWord(path)}; nothing, where it is kept elsewhere on purpose`,
    }));
}

/** Rules about whose kubeconfigs lie where. */
export const KUBECONFIG_OWNER_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'admin-without-rights',
    severity: 'warning',
    title: 'admin.conf or super-admin.conf holds a user who is in no group of administrators',
    source: 'kubeadm: cmd/kubeadm/app/phases/kubeconfig; kubernetes/kubeadm#2414',
    fix: 'write it again: kubepki apply --config FILE, or mv admin.conf admin.conf.bad and kubeadm init phase kubeconfig admin --config FILE',
    evaluate: groupless,
  },
  {
    code: 'node-folder-mismatch',
    severity: 'error',
    title: "among the files of a node in a tree for several lies another node's certificate",
    source: 'kubernetes.io, "Using Node Authorization"',
    fix: 'kubepki apply --config FILE makes it again',
    evaluate: (machine) => [...ofOthers(machine), ...namedForOthers(machine)],
  },
  {
    code: 'admin-missing',
    severity: 'info',
    title: 'a control plane has no admin.conf: it may be kept elsewhere on purpose',
    source: 'kubernetes.io, "Certificate management with kubeadm"',
    fix: 'kubepki apply --config FILE, or kubeadm init phase kubeconfig admin --config FILE; nothing, where it is kept elsewhere',
    evaluate: movedAway,
  },
]);
