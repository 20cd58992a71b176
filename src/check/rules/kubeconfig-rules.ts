import { quote } from '../../errors/quote.ts';
import type { Cluster, User } from '../../kubeconfig/model.ts';
import type { KubeconfigEntry } from '../inventory.ts';
import { contentPlace, knownKubeconfig } from './duties.ts';
import { apiServers, belongsTo } from './endpoints.ts';
import { placeOf, type CertificateFacts } from './facts.ts';
import { folderOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import { isMadeByApply, replaceCommand } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { isTrusted } from './trust.ts';
import { has, users } from './kubeconfig-users.ts';
import { restartOf, shellWord } from './words.ts';

const PAGE = 'kubernetes.io, "Organizing cluster access using kubeconfig files"';
const VALIDATION = 'client-go tools/clientcmd/validation.go';

interface NamedCluster {
  readonly entry: KubeconfigEntry;
  readonly cluster: Cluster;
  readonly name: string;
  readonly field: string;
}

function clusters({ inventory }: Machine): NamedCluster[] {
  return inventory.kubeconfigs.flatMap((entry) =>
    entry.kubeconfig.clusters.map(({ name, cluster }, at) => ({
      entry,
      cluster,
      name,
      field: `clusters[${at}].cluster`,
    })),
  );
}

/** Rules about kubeconfigs. Their tokens and passwords are never told. */
export const KUBECONFIG_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'kubeconfig-ca-mismatch',
    severity: 'error',
    title:
      "a kubeconfig trusts another CA than the API server's: it is of another cluster, or from before the CA was replaced",
    source: `${PAGE}; kubernetes/kubernetes#48378`,
    fix: 'put the CA of the cluster in: kubectl config set-cluster NAME --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs',
    evaluate: (machine) => clusters(machine).flatMap((one) => otherCa(machine, one)),
  },
  {
    code: 'kubeconfig-http',
    severity: 'error',
    title: 'a kubeconfig calls the API server without TLS',
    source: PAGE,
    fix: 'name https://HOST:6443 as the server',
    evaluate: (machine) =>
      clusters(machine)
        .filter(({ cluster }) => /^http:/i.test(cluster.server))
        .map(({ entry, cluster, name, field }) => ({
          path: placeOf(entry.path, `${field}.server`),
          message: `cluster ${quote(name)} is called without TLS: tokens and data are sent in the clear`,
          expected: 'https://…',
          actual: cluster.server,
          fix: `kubectl config set-cluster ${shellWord(name)} --server=${shellWord(cluster.server.replace(/^http:/i, 'https:'))} --kubeconfig=${entry.path}`,
        })),
  },
  {
    code: 'kubeconfig-skips-verification',
    severity: 'error',
    title: "a kubeconfig does not check the API server's certificate",
    source: PAGE,
    fix: 'remove insecure-skip-tls-verify, and put the CA of the cluster in',
    evaluate: (machine) =>
      clusters(machine)
        .filter(({ cluster }) => cluster.insecureSkipTlsVerify === true)
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, `${field}.insecure-skip-tls-verify`),
          message: `cluster ${quote(name)} is taken for whoever answers`,
          expected: 'false',
          actual: 'true',
          fix: `kubectl config set-cluster ${shellWord(name)} --insecure-skip-tls-verify=false --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs --kubeconfig=${entry.path}`,
        })),
  },
  {
    code: 'kubeconfig-without-ca',
    severity: 'warning',
    title:
      "a component's kubeconfig has no CA: the CAs of the machine decide, among which the cluster's is not",
    source: PAGE,
    fix: 'put the CA of the cluster in: kubectl config set-cluster NAME --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs',
    yieldsTo: ['kubeconfig-skips-verification'],
    evaluate: (machine) =>
      clusters(machine)
        .filter(
          ({ entry, cluster }) =>
            knownKubeconfig(entry) !== undefined &&
            cluster.insecureSkipTlsVerify !== true &&
            /^https:/i.test(cluster.server) &&
            !has(cluster.certificateAuthority) &&
            !has(cluster.certificateAuthorityData),
        )
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, field),
          message: `cluster ${quote(name)} has no CA by which to check the API server`,
          expected: 'certificate-authority-data',
          actual: 'none',
          fix: `kubectl config set-cluster ${shellWord(name)} --certificate-authority=/etc/kubernetes/pki/ca.crt --embed-certs --kubeconfig=${entry.path}`,
        })),
  },
  {
    code: 'kubeconfig-data-and-file',
    severity: 'error',
    title: 'a kubeconfig both holds a certificate or key and names a file for it: kubectl refuses it',
    source: VALIDATION,
    fix: 'remove one of the two',
    evaluate: (machine) => [
      ...users(machine).flatMap(({ entry, user, name, field }) => [
        ...both(entry, `${field}.client-certificate`, name, [
          user.clientCertificate,
          user.clientCertificateData,
        ]),
        ...both(entry, `${field}.client-key`, name, [user.clientKey, user.clientKeyData]),
      ]),
      ...clusters(machine).flatMap(({ entry, cluster, name, field }) =>
        both(entry, `${field}.certificate-authority`, name, [
          cluster.certificateAuthority,
          cluster.certificateAuthorityData,
        ]),
      ),
    ],
  },
  {
    code: 'current-context-dangling',
    severity: 'error',
    title: 'the current context of a kubeconfig, or the cluster or user that it names, is not there',
    source: VALIDATION,
    fix: 'kubectl config use-context NAME --kubeconfig=FILE',
    evaluate: (machine) => machine.inventory.kubeconfigs.flatMap(dangling),
  },
  {
    code: 'current-context-unset',
    severity: 'warning',
    title: 'a kubeconfig has contexts, and none is the current one: kubectl then calls localhost:8080',
    source: PAGE,
    fix: 'kubectl config use-context NAME --kubeconfig=FILE',
    evaluate: (machine) =>
      machine.inventory.kubeconfigs
        .filter(({ kubeconfig }) => kubeconfig.currentContext === '' && kubeconfig.contexts.length > 0)
        .map(({ path, kubeconfig }) => ({
          path: placeOf(path, 'current-context'),
          message: 'no context is chosen',
          expected: kubeconfig.contexts.map(({ name }) => quote(name)).join(' or '),
          actual: 'none',
          fix: `kubectl config use-context ${shellWord(kubeconfig.contexts[0]?.name ?? 'NAME')} --kubeconfig=${path}`,
        })),
  },
  {
    code: 'kubeconfig-token',
    severity: 'info',
    title: 'a user of a kubeconfig has a token or a password: it has no date that could be checked here',
    source: 'kubernetes.io, "Authenticating"',
    fix: 'prefer certificates that end, or tokens of the TokenRequest API',
    evaluate: (machine) =>
      users(machine)
        .filter(({ user }) => [user.token, user.tokenFile, user.password].some(has))
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, field),
          message: `user ${quote(name)} has a token or a password, and when that ends is not known here`,
        })),
  },
  {
    code: 'kubeconfig-without-credentials',
    severity: 'error',
    title: 'a kubeconfig of a component, or for a user, has a user without any credentials',
    source: VALIDATION,
    fix: 'move it away, and write it again: kubepki apply --config FILE, or kubeadm init phase kubeconfig NAME --config FILE',
    evaluate: (machine) =>
      users(machine)
        .filter(({ entry, user }) => isHandedOver(entry) && !hasCredentials(user))
        .map(({ entry, name, field }) => ({
          path: placeOf(entry.path, field),
          message: `user ${quote(name)} has no credentials: the API server takes it for system:anonymous`,
          expected: 'a client certificate and its key',
          actual: 'none',
          ...(isMadeByApply(entry.path)
            ? { fix: `${replaceCommand(machine, entry.path)}${restartText(machine, entry)}` }
            : {}),
        })),
  },
]);

