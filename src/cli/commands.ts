import type { ProfileName } from '../ca/profiles.ts';
import type { CommandRow, CommandTable, GroupRow } from './command.ts';
import {
  AUTHORITY_OPTIONS,
  CA_OPTION,
  CERTIFICATE_OPTIONS,
  SAN_OPTION,
  SECRET_OPTION,
  TREE_OPTIONS,
  validityOption,
  WRITE_OPTIONS,
} from './option-tables.ts';
import type { OptionRow } from './command.ts';
import { CHECK_ROWS } from './rows/check.ts';
import { EXPLAIN_ROWS } from './rows/explain.ts';
import { KUBECONFIG_CHECK_ROWS } from './rows/kubeconfig-check.ts';
import { KUBECONFIG_TOOL_ROWS } from './rows/kubeconfig-tools.ts';
import { KUBECONFIG_ROWS } from './rows/kubeconfig.ts';
import { OPENSSL_ROWS } from './rows/openssl.ts';
import { VERIFY_ROWS } from './rows/verify.ts';
import type { Shell } from './completion/shell.ts';

const DIRECTORIES = [
  'FILE holds kubeadm documents (kubeadm.k8s.io/v1beta3 and v1beta4), a ClusterPKI document (kubepki/v1alpha1), or both.',
  'Without FILE the flags say it all. A flag that contradicts FILE is wrong usage; the directories may differ.',
];

/** A profile of `issue`: what is said about it, and what it has beside the options of all. */
interface IssueRow {
  readonly profile: ProfileName;
  readonly summary: string;
  readonly what: string;
  readonly example: string;
  readonly notes?: readonly string[];
  readonly options?: readonly OptionRow[];
}

const ISSUE_ROWS: readonly IssueRow[] = Object.freeze([
  {
    profile: 'server',
    summary: 'issue the certificate of a server',
    what: 'a certificate for a name and an address',
    example: '--ca ca --common-name web --san web.internal,10.0.0.7 --out web',
  },
  {
    profile: 'client',
    summary: 'issue the certificate of a client',
    what: 'a user of Kubernetes: the common name is the user, organizations are groups',
    example: '--ca ca --common-name jane --organization dev --validity 8h --out jane',
  },
  {
    profile: 'peer',
    summary: 'issue a certificate that is both server and client, as members of etcd need',
    what: 'a member of etcd',
    example: '--ca ca --common-name etcd-1 --san etcd-1,localhost,10.0.0.11,127.0.0.1 --out etcd-1',
  },
  {
    profile: 'kubelet-client',
    summary: 'issue the certificate that a kubelet shows to the API server',
    what: 'the kubelet of node01: CN system:node:node01, O system:nodes',
    example: '--ca ca --common-name node01 --out kubelet-client',
  },
  {
    profile: 'kubelet-server',
    summary: 'issue the certificate that a kubelet serves with',
    what: 'the kubelet of node01, which is reached by its name and address',
    example: '--ca ca --common-name node01 --san 10.0.0.21 --out kubelet-server',
  },
  {
    profile: 'webhook',
    summary: 'issue the certificate of an admission webhook, and its Secret',
    what: 'the service pod-policy in the namespace default, with its Secret',
    example: '--ca ca --common-name pod-policy.default --out webhook --secret webhook.yaml',
    notes: [
      'CN is SERVICE.NAMESPACE or SERVICE.NAMESPACE.svc. The caBundle of the webhook configuration is part of the result.',
    ],
    options: [SECRET_OPTION],
  },
]);

const SHELL_ROWS: readonly { readonly shell: Shell; readonly line: string }[] = Object.freeze([
  { shell: 'bash', line: 'source <(kubepki completion bash)' },
  { shell: 'zsh', line: 'source <(kubepki completion zsh)' },
  { shell: 'fish', line: 'kubepki completion fish | source' },
]);

