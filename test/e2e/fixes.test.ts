/**
 * The commands that the health report prints, pasted into a shell: after them the finding is gone, and nothing that
 * was sound is lost.
 */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkFiles } from '../../src/check/check.ts';
import { diskFiles } from '../../src/node/disk-files.ts';
import type { CheckFinding } from '../../src/check/report.ts';
import { describeWith, repositoryRoot, requireTool, run } from '../support/foreign.ts';
import { hoursFromNow } from '../support/cluster.ts';
import { newRoot, removeRoots } from '../support/disk-tree.ts';
import { FIXTURES } from '../unit/check/rules/support/fixtures.ts';
import { CHECKED, healthyMachine, type TestMachine } from '../unit/check/rules/support/machine.ts';

/** The configuration of the healthy machine. */
const CONFIG = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 192.0.2.10}
nodeRegistration: {name: cp-1}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
encryptionAlgorithm: ECDSA-P256
`;

/** Rules whose fix is a command from beginning to end; what else they need is said by words. */
const COMMANDS = [
  ...['expired', 'expires-critical', 'expires-soon', 'long-validity', 'validity-inverted', 'malformed-date'],
  ...['kubelet-certificate-expired', 'key-mismatch', 'key-missing', 'weak-key', 'unsupported-key'],
  ...['odd-exponent', 'weak-digest', 'negative-serial', 'serial-reuse', 'bad-serial'],
  ...['wrong-ca', 'self-signed', 'issuer-unknown', 'aki-mismatch', 'leaf-is-ca', 'duplicate-extension'],
  ...['no-san', 'missing-service-name', 'missing-service-address', 'missing-advertise-address'],
  ...['etcd-missing-san', 'etcd-peer-missing-san', 'dns-san-is-address', 'malformed-san'],
  ...['wrong-common-name', 'wrong-node-prefix', 'missing-node-group', 'wrong-node-name'],
  ...['kubelet-missing-node-name', 'system-masters'],
  ...['missing-server-auth', 'missing-client-auth', 'etcd-peer-usage', 'etcd-server-usage'],
  ...['missing-digital-signature', 'sa-signing-key-mismatch', 'kubeconfig-ca-mismatch', 'kubeconfig-http'],
  ...['kubeconfig-skips-verification', 'kubeconfig-without-ca', 'kubeconfig-data-and-file'],
  ...['current-context-dangling', 'current-context-unset', 'kubeconfig-without-credentials'],
  ...['kubelet-embeds-certificate', 'shared-file-differs', 'stale-copy', 'signing-ca-untrusted'],
  ...['world-writable', 'manifest-mode', 'kubeconfig-mode', 'key-file-mode', 'certificate-file-mode'],
  ...['pki-directory-mode', 'etcd-data-mode', 'kubelet-config-mode', 'file-missing'],
  ...[
    'requestheader-name-mismatch',
    'front-proxy-ca-shared',
    'apiserver-without-client-ca',
    'etcd-without-client-auth',
  ],
  ...['etcd-without-peer-auth', 'apiserver-without-kubelet-client', 'revoked'],
];

let healthy: TestMachine;
beforeAll(async () => {
  healthy = await healthyMachine();
});
afterEach(removeRoots);

const FOLDERS = /(?<![\w.])\/(?=(?:etc\/kubernetes|var\/lib|root)\b)/g;

/** Writes a machine below a directory. Certificates and keys name no paths; of other files, those stay the machine's. */
function written(machine: TestMachine): string {
  const root = newRoot();
  const source = machine.source();
  for (const [path, { facts }] of machine.files) {
    const target = join(root, path);
    mkdirSync(facts.kind === 'directory' ? target : dirname(target), { recursive: true });
    if (facts.kind === 'file') writeFileSync(target, source.read(path) ?? '');
    chmodSync(target, facts.mode);
  }
  writeFileSync(join(root, 'cluster.yaml'), CONFIG);
  return root;
}

const checked = async (root: string): Promise<readonly CheckFinding[]> => {
  const environment = { now: CHECKED };
  const { findings } = await checkFiles(diskFiles(root), { config: '/cluster.yaml' }, environment);
  // What was moved out of the way may be deleted, or not.
  return findings.filter(({ code, path }) => code !== 'expired-leftover' || !path.endsWith('.bad'));
};

/** What a finding's fix does, step by step: of alternatives the first without `kubeadm`, and no restart. */
function stepsOf({ fix = '' }: CheckFinding): string[] {
  return fix.split(', then ').flatMap((step, at) => {
    const [own = ''] = step.split(', or ').filter((one) => !one.startsWith('kubeadm '));
    return at === 0 || own.startsWith('set ') ? [own] : [];
  });
}

const SETTINGS = /^set (--\S+=.*) in (\S+)$/;

/** Does what a step says: settings are written into the manifest, the rest is typed. */
async function take(step: string, root: string): Promise<string> {
  const [, settings, manifest] = SETTINGS.exec(step) ?? [];
  if (settings === undefined || manifest === undefined) return type(step, root);
  const path = join(root, manifest);
  const pod: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const { command } = (pod as { spec: { containers: [{ command: string[] }] } }).spec.containers[0];
  for (const setting of settings.split(' and ')) {
    const flag = setting.slice(0, setting.indexOf('='));
    const at = command.findIndex((word) => word.startsWith(`${flag}=`));
    command.splice(at < 0 ? command.length : at, at < 0 ? 0 : 1, setting);
  }
  writeFileSync(path, JSON.stringify(pod));
  return step;
}

/** Types a command on the machine: its paths are below a directory here, and its clock is that of the check. */
async function type(command: string, root: string): Promise<string> {
  const bin = join(root, '.bin');
  mkdirSync(bin, { recursive: true });
  const main = join(repositoryRoot, 'dist/cli/main.js');
  const script = `#!/bin/sh