function both(
  { path }: KubeconfigEntry,
  field: string,
  name: string,
  [file, data]: readonly [string | undefined, string | undefined],
): Violation[] {
  if (!has(file) || !has(data)) return [];
  return [
    {
      path: placeOf(path, field),
      message: `${quote(name)} has both ${field.slice(field.lastIndexOf('.') + 1)} and its data: kubectl says that both are specified`,
      expected: 'one of the two',
      actual: 'both',
      fix: `kubectl config unset ${shellWord(`${field.slice(0, field.indexOf('['))}.${name}.${field.slice(field.lastIndexOf('.') + 1)}`)} --kubeconfig=${path}`,
    },
  ];
}

/** Whether it was written for a component, or for a user in a tree of kubepki: neither adds credentials itself. */
function isHandedOver(entry: KubeconfigEntry): boolean {
  return knownKubeconfig(entry) !== undefined || entry.path.includes('/kubernetes/users/');
}

function hasCredentials(user: User): boolean {
  const { clientCertificate, clientCertificateData, token, tokenFile, username, authProvider, exec } = user;
  const texts = [clientCertificate, clientCertificateData, token, tokenFile, username];
  return texts.some(has) || authProvider !== undefined || exec !== undefined;
}

function dangling({ path, kubeconfig }: KubeconfigEntry): Violation[] {
  const { currentContext, contexts } = kubeconfig;
  if (currentContext === '') return [];
  const context = contexts.find(({ name }) => name === currentContext)?.context;
  const at = placeOf(path, 'current-context');
  const fix = `kubectl config use-context ${shellWord(contexts[0]?.name ?? 'NAME')} --kubeconfig=${path}`;
  const known = contexts.map(({ name }) => quote(name)).join(', ') || 'none';
  if (context === undefined)
    return [
      {
        path: at,
        message: `there is no context ${quote(currentContext)}`,
        fix,
        expected: 'a context that is there',
        actual: known,
      },
    ];
  const lost = [
    ...(kubeconfig.clusters.some(({ name }) => name === context.cluster)
      ? []
      : [`cluster ${quote(context.cluster)}`]),
    ...(kubeconfig.users.some(({ name }) => name === context.user) ? [] : [`user ${quote(context.user)}`]),
  ];
  if (lost.length === 0) return [];
  return [
    {
      path: at,
      message: `context ${quote(currentContext)} names ${lost.join(' and ')}, which is not there`,
      expected: 'a cluster and a user that are there',
      actual: `no ${lost.join(', no ')}`,
    },
  ];
}