/** Every command, one row each; its code is loaded when it runs. */
export const COMMANDS: readonly CommandRow[] = Object.freeze([
  {
    path: ['apply'],
    summary: 'make the directories what the configuration says',
    usage: '[--config FILE] [--rootfs DIR] [--cert-dir DIR] [--kubeconfig-dir DIR] [options]',
    notes: [
      ...DIRECTORIES,
      'CAs and service-account keys that exist are never replaced. Exit code 1: something is blocked, or it failed.',
    ],
    examples: [
      {
        what: 'the whole PKI and all kubeconfigs of a cluster, below ./cluster',
        line: 'kubepki apply --config cluster.yaml --rootfs cluster',
      },
      {
        what: 'the same from standard input, only said, not done',
        line: 'kubepki apply --config - --rootfs cluster --dry-run < cluster.yaml',
      },
      {
        what: 'one control plane from flags alone',
        line: 'kubepki apply --node-name cp-1 --apiserver-advertise-address 10.0.0.10 --key-algorithm ECDSA-P256 --rootfs single',
      },
    ],
    options: [...TREE_OPTIONS, ...WRITE_OPTIONS],
    failureCode: (values) => (values.flag('dry-run') ? 2 : 1),
    load: async () => (await import('./commands/apply.ts')).apply,
  },
  {
    path: ['plan'],
    summary: 'say what apply would do, and why',
    usage: '[--config FILE] [--rootfs DIR] [--cert-dir DIR] [--kubeconfig-dir DIR] [options]',
    notes: [
      ...DIRECTORIES,
      'Exit code 0: there is nothing to do; 1: changes are pending or blocked; 2: error.',
    ],
    examples: [
      {
        what: 'what apply would change below ./cluster',
        line: 'kubepki plan --config cluster.yaml --rootfs cluster',
      },
      { what: 'the same for programs', line: 'kubepki plan --config cluster.yaml --rootfs cluster -o json' },
      {
        what: 'what a running control plane lacks, in /etc/kubernetes',
        line: 'kubepki plan --config cluster.yaml',
      },
    ],
    options: TREE_OPTIONS,
    failureCode: () => 2,
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    path: ['ca', 'create'],
    summary: 'create a CA: a self-signed root, or an intermediate',
    usage: '--common-name CN --out BASE [--parent BASE] [options]',
    examples: [
      { what: 'a root: ca.crt and ca.key', line: 'kubepki ca create --common-name my-ca --out ca' },
      {
        what: 'an intermediate below it, whose key is encrypted under a password',
        line: 'kubepki ca create --common-name my-issuing-ca --parent ca --max-path-length 0 --key-password-file password.txt --out issuing-ca',
      },
    ],
    options: [...AUTHORITY_OPTIONS, validityOption('10y'), ...CERTIFICATE_OPTIONS],
    load: async () => (await import('./commands/ca-create.ts')).caCreate,
  },
  ...ISSUE_ROWS.map(({ profile, summary, what, example, notes, options = [] }): CommandRow => ({
    path: ['issue', profile],
    summary,
    usage: '--ca BASE --common-name CN [--san NAME]… --out BASE [options]',
    ...(notes === undefined ? {} : { notes }),
    examples: [{ what, line: `kubepki issue ${profile} ${example}` }],
    options: [CA_OPTION, SAN_OPTION, ...options, validityOption('1y'), ...CERTIFICATE_OPTIONS],
    load: async () =>
      (await import('./commands/issue.ts')).issueAs(profile, { withSecret: options.length > 0 }),
  })),
  ...CHECK_ROWS,
  ...EXPLAIN_ROWS,
  ...OPENSSL_ROWS,
  ...VERIFY_ROWS,
  ...KUBECONFIG_ROWS,
  ...KUBECONFIG_TOOL_ROWS,
  ...KUBECONFIG_CHECK_ROWS,
  ...SHELL_ROWS.map(({ shell, line }): CommandRow => ({
    path: ['completion', shell],
    summary: `print the completion script of ${shell}`,
    usage: '',
    examples: [{ what: `complete kubepki in this ${shell}`, line }],
    options: [],
    load: async () => (await import('./commands/completion.ts')).completionOf(shell),
  })),
]);

/** The words that several commands begin with. */
export const GROUPS: readonly GroupRow[] = Object.freeze([
  { path: [], summary: 'the PKI of Kubernetes clusters, without OpenSSL' },
  { path: ['ca'], summary: 'certificate authorities' },
  { path: ['issue'], summary: 'issue one certificate and its key' },
  { path: ['csr'], summary: 'certificate requests' },
  { path: ['crl'], summary: 'revocation lists' },
  { path: ['kubeconfig'], summary: 'kubeconfigs: as kubectl config has it, and what it lacks' },
  { path: ['completion'], summary: 'completion scripts of shells' },
]);

/** Everything that `kubepki` does. */
export const COMMAND_TABLE: CommandTable = Object.freeze({ commands: COMMANDS, groups: GROUPS });