case $1 in apply) set -- "$@" --rootfs '${root}';; esac
exec '${process.execPath}' '${main}' "$@" --now ${CHECKED.toISOString()}
`;
  writeFileSync(join(bin, 'kubepki'), script, { mode: 0o755 });
  const here = command.replace(FOLDERS, `${root}/`).replace('/cluster.yaml', `${root}/cluster.yaml`);
  const tools = [bin, dirname(requireTool('kubectl')), '/usr/bin', '/bin'].join(':');
  const { stdout, stderr } = await run('/bin/sh', ['-c', here], { cwd: root, env: { PATH: tools } });
  const conf = join(root, '/etc/kubernetes/kubelet.conf');
  writeFileSync(conf, readFileSync(conf, 'utf8').replaceAll(`: ${root}/`, ': /'));
  return `${here}\n${stdout}${stderr}`;
}

const PRIVATE = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*-----END [A-Z ]*PRIVATE KEY-----/g;

/** Digests of all private keys below a directory, backups included, also of those that kubeconfigs embed. */
function privateKeys(folder: string): Set<string> {
  const keys = new Set<string>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'latin1');
    const data = [...text.matchAll(/key-data: (\S+)/g)].map(([, base64 = '']) =>
      Buffer.from(base64, 'base64').toString('latin1'),
    );
    for (const [key] of [text, ...data].flatMap((one) => [...one.matchAll(PRIVATE)]))
      keys.add(createHash('sha256').update(key).digest('hex'));
  }
  return keys;
}

const CAS = ['ca', 'front-proxy-ca', 'etcd/ca'].flatMap((base) => [`${base}.crt`, `${base}.key`]);
const PRECIOUS = [...CAS, 'sa.key'].map((name) => `/etc/kubernetes/pki/${name}`);
const contents = (root: string): string[] => PRECIOUS.map((path) => readFileSync(join(root, path), 'latin1'));

const codeOf = ({ code, path }: CheckFinding): string => `${code} ${path}`;

const PKI = '/etc/kubernetes/pki';
const CURRENT = '/var/lib/kubelet/pki/kubelet-client-current.pem';
const CP2 = `/etc/kubernetes/nodes/cp-2${PKI}`;
const past = { from: hoursFromNow(-99), until: hoursFromNow(-1) };
const halved = (path: string) => (machine: TestMachine) =>
  machine.edit(path, (text) => text.slice(0, text.length / 2));
const moved = (machine: TestMachine, from: string, to: string): TestMachine =>
  machine.put(to, machine.text(from));

/** Gives cp-2 the service account keys of the healthy machine. */
const witnessed = (machine: TestMachine): TestMachine =>
  moved(moved(machine, `${PKI}/sa.key`, `${CP2}/sa.key`), `${PKI}/sa.pub`, `${CP2}/sa.pub`);

function newPair(): { readonly key: string; readonly pub: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    pub: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** What else befalls machines. */
const ACCIDENTS: Readonly<Record<string, (machine: TestMachine) => unknown>> = {
  'a certificate that is cut off': halved(`${PKI}/apiserver.crt`),
  'an empty certificate': (machine) => machine.put(`${PKI}/etcd/peer.crt`, ''),
  'a key that is cut off': halved(`${PKI}/apiserver.key`),
  'a key that is gone': (machine) => machine.remove(`${PKI}/apiserver.key`),
  'a certificate that is gone': (machine) => machine.remove(`${PKI}/apiserver-etcd-client.crt`),
  'a kubeconfig that is none': (machine) =>
    machine.put('/etc/kubernetes/scheduler.conf', 'apiVersion: v1\nkind: Config\nclusters: 7\n'),
  'two keys that were swapped': (machine) => {
    const [one, other] = [`${PKI}/apiserver.key`, `${PKI}/etcd/server.key`];
    const text = machine.text(one);
    machine.put(one, machine.text(other)).put(other, text);
  },
  'a key whose right one lies beside it': (machine) =>
    moved(machine, `${PKI}/apiserver.key`, `${PKI}/apiserver.key.old`).put(
      `${PKI}/apiserver.key`,
      newPair().key,
    ),
  'a certificate over another': (machine) => moved(machine, `${PKI}/etcd/server.crt`, `${PKI}/apiserver.crt`),
  'sa.pub of another key, of two control planes': (machine) =>
    witnessed(machine).put(`${PKI}/sa.pub`, newPair().pub),
  'sa.key of another pair, of two control planes': (machine) =>
    witnessed(machine).put(`${PKI}/sa.key`, newPair().key),
  "the first control plane's ca.crt of another cluster": (machine) => {
    moved(machine, `${PKI}/ca.crt`, `${CP2}/ca.crt`);
    moved(machine, `${PKI}/front-proxy-ca.crt`, `${PKI}/ca.crt`);
  },
  "an administrator's copy that ended, where the original did not": (machine) =>
    machine.reissueUser('/root/.kube/config', past),
  'a user whose certificate ended, in a kubeconfig of her own': (machine) =>
    machine.reissueUser('/root/.kube/config', {
      ...past,
      subject: { commonName: 'jane', organizations: ['dev', 'o\u2019ps team'] },
    }),
  'a certificate at a place that kubeadm does not know': (machine) => {
    const [crt, key] = ['/var/lib/kubernetes/etcd.pem', '/var/lib/kubernetes/etcd-key.pem'];
    moved(moved(machine, `${PKI}/etcd/server.crt`, crt), `${PKI}/etcd/server.key`, key);
    machine.set('etcd', 'cert-file', crt).set('etcd', 'key-file', key);

    machine.reissue(crt, past, machine.ca('etcd/ca'));
  },
  "a kubelet's link that leads to nothing": (machine) =>
    moved(machine, CURRENT, CURRENT.replace('current', '2026-02-01-12-00-00')).remove(CURRENT),
  "a kubelet's serving certificate that ended": (machine) =>
    machine.reissue('/var/lib/kubelet/pki/kubelet.crt', past),
};

/** Types the fix of the worst finding again and again, until nothing is found that a fresh machine is not told. */
async function mend(root: string, fresh: readonly string[]): Promise<readonly string[]> {
  const typed: string[] = [];
  for (let times = 0; times < 5; times++) {
    const worst = (await checked(root)).find((one) => !fresh.includes(codeOf(one)));
    if (worst === undefined) return [];
    for (const step of stepsOf(worst)) typed.push(`${codeOf(worst)}: ${await take(step, root)}`);
  }
  return typed;
}

describeWith(['openssl', 'kubectl'], 'a fix that is a command', () => {
  const cases = [...COMMANDS.map((code) => [code, FIXTURES[code]] as const), ...Object.entries(ACCIDENTS)];

  test.each(cases)('mends %s, and loses nothing', async (code, spoil) => {
    const machine = healthy.copy();
    const sound = written(machine);
    const fresh = (await checked(sound)).map(codeOf);
    spoil?.(machine);
    const root = written(machine);
    const keys = privateKeys(root);
    expect((await checked(root)).filter((one) => !fresh.includes(codeOf(one)))).not.toEqual([]);
    expect(await mend(root, fresh)).toEqual([]);
    const left = privateKeys(root);
    expect([...keys].filter((key) => !left.has(key))).toEqual([]);
    // This one comes to trust another CA beside its own.
    if (code !== 'signing-ca-untrusted') expect(contents(root)).toEqual(contents(sound));
  });
});
