/**
 * A control plane of real programs, started on the files that `kubepki apply` wrote and on no others: an etcd, two
 * API servers that share it, a controller manager and a scheduler. The flags are those of kubeadm's manifests
 * (cmd/kubeadm/app/phases/controlplane and .../etcd).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, requireTool, run, runOk, tempDir, type RunResult } from '../../support/foreign.ts';
import { ask, tryAsk, type Answer } from './https.ts';
import { Network } from './network.ts';
import { freePort, Processes } from './processes.ts';

const ADDRESS = { 'cp-1': '192.0.2.10', 'cp-2': '192.0.2.11' } as const;
const ENDPOINT = 'api.e2e.example';

/** One of the two control planes. */
export type ControlPlaneName = keyof typeof ADDRESS;

const CONFIG = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: { name: cp-1 }
localAPIEndpoint: { advertiseAddress: ${ADDRESS['cp-1']} }
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
clusterName: e2e
controlPlaneEndpoint: ${ENDPOINT}:6443
networking: { serviceSubnet: "10.96.0.0/16,fd00:10:96::/112" }
apiServer: { certSANs: [kubernetes.example.com, "*.apps.example.com", 203.0.113.10, "2001:db8::10", 127.0.0.1] }
encryptionAlgorithm: ECDSA-P256
---
apiVersion: kubepki/v1alpha1
kind: ClusterPKI
controlPlanes:
  - { name: cp-2, advertiseAddress: ${ADDRESS['cp-2']} }
nodes:
  - { name: node-1, addresses: [127.0.0.1, node-1.e2e.example] }
  - { name: node-2 }
users:
  - { name: jane, groups: [dev], namespace: team-a }