function otherCa(machine: Machine, { entry, cluster, name, field }: NamedCluster): Violation[] {
  const place = contentPlace(machine, entry, {
    field: `${field}.certificate-authority`,
    data: cluster.certificateAuthorityData,
    file: cluster.certificateAuthority,
  });
  const own = place === undefined ? undefined : machine.byPlace.get(place);
  if (place === undefined || own === undefined) return [];
  const right = clusterCa(machine, entry);
  if (right === undefined || right.accepts(own)) return [];
  return [
    {
      path: place,
      message: `cluster ${quote(name)} is checked by another CA than ${right.place}: "x509: certificate signed by unknown authority"`,
      expected: `${right.ca.subject}, SHA-256 ${right.ca.entry.fingerprint.slice(0, 16)}…`,
      actual: own.map((one) => `${one.subject}, SHA-256 ${one.entry.fingerprint.slice(0, 16)}…`).join('; '),
      fix: `kubectl config set-cluster ${shellWord(name)} --certificate-authority=${right.place} --embed-certs --kubeconfig=${entry.path}${restartText(machine, entry)}`,
    },
  ];
}

function restartText(machine: Machine, entry: KubeconfigEntry): string {
  const row = knownKubeconfig(entry);
  return row === undefined || row.component === 'kubectl'
    ? ''
    : `, then ${restartOf(machine, row.component)}`;
}

interface ClusterCa {
  readonly place: string;
  readonly ca: CertificateFacts;
  readonly accepts: (cas: readonly CertificateFacts[]) => boolean;
}

/** The CA by which a kubeconfig of this machine must know the API server: of its certificate, or beside the kubeconfig. */
function clusterCa(machine: Machine, entry: KubeconfigEntry): ClusterCa | undefined {
  for (const { certificate, anchors } of apiServers(machine).filter((duty) => belongsTo(duty, entry))) {
    for (const { place } of anchors) {
      const cas = machine.byPlace.get(place) ?? [];
      const [ca] = cas;
      if (ca !== undefined && isTrusted(machine, certificate, cas))
        return { place, ca, accepts: (own) => isTrusted(machine, certificate, own) };
    }
  }
  const folder = folderOf(entry.path);
  const place = [`${folder}/pki/ca.crt`, `${folderOf(folder)}/pki/ca.crt`].find((one) =>
    machine.byPlace.has(one),
  );
  const cas = place === undefined ? [] : (machine.byPlace.get(place) ?? []);
  const [ca] = cas;
  if (place === undefined || ca === undefined) return undefined;
  const prints = new Set(cas.map(({ entry: { fingerprint } }) => fingerprint));
  return { place, ca, accepts: (own) => own.some((one) => prints.has(one.entry.fingerprint)) };
}
