import type { FileEntry } from '../inventory.ts';
import { baseName, componentsNamed, folderOf, setting } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { shellWord } from './words.ts';

/** A kind of file, how open it may be at most, and the numbers of the CIS Kubernetes benchmark (1.9). */
interface FileRow {
  readonly code: string;
  readonly what: string;
  readonly mode: number;
  readonly modeSource: string;
  /** Numbers for its owner; `undefined` where no rule is about that. */
  readonly ownerSource: string | undefined;
  readonly files: (machine: Machine) => readonly FileEntry[];
}

const isFile = ({ facts }: FileEntry): boolean => facts.kind === 'file';

function filesAt({ inventory }: Machine, paths: ReadonlySet<string>): FileEntry[] {
  return inventory.files.filter((file) => isFile(file) && paths.has(file.path));
}

/** Files that hold a private key: whatever else they hold, that is what counts. */
function privateKeyPaths({ inventory }: Machine): Set<string> {
  return new Set(
    inventory.keys.filter(({ isPrivate, field }) => isPrivate && field === undefined).map(({ path }) => path),
  );
}

function certificateFiles(machine: Machine): FileEntry[] {
  const keys = privateKeyPaths(machine);
  const whole = machine.inventory.certificates.filter(
    ({ field, path }) => field === undefined && !keys.has(path),
  );
  return filesAt(machine, new Set(whole.map(({ path }) => path)));
}

function kubeconfigFiles(machine: Machine): FileEntry[] {
  return filesAt(machine, new Set(machine.inventory.kubeconfigs.map(({ path }) => path)));
}

function manifestFiles(machine: Machine): FileEntry[] {
  const pods = machine.inventory.components.filter(({ runs }) => runs === 'static-pod');
  return filesAt(machine, new Set(pods.map(({ source }) => source)));
}

/** The kubelet's configuration and its units. */
function kubeletFiles(machine: Machine): FileEntry[] {
  const kubelets = componentsNamed(machine, 'kubelet');
  const named = kubelets.flatMap((one) => [one.source, setting(one, 'config') ?? one.source]);
  return filesAt(machine, new Set(named)).filter(
    ({ path }) => !machine.inventory.kubeconfigs.some((one) => one.path === path),
  );
}

function pkiDirectories({ inventory }: Machine): FileEntry[] {
  return inventory.files.filter(
    ({ path, facts }) => facts.kind === 'directory' && /(^|\/)pki(\/etcd)?$/.test(path),
  );
}

function etcdData(machine: Machine): FileEntry[] {
  const paths = componentsNamed(machine, 'etcd').flatMap((one) => setting(one, 'data-dir') ?? []);
  return machine.inventory.files.filter(
    ({ path, facts }) => facts.kind === 'directory' && paths.includes(path),
  );
}

const FILE_ROWS: readonly FileRow[] = Object.freeze<FileRow[]>([
  {
    code: 'manifest',
    what: 'the manifest of a static pod',
    mode: 0o600,
    modeSource: 'CIS 1.1.1, 1.1.3, 1.1.5, 1.1.7',
    ownerSource: 'CIS 1.1.2, 1.1.4, 1.1.6, 1.1.8',
    files: manifestFiles,
  },
  {
    code: 'kubeconfig',
    what: 'a kubeconfig',
    mode: 0o600,
    modeSource: 'CIS 1.1.13, 1.1.15, 1.1.17, 4.1.3, 4.1.5',
    ownerSource: 'CIS 1.1.14, 1.1.16, 1.1.18, 4.1.4, 4.1.6',
    files: kubeconfigFiles,
  },
  {
    code: 'key-file',
    what: 'a file with a private key',
    mode: 0o600,
    modeSource: 'CIS 1.1.21',
    ownerSource: 'CIS 1.1.19',
    files: (machine) => filesAt(machine, privateKeyPaths(machine)),
  },
  {
    code: 'certificate-file',
    what: 'a file with certificates',
    mode: 0o644,
    modeSource: 'CIS 1.1.20, 4.1.7',
    ownerSource: 'CIS 1.1.19, 4.1.8',
    files: certificateFiles,
  },
  {
    code: 'pki-directory',
    what: 'the PKI directory',
    mode: 0o755,
    modeSource: 'CIS 1.1.19',
    ownerSource: 'CIS 1.1.19',
    files: pkiDirectories,
  },
  {
    code: 'etcd-data',
    what: "etcd's data directory",
    mode: 0o700,
    modeSource: 'CIS 1.1.11',
    // etcd:etcd there; kubeadm's etcd runs as root.
    ownerSource: 'CIS 1.1.12',
    files: etcdData,
  },
  {
    code: 'kubelet-config',
    what: "the kubelet's configuration or unit",
    // 600 there; the packages and kubeadm write 644, and nothing in it is secret.
    mode: 0o644,
    modeSource: 'CIS 4.1.1, 4.1.9',
    ownerSource: 'CIS 4.1.2, 4.1.10',
    files: kubeletFiles,
  },
]);

const octal = (mode: number): string => mode.toString(8).padStart(3, '0');