`;

interface Parts {
  readonly network: Network;
  /** Where files of the tests may lie. */
  readonly scratch: string;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly apiPorts: Readonly<Record<ControlPlaneName, number>>;
}

/** A running control plane. */
export class ControlPlane {
  readonly processes: Processes;
  /** The directory that `kubepki apply --rootfs` filled. */
  readonly root: string;
  readonly parts: Parts;

  private constructor(parts: Parts) {
    this.parts = parts;
    this.processes = new Processes(parts.scratch);
    this.root = join(parts.scratch, 'root');
  }

  /** Writes the files and starts the programs. */
  static async start(): Promise<ControlPlane> {
    const [etcdPort, etcdPeerPort, first, second] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const [apiPorts, network] = [{ 'cp-1': first, 'cp-2': second }, await Network.start()];
    const cluster = new ControlPlane({ network, scratch: tempDir(), etcdPort, etcdPeerPort, apiPorts });
    for (const [name, address] of Object.entries(ADDRESS))
      network.route(`${address}:6443`, () => apiPorts[name as ControlPlaneName]);
    network.route(`${ENDPOINT}:6443`, () => apiPorts['cp-1']);
    await cluster.#makeFiles();
    await cluster.#startAll();
    return cluster;
  }

  /** A path below a control plane's /etc/kubernetes/pki. */
  pki(file: string, name: ControlPlaneName = 'cp-1'): string {
    return this.conf(`pki/${file}`, name);
  }

  /** A path below a machine's /etc/kubernetes. */
  conf(file: string, machine = 'cp-1'): string {
    const base = join(this.root, 'etc/kubernetes');
    return machine === 'cp-1' ? join(base, file) : join(base, 'nodes', machine, 'etc/kubernetes', file);
  }

  /**
   * The flags by which kubectl finds the client certificate that a worker's kubelet.conf names: it stands there by the
   * path that it has on that machine.
   */
  kubeletFlags(machine: string, file: string): string[] {
    if (machine.startsWith('cp-') || file !== 'kubelet.conf') return [];
    const pem = join(this.conf('', machine), '../../var/lib/kubelet/pki/kubelet-client-current.pem');
    return ['--client-certificate', pem, '--client-key', pem];
  }

  /** Runs kubectl with a kubeconfig. */
  kubectl(conf: string, args: readonly string[], input = ''): Promise<RunResult> {
    return run('kubectl', ['--kubeconfig', conf, ...args], { env: this.parts.network.env, input });
  }

  /** Runs kubectl, which must end with 0; its standard output. */
  async kubectlOk(conf: string, args: readonly string[], input = ''): Promise<string> {
    const all = ['--kubeconfig', conf, ...args];
    return (await runOk('kubectl', all, { env: this.parts.network.env, input })).stdout;
  }

  async #makeFiles(): Promise<void> {
    const config = join(this.parts.scratch, 'cluster.yaml');
    writeFileSync(config, CONFIG);
    const bindings = ['--rbac-manifest', this.rbacManifest];
    const program = join(repositoryRoot, 'dist/cli/main.js');
    await runOk(process.execPath, [program, 'apply', '--config', config, '--rootfs', this.root, ...bindings]);
  }

  /** The role bindings that `kubepki apply --rbac-manifest` wrote. */
  get rbacManifest(): string {
    return join(this.parts.scratch, 'rbac.yaml');
  }

  async #startAll(): Promise<void> {
    this.startEtcd('cp-1', {
      ports: [this.parts.etcdPort, this.parts.etcdPeerPort],
      members: `cp-1=https://127.0.0.1:${this.parts.etcdPeerPort}`,
    });
    await this.processes.ready('etcd-cp-1', () => this.#etcdIsHealthy());
    for (const name of ['cp-1', 'cp-2'] as const) this.#startApiServer(name);
    for (const name of ['cp-1', 'cp-2'] as const)
      await this.processes.ready(`kube-apiserver-${name}`, async () => {
        const conf = this.conf('super-admin.conf');
        const to = ['--server', `https://${ADDRESS[name]}:6443`];
        return (await this.kubectl(conf, [...to, 'get', '--raw', '/readyz'])).stdout === 'ok';
      });
    await this.#startController('kube-controller-manager', 'controller-manager.conf', [
      '--cluster-signing-cert-file=' + this.pki('ca.crt'),
      '--cluster-signing-key-file=' + this.pki('ca.key'),
      '--root-ca-file=' + this.pki('ca.crt'),
      '--service-account-private-key-file=' + this.pki('sa.key'),
      '--use-service-account-credentials=true',
      '--controllers=*,bootstrapsigner,tokencleaner',
      '--cluster-name=e2e',
    ]);
    await this.#startController('kube-scheduler', 'scheduler.conf', []);
  }

  /** Asks an etcd something, as one of the clients whose files lie in the tree. */
  askEtcd(
    path: string,
    options: { readonly port?: number; readonly as?: string; readonly body?: string } = {},
  ): Promise<Answer> {
    const { port = this.parts.etcdPort, as = 'etcd/healthcheck-client', body } = options;
    return ask({
      url: `https://127.0.0.1:${port}${path}`,
      ca: this.pki('etcd/ca.crt'),
      ...(as !== '' && { cert: this.pki(`${as}.crt`), key: this.pki(`${as}.key`) }),
      ...(body !== undefined && { method: 'POST', body }),
    });
  }

  async #etcdIsHealthy(): Promise<boolean> {
    const answer = await this.askEtcd('/health').catch(() => undefined);
    return answer?.status === 200;
  }

  /** Starts an etcd member with a control plane's files. */
  startEtcd(
    name: ControlPlaneName,
    options: {
      readonly ports: readonly [number, number];
      readonly members: string;
      readonly joins?: boolean;
      readonly peer?: string;
    },
  ): void {
    const { ports, members, joins = false, peer = this.pki('etcd/peer', name) } = options;
    const [client, peers] = ports.map((port) => `https://127.0.0.1:${port}`);
    const data = join(this.parts.scratch, `etcd-${name}`);
    mkdirSync(data, { mode: 0o700 });
    this.processes.start(`etcd-${name}`, requireTool('etcd'), [
      `--name=${name}`,
      `--data-dir=${data}`,
      `--cert-file=${this.pki('etcd/server.crt', name)}`,
      `--key-file=${this.pki('etcd/server.key', name)}`,
      `--trusted-ca-file=${this.pki('etcd/ca.crt', name)}`,
      '--client-cert-auth=true',
      `--peer-cert-file=${peer}.crt`,
      `--peer-key-file=${peer}.key`,
      `--peer-trusted-ca-file=${this.pki('etcd/ca.crt', name)}`,
      '--peer-client-cert-auth=true',
      `--listen-client-urls=${client ?? ''}`,
      `--advertise-client-urls=${client ?? ''}`,
      `--listen-peer-urls=${peers ?? ''}`,
      `--initial-advertise-peer-urls=${peers ?? ''}`,
      `--initial-cluster=${members}`,
      `--initial-cluster-state=${joins ? 'existing' : 'new'}`,
      '--unsafe-no-fsync',
    ]);
  }

  #startApiServer(name: ControlPlaneName): void {
    const pki = (file: string): string => this.pki(file, name);
    const args = [
      '--bind-address=127.0.0.1',
      `--secure-port=${this.parts.apiPorts[name]}`,
      `--advertise-address=${ADDRESS[name]}`,
      '--endpoint-reconciler-type=none',
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--allow-privileged=true',
      `--client-ca-file=${pki('ca.crt')}`,
      `--tls-cert-file=${pki('apiserver.crt')}`,
      `--tls-private-key-file=${pki('apiserver.key')}`,
      `--etcd-servers=https://127.0.0.1:${this.parts.etcdPort}`,
      `--etcd-cafile=${pki('etcd/ca.crt')}`,
      `--etcd-certfile=${pki('apiserver-etcd-client.crt')}`,
      `--etcd-keyfile=${pki('apiserver-etcd-client.key')}`,
      `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`,
      `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
      `--kubelet-certificate-authority=${pki('ca.crt')}`,
      '--kubelet-preferred-address-types=InternalIP,Hostname',
      `--proxy-client-cert-file=${pki('front-proxy-client.crt')}`,
      `--proxy-client-key-file=${pki('front-proxy-client.key')}`,
      `--requestheader-client-ca-file=${pki('front-proxy-ca.crt')}`,
      '--requestheader-allowed-names=front-proxy-client',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-username-headers=X-Remote-User',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${pki('sa.pub')}`,
      `--service-account-signing-key-file=${pki('sa.key')}`,
      '--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112',
    ];
    this.processes.start(`kube-apiserver-${name}`, requireTool('kube-apiserver'), args);
  }

  /** The controller manager or the scheduler: each is ready when it says so to a client that the API server knows. */
  async #startController(
    name: 'kube-controller-manager' | 'kube-scheduler',
    kubeconfig: string,
    flags: readonly string[],
  ): Promise<void> {
    const port = await freePort();
    const conf = this.conf(kubeconfig);
    const served = join(this.parts.scratch, name);
    const args = [
      ...[
        `--kubeconfig=${conf}`,
        `--authentication-kubeconfig=${conf}`,
        `--authorization-kubeconfig=${conf}`,
      ],
      ...['--bind-address=127.0.0.1', `--secure-port=${port}`, `--cert-dir=${served}`, '--leader-elect=true'],
      ...(name === 'kube-controller-manager'
        ? [
            `--client-ca-file=${this.pki('ca.crt')}`,
            `--requestheader-client-ca-file=${this.pki('front-proxy-ca.crt')}`,
          ]
        : []),
      ...flags,
    ];
    this.processes.start(name, requireTool(name), args, this.parts.network.env);
    await this.processes.ready(name, async () => {
      const answer = await tryAsk({ url: `https://127.0.0.1:${port}/healthz` });
      return answer?.body === 'ok';
    });
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await this.processes.stopAll();
    await this.parts.network.stop();
  }
}
