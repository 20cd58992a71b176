/** Fixes that guess nothing, and say on which machine they are run. test/e2e/fixes.test.ts types the others. */
import { generateKeyPairSync } from 'node:crypto';
import type { CheckFinding } from '../../../../src/check/report.ts';
import { evaluateRules } from '../../../../src/check/rules/evaluate.ts';
import type { RuleSettings } from '../../../../src/check/rules/rule.ts';
import { RULES } from '../../../../src/check/rules/rules.ts';
import { cluster, hoursFromNow, largeCluster } from '../../../support/cluster.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';
import { FIXTURES } from './support/fixtures.ts';
import { CHECKED, healthyMachine, machineOfTree, PKI, type TestMachine } from './support/machine.ts';

const DAY = 86_400_000;
const NODES = '/etc/kubernetes/nodes';
const past = { from: hoursFromNow(-99), until: hoursFromNow(-1) };

async function findings(
  machine: TestMachine,
  settings: Partial<RuleSettings> = {},
): Promise<readonly CheckFinding[]> {
  return evaluateRules(await machine.inventory(), {
    now: CHECKED,
    warn: 30 * DAY,
    crit: 7 * DAY,
    ...settings,
  });
}

async function fixOf(machine: TestMachine, code: string, at = ''): Promise<string | undefined> {
  const found = await findings(machine);
  return found.find((one) => one.code === code && one.path.startsWith(at))?.fix;
}

let healthy: TestMachine;
let large: MemoryTree;
beforeAll(async () => {
  healthy = await healthyMachine();
  large = await MemoryTree.of(largeCluster());
});

test.each(Object.keys(FIXTURES))(
  'apply is told its configuration, and no key is removed: %s',
  async (code) => {
    const machine = healthy.copy();
    FIXTURES[code]?.(machine);
    const config = "/root/the cluster's.yaml";
    const fixes = (await findings(machine, { config })).map(({ fix = '' }) => fix);
    for (const fix of [...fixes, ...RULES.map((rule) => rule.fix)]) {
      expect(fix).not.toMatch(
        /kubepki apply(?! --config ('|FILE))|phase (certs|kubeconfig) \S+(?! --config)$/,
      );
      expect(fix).not.toMatch(/\brm (?!\S+\.(new\.crt|plain))/);
    }
  },
);

test('a machine that cannot sign has it done where the key of the CA is, beside what that machine has itself', async () => {
  const machine = healthy.copy().remove(`${PKI}/ca.key`);
  machine.reissue('/var/lib/kubelet/pki/kubelet.crt', past, healthy.ca());
  expect(await fixOf(machine, 'kubelet-certificate-expired')).toBe(
    'on the machine that has /etc/kubernetes/pki/ca.key: kubepki issue kubelet-server --common-name system:node:cp-1 --san cp-1,192.0.2.10 --ca /etc/kubernetes/pki/ca --out kubelet --force, then bring both files here as /var/lib/kubelet/pki/kubelet.crt and /var/lib/kubelet/pki/kubelet.key, then restart kubelet: systemctl restart kubelet',
  );
});

test('files of other machines are made in the tree, and brought there', async () => {
  const machine = machineOfTree(large);
  machine.reissue(`${NODES}/cp-2${PKI}/apiserver.crt`, past, machine.ca());
  expect(await fixOf(machine, 'expired')).toBe(
    `kubepki apply --config FILE, then copy what is in ${NODES}/cp-2 to / of cp-2, and restart kube-apiserver there`,
  );
});

describe('of what machines have in common', () => {
  const foreign = async (): Promise<MemoryTree> => MemoryTree.of(cluster());

  test.each(['', `${NODES}/cp-2`])('the CA under which nothing stands is the wrong one: %s', async (root) => {
    const path = `${root}${PKI}/ca.crt`;
    const machine = machineOfTree(large).put(path, (await foreign()).text(`${PKI}/ca.crt`));
    const found = (await findings(machine)).filter(({ code }) => code === 'shared-file-differs');
    expect(found.map((one) => one.path)).toEqual([path]);
    expect(found[0]?.fix).toContain(`> ${path}, then `);
  });

  test('of two keys of service accounts, no one knows', async () => {
    const other = await foreign();
    const path = `${NODES}/cp-2${PKI}/sa.key`;
    const machine = machineOfTree(large).put(path, other.text(`${PKI}/sa.key`));
    machine.put(`${NODES}/cp-2${PKI}/sa.pub`, other.text(`${PKI}/sa.pub`));
    const fix = await fixOf(machine, 'shared-file-differs', path);
    expect(fix).toMatch(
      /^which of \/etc\/kubernetes\/pki\/sa\.key and .*cp-2.* is not known here: .*openid\/v1\/jwks/,
    );
  });
});

test('of an sa.key and an sa.pub that do not belong together, no one knows without a third', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const machine = healthy
    .copy()
    .put(`${PKI}/sa.pub`, publicKey.export({ type: 'spki', format: 'pem' }).toString());
  expect(await fixOf(machine, 'sa-key-mismatch')).toMatch(/^which of the two is right is not known here: /);
});

test('a CA in whose place another came is put back, and nothing is signed by that', async () => {
  const machine = healthy.copy();
  FIXTURES['ca-replaced']?.(machine);
  expect(await fixOf(machine, 'ca-replaced')).toMatch(
    /^put back into .* only where that is the new CA of all: /,
  );
});

test("etcd's server certificate of another node makes no kubelet another node's", async () => {
  const subject = { commonName: 'cp-9' };
  const machine = healthy.copy().reissue(`${PKI}/etcd/server.crt`, { subject });
  machine.remove('/etc/kubernetes/manifests/etcd.yaml');
  const codes = (await findings(machine)).map(({ code }) => code);
  expect(codes).not.toContain('wrong-node-name');
});

test('a key that is another certificate’s is named as that', async () => {
  const machine = healthy.copy();
  FIXTURES['key-mismatch']?.(machine);
  const [finding] = await findings(machine);
  expect(finding?.message).toContain('which is that of CN=kube-apiserver-etcd-client in');
});