function modeRule({ code, what, mode, modeSource, files }: FileRow): Rule {
  return {
    code: `${code}-mode`,
    severity: 'warning',
    title: `${what} is more open than ${octal(mode)}`,
    source: modeSource,
    fix: `chmod ${octal(mode)} FILE`,
    yieldsTo: ['world-writable', 'key-world-readable'],
    evaluate: (machine) =>
      files(machine)
        .filter(({ facts }) => (facts.mode & 0o777 & ~mode) !== 0)
        .map(({ path, facts }) => ({
          path,
          message: `${what} is more open than it need be`,
          expected: `${octal(mode)} or stricter`,
          actual: octal(facts.mode & 0o777),
          fix: `chmod ${octal(mode)} ${shellWord(path)}`,
        })),
  };
}

/**
 * Whether the files are where they are used: of a copy that somebody made, all belong to them, and owners say nothing.
 */
function areInPlace({ inventory }: Machine): boolean {
  return inventory.files.some((file) => isFile(file) && file.facts.uid === 0);
}

/** Whether a file may belong to its user: a home directory's kubeconfig, and etcd's own data. */
function mayBelong(code: string, { path, facts }: FileEntry): boolean {
  if (code === 'etcd-data' && facts.owner === 'etcd') return true;
  if (folderOf(path).endsWith('/.kube')) return true;
  return code === 'key-file' && facts.owner === 'etcd' && path.includes('/etcd/');
}

function ownerRule(row: FileRow): Rule[] {
  const { code, what, ownerSource, files } = row;
  if (ownerSource === undefined) return [];
  return [
    {
      code: `${code}-owner`,
      severity: 'warning',
      title: `${what} does not belong to root:root`,
      source: ownerSource,
      fix: 'chown root:root FILE',
      evaluate: (machine) =>
        areInPlace(machine)
          ? files(machine)
              .filter((file) => (file.facts.uid !== 0 || file.facts.gid !== 0) && !mayBelong(code, file))
              .map(({ path, facts }) => ({
                path,
                message: `${what} belongs to somebody else`,
                expected: 'root:root',
                actual: `${facts.owner ?? facts.uid}:${facts.group ?? facts.gid}`,
                fix: `chown root:root ${shellWord(path)}`,
              }))
          : [],
    },
  ];
}

const OPEN_RULES: readonly Rule[] = [
  {
    code: 'key-world-readable',
    severity: 'error',
    title: 'everyone on the machine can read a private key',
    source: 'CIS 1.1.21, 1.1.13',
    fix: 'chmod 600 FILE; whoever could read it may have it: issue the certificate again with a new key',
    evaluate: (machine) => worldReadable(machine),
  },
  {
    code: 'world-writable',
    severity: 'error',
    title: 'everyone on the machine can write a file or directory that the cluster stands on',
    source: 'CIS 1.1.1 to 1.1.21, 4.1.1 to 4.1.10',
    fix: 'chmod o-w FILE',
    evaluate: (machine) =>
      machine.inventory.files
        // The sticky bit keeps others from replacing what is not theirs: /tmp.
        .filter(({ facts }) => (facts.mode & 0o002) !== 0 && (facts.mode & 0o1000) === 0)
        .map(({ path, facts }) => ({
          path,
          message: 'everyone on the machine can write it',
          expected: octal(facts.mode & 0o775),
          actual: octal(facts.mode & 0o777),
          fix: `chmod o-w ${shellWord(path)}`,
        })),
  },
  {
    code: 'key-in-certificate-file',
    severity: 'warning',
    title:
      'a private key lies in a file that is named as a certificate, which is handed on without a thought',
    source: 'kubernetes.io, "PKI certificates and requirements"',
    fix: 'move the key to a file of its own, with mode 600',
    evaluate: (machine) =>
      machine.inventory.keys
        .filter(
          ({ path, field, isPrivate }) => isPrivate && field === undefined && /\.(crt|cer|cert)$/.test(path),
        )
        .map(({ path }) => ({
          path,
          message: 'holds a private key',
          expected: 'certificates alone',
          actual: 'certificates and a private key',
          fix: `move the key out of ${path} to ${baseName(path).replace(/\.[^.]*$/, '.key')}, with mode 600`,
        })),
  },
];

function worldReadable(machine: Machine): Violation[] {
  const withKey = new Set(
    machine.inventory.keys.filter(({ isPrivate }) => isPrivate).map(({ path }) => path),
  );
  return filesAt(machine, withKey)
    .filter(({ facts }) => (facts.mode & 0o004) !== 0)
    .map(({ path, facts }) => ({
      path,
      message: 'everyone on the machine can read the private key in it',
      expected: '600',
      actual: octal(facts.mode & 0o777),
      fix: `chmod 600 ${shellWord(path)}; whoever could read it may have it: issue the certificate again with a new key`,
    }));
}

/** Rules about modes and owners (CIS Kubernetes benchmark 1.9, sections 1.1 and 4.1). */
export const FILE_RULES: readonly Rule[] = Object.freeze([
  ...OPEN_RULES,
  ...FILE_ROWS.map(modeRule),
  ...FILE_ROWS.flatMap(ownerRule),
]);
