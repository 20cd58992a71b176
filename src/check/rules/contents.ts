import type { FileRole, FileUse } from '../inventory.ts';
import { emptyCertificates, emptyKeys, missingByPlace, whatIsThere } from './expected-files.ts';
import { folderOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import { afterwards, applyCommand, isMadeByApply, replaceCommand } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { isLeftover, restartOf, shellWord } from './words.ts';

/** What was found to be wrong while the files were read: told under the rule of the same code. */
const problem =
  (code: string) =>
  ({ inventory }: Machine): Violation[] =>
    inventory.problems
      .filter((one) => one.code === code)
      .map(({ path, message, expected, actual, fix }) => ({
        path,
        message,
        ...(expected === undefined ? {} : { expected }),
        ...(actual === undefined ? {} : { actual }),
        ...(fix === undefined ? {} : { fix }),
      }));

/** The same of files that are there and useless: what `kubepki apply` makes, it makes anew where they are moved away. */
const useless =
  (code: string) =>
  (machine: Machine): Violation[] =>
    problem(code)(machine).map((one) => {
      const [path = one.path] = one.path.split('#');
      if (one.fix !== undefined || !isMadeByApply(path)) return one;
      const user = machine.inventory.components.find(({ uses }) => uses.some((use) => use.path === path));
      const after = afterwards(machine, path, user?.name ?? 'what uses it');
      return { ...one, fix: `${replaceCommand(machine, path)}, then ${after}` };
    });

/** Rules about what is named and not there, and what is there and cannot be read. */
export const CONTENT_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'file-missing',
    severity: 'error',
    title: 'a file that a flag, a configuration or a kubeconfig names is not there',
    source: 'kubernetes.io, "PKI certificates and requirements"',
    fix: 'kubepki apply --config FILE makes what is missing; else correct the path, then restart the component',
    yieldsTo: ['kubelet-link-dead', 'file-unreadable', 'no-permission'],
    evaluate: (machine) =>
      unique([
        ...problem('file-missing')(machine).map((one) => withFix(machine, one)),
        ...missingFiles(machine),
      ]),
  },
  {
    code: 'file-unreadable',
    severity: 'error',
    title: 'a file cannot be read',
    source: 'POSIX read(2)',
    fix: 'look at the file and the disk below it: ls -l FILE, dmesg',
    evaluate: problem('file-unreadable'),
  },
  {
    code: 'no-permission',
    severity: 'warning',
    title: 'a file or folder is kept from the user that runs the check, and what is in it is not known',
    source: 'POSIX open(2): EACCES',
    fix: 'run the check as root',
    evaluate: problem('no-permission'),
  },
  {
    code: 'malformed-certificate',
    severity: 'error',
    title: 'a certificate is broken, or what is named as one is none',
    source: 'RFC 5280 4.1; RFC 7468',
    fix: 'put it back from a backup, or, where it is no CA, move it away and issue it again: kubepki apply --config FILE, then restart the component that uses it',
    yieldsTo: ['file-unreadable', 'no-permission', 'malformed-key'],
    evaluate: (machine) =>
      unique([...useless('malformed-certificate')(machine), ...withoutCertificate(machine)]),
  },
  {
    code: 'malformed-key',
    severity: 'error',
    title: 'a key is broken',
    source: 'RFC 5958; RFC 7468',
    fix: 'put the key back from a backup, or issue certificate and key again: kubepki apply --config FILE',
    yieldsTo: ['file-unreadable', 'no-permission'],
    evaluate: (machine) => unique([...useless('malformed-key')(machine), ...emptyKeys(machine)]),
  },
  {
    code: 'malformed-request',
    severity: 'warning',
    title: 'a certificate signing request is broken',
    source: 'RFC 2986 4',
    fix: 'make it again: kubeadm certs generate-csr, or openssl req -new',
    evaluate: problem('malformed-request'),
  },
  {
    code: 'malformed-crl',
    severity: 'error',
    title: 'a revocation list is broken',
    source: 'RFC 5280 5.1',
    fix: 'make it again with the CA that made it: openssl ca -gencrl, or kubepki crl create',
    evaluate: problem('malformed-crl'),
  },
  {
    code: 'malformed-kubeconfig',
    severity: 'error',
    title: 'a kubeconfig is not one that kubectl reads',
    source: 'client-go tools/clientcmd/api/v1',
    fix: 'move it away, and write it again: kubepki apply --config FILE, or kubeadm init phase kubeconfig NAME --config FILE',
    evaluate: useless('malformed-kubeconfig'),
  },
  {
    code: 'malformed-manifest',
    severity: 'error',
    title: 'a manifest or configuration is not YAML that the kubelet reads',
    source: 'kubernetes.io, "Create static Pods"',
    fix: 'correct it: the message says where',
    evaluate: problem('malformed-manifest'),
  },
  {
    code: 'file-not-mounted',
    severity: 'error',
    title: 'a static pod is told to use a file that no volume of the machine brings into its container',
    source: 'kubernetes.io, "Volumes": hostPath',
    fix: 'add a hostPath volume and a volumeMount that cover the path to the manifest, or correct the flag',
    evaluate: problem('file-not-mounted'),
  },
  {
    code: 'pem-rubbish',
    severity: 'info',
    title: 'a file holds blocks that are neither certificates nor keys',
    source: 'RFC 7468 2 and 5.2',
    fix: 'nothing, where it is meant as a comment',
    evaluate: problem('pem-rubbish'),
  },
  {
    code: 'nothing-inside',
    severity: 'warning',
    title: 'a file, or what stands in place of one, is named as a certificate or key and holds none',
    source: 'kubernetes.io, "PKI certificates and requirements"',
    fix: 'put back what it held from a backup, or delete it where nothing uses it',
    yieldsTo: [
      'file-missing',
      'file-unreadable',
      'no-permission',
      'malformed-certificate',
      'malformed-key',
      'key-missing',
      'kubelet-link-dead',
    ],
    evaluate: useless('nothing-inside'),
  },
  {
    code: 'search-cut-short',
    severity: 'warning',
    title: 'a folder is too deep or too full to be looked through: what lies there is not judged',
    source: 'limits of the check',
    fix: 'check the folders that hold PKI by their paths: kubepki check FOLDER',
    evaluate: problem('search-cut-short'),
  },
  {
    code: 'duplicate-extension',
    severity: 'error',
    title: 'a certificate has an extension twice, which Go refuses',
    source: 'RFC 5280 4.2; Go crypto/x509 parseCertificate',
    fix: 'move it away, and issue it again: kubepki apply --config FILE, or kubepki issue',
    mending: 'replace',
    evaluate: (machine) =>
      machine.certificates.flatMap((one): Violation[] => {
        const { id, subject, entry } = one;
        const seen = new Set<string>();
        const twice = entry.certificate.extensions?.find(({ oid }) => seen.size === seen.add(oid).size)?.oid;
        if (twice === undefined || isLeftover(machine, one)) return [];
        const message = `${subject} has the extension ${twice} twice, and Go says "x509: certificate contains duplicate extensions"`;
        return [{ path: id, message, expected: 'each extension once', actual: `${twice} twice` }];
      }),
  },
]);

