import type { Meaning } from './kubeconfig-report.ts';

interface MeaningRow {
  readonly name: RegExp;
  /** `$1` is what the first parentheses of the name hold. */
  readonly meaning: string;
  readonly source: string;
}

const BOOTSTRAP = 'kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go';
const RBAC_PAGE = 'kubernetes.io, "Using RBAC Authorization"';
const NODE_PAGE = 'kubernetes.io, "Using Node Authorization"';

const GROUPS: readonly MeaningRow[] = [
  {
    name: /^system:masters$/,
    meaning:
      'all rights: RBAC is not asked, nothing limits it, and it ends with the certificate or the CA alone',
    source: 'kubernetes.io, "Role Based Access Control Good Practices"',
  },
  {
    name: /^kubeadm:cluster-admins$/,
    meaning: 'cluster-admin, by the ClusterRoleBinding of that name which kubeadm makes since 1.29',
    source: 'kubernetes/kubeadm#2414; kubeadm cmd/kubeadm/app/phases/kubeconfig',
  },
  {
    name: /^system:nodes$/,
    meaning:
      'a node: with a user system:node:NAME, what the kubelet of that node needs, by the node authorizer',
    source: NODE_PAGE,
  },
  {
    name: /^system:node-proxier$/,
    meaning: 'nothing by itself: what kube-proxy may do is bound to the user system:kube-proxy',
    source: BOOTSTRAP,
  },
  {
    name: /^system:serviceaccounts$/,
    meaning: 'every ServiceAccount: the discovery documents of their issuer, and what bindings add',
    source: BOOTSTRAP,
  },
  {
    name: /^system:serviceaccounts:(.+)$/,
    meaning: 'every ServiceAccount of the namespace $1: what bindings say',
    source: RBAC_PAGE,
  },
  {
    name: /^system:authenticated$/,
    meaning: 'whoever has logged in: to see versions and APIs, and its own rights',
    source: `${RBAC_PAGE}: discovery roles`,
  },
  {
    name: /^system:unauthenticated$/,
    meaning: 'whoever has not logged in: to see the version and whether the server lives',
    source: `${RBAC_PAGE}: discovery roles`,
  },
  {
    name: /^system:monitoring$/,
    meaning: 'to read the metrics and the health of the control plane',
    source: BOOTSTRAP,
  },
  {
    name: /^system:bootstrappers(?::.+)?$/,
    meaning: 'a node that joins: with the bindings of kubeadm, to ask for its certificate',
    source: 'kubernetes.io, "Authenticating with Bootstrap Tokens"',
  },
];

const USERS: readonly MeaningRow[] = [
  {
    name: /^system:node:(.+)$/,
    meaning: 'the kubelet of the node $1',
    source: NODE_PAGE,
  },
  {
    name: /^system:kube-controller-manager$/,
    meaning: 'the controller manager: the ClusterRole system:kube-controller-manager',
    source: BOOTSTRAP,
  },
  {
    name: /^system:kube-scheduler$/,
    meaning: 'the scheduler: the ClusterRoles system:kube-scheduler and system:volume-scheduler',
    source: BOOTSTRAP,
  },
  {
    name: /^system:kube-proxy$/,
    meaning: 'kube-proxy: the ClusterRole system:node-proxier',
    source: BOOTSTRAP,
  },
  {
    name: /^system:serviceaccount:([^:]+:[^:]+)$/,
    meaning: 'the ServiceAccount $1 (namespace:name): what bindings say',
    source: RBAC_PAGE,
  },
  {
    name: /^system:anonymous$/,
    meaning: 'whoever shows no credentials',
    source: 'kubernetes.io, "Authenticating": anonymous requests',
  },
];

const BOUND: Omit<Meaning, 'name'> = {
  meaning: 'what RoleBindings and ClusterRoleBindings say',
  source: RBAC_PAGE,
};

function find(rows: readonly MeaningRow[], name: string): Omit<Meaning, 'name'> | undefined {
  for (const { name: pattern, meaning, source } of rows) {
    const match = pattern.exec(name);
    if (match !== null) return { meaning: meaning.replace('$1', () => match[1] ?? ''), source };
  }
  return undefined;
}

/** What a group may do in every cluster, or, of a group that Kubernetes does not know, who says that. */
export function groupMeaning(name: string): Meaning {
  return { name, ...(find(GROUPS, name) ?? BOUND) };
}

/** What Kubernetes knows a user for; `undefined` where it is nobody in particular. */
export function userMeaning(name: string): string | undefined {
  return find(USERS, name)?.meaning;
}
