/** What `kubepki apply` changes while the cluster runs. */
import { readFileSync } from 'node:fs';
import { ADDED_NAME, ADDRESS, EXTENDED } from './support/cluster-files.ts';
import type { Running } from './support/control-plane.ts';
import { nodeRefusal } from './support/https.ts';
import { until } from './support/processes.ts';

/** Changes. The certificates of the API servers are other ones afterwards. */
export function liveChanges(running: Running): void {
  test('API servers answer to a name that apply adds without a restart, and everyone still gets in', async () => {
    const cluster = running();
    const { files } = cluster;
    const machines = ['cp-1', 'cp-2'] as const;
    const ca = files.pki('ca.crt');
    const keys = () =>
      machines.map((machine) => readFileSync(files.pki('apiserver-kubelet-client.key', machine)));
    const before = keys();
    for (const machine of machines)
      expect(await nodeRefusal(cluster.apiPort(machine), ADDED_NAME, ca)).toMatch(/altnames/);
    await files.make(EXTENDED);
    for (const machine of machines)
      await until(`${machine} serves the new certificate`, async () => {
        const refusal = await nodeRefusal(cluster.apiPort(machine), ADDED_NAME, ca);
        return refusal === undefined ? true : undefined;
      });
    expect(keys()).toEqual(before);
    for (const address of Object.values(ADDRESS)) {
      const args = ['--server', `https://${address}:6443`, 'get', '--raw', '/readyz'];
      expect(await cluster.kubectlOk(files.conf('users/jane.conf'), args)).toBe('ok');
    }
  });
}