/** What uses name and nothing was found at. Only where something else lies: a directory that was not looked at says nothing. */
function missingFiles(machine: Machine): Violation[] {
  const { inventory, byPlace, keysByPlace, files } = machine;
  const folders = new Set(inventory.files.map(({ path }) => folderOf(path)));
  const kubeconfigs = new Set(inventory.kubeconfigs.map(({ path }) => path));
  const unread = new Set(inventory.problems.map(({ path }) => path));
  const isMissing = ({ path }: FileUse): boolean =>
    folders.has(folderOf(path)) &&
    !(
      files.has(path) ||
      byPlace.has(path) ||
      keysByPlace.has(path) ||
      kubeconfigs.has(path) ||
      unread.has(path)
    );
  const named = inventory.components.flatMap(({ uses }) =>
    uses.filter(isMissing).map(({ component, flag, source, path }) => ({
      path,
      message: `is not there, and ${component} ${flag} of ${source} names it`,
      expected: 'a file',
      actual: 'nothing',
      fix: missingFix(machine, { component, flag, source, path }),
    })),
  );
  return [...named, ...missingByPlace(machine)];
}

const CERTIFICATE_ROLES: readonly FileRole[] = [
  'server-certificate',
  'client-certificate',
  'peer-certificate',
  'client-ca',
  'server-ca',
  'signing-ca',
];

/** Files that are there, that components or their places say to be certificates, and that hold none: cut off, or empty. */
function withoutCertificate(machine: Machine): Violation[] {
  const { inventory, byPlace } = machine;
  const used = inventory.components.flatMap(({ uses }) =>
    uses.flatMap(({ role, path, component, flag }) =>
      CERTIFICATE_ROLES.includes(role) ? [{ path, by: `${component} ${flag}`, component }] : [],
    ),
  );
  return [...used, ...emptyCertificates(machine)]
    .filter(({ path }) => machine.files.has(path) && !byPlace.has(path))
    .map(({ path, by, component }) => ({
      path,
      message: `holds no certificate, and ${by} needs one`,
      expected: 'a certificate in PEM',
      actual: whatIsThere(machine, path),
      fix: `${putBack(machine, path)}, then ${afterwards(machine, path, component)}`,
    }));
}

/** What brings back a file that is gone, of which a public half is made of its key; or the path is the wrong one. */
function missingFix(
  machine: Machine,
  { component, flag, source, path }: Pick<FileUse, 'component' | 'flag' | 'source' | 'path'>,
): string {
  const isMade = isMadeByApply(path) || path.endsWith('/pki/sa.pub');
  const back = isMade ? applyCommand(machine) : putBack(machine, path);
  return `${back}, or correct ${flag} in ${shellWord(source)}, then ${restartOf(machine, component)}`;
}

function withFix(machine: Machine, violation: Violation): Violation {
  const uses = machine.inventory.components.flatMap((component) => component.uses);
  const use = uses.find(({ path }) => path === violation.path);
  return use === undefined ? violation : { ...violation, fix: missingFix(machine, use) };
}

/** What brings back a file that holds nothing of use: a CA is never made anew, the rest is where it is out of the way. */
function putBack(machine: Machine, path: string): string {
  return isMadeByApply(path)
    ? replaceCommand(machine, path)
    : `put ${shellWord(path)} back from another control plane or a backup`;
}

function unique(violations: readonly Violation[]): Violation[] {
  const byPath = new Map<string, Violation>();
  for (const one of violations) if (!byPath.has(one.path)) byPath.set(one.path, one);
  return [...byPath.values()];
}
