/** etcd: members let each other in by their peer certificates, and clients by theirs. */
import type { Running } from './support/control-plane.ts';
import { issue, pair, strangerCa } from './support/kubepki.ts';
import { until } from './support/processes.ts';

/** The members. */
export function etcdMembers(running: Running): void {
  const named = async () => (await running().etcds.members()).map(({ name = '' }) => name).sort();

  test('cp-2 has joined cp-1 by its peer certificate', async () => {
    expect(await named()).toEqual(expect.arrayContaining(['cp-1', 'cp-2']));
  });

  test.each([
    ['cp-1', 'cp-2'],
    ['cp-2', 'cp-1'],
  ])('what is written to %s is replicated to %s', async (writer, reader) => {
    const { etcds } = running();
    expect((await etcds.put(writer, `/e2e/by-${writer}`, 'replicated')).status).toBe(200);
    const value = await until('replication', () => etcds.ownValue(reader, `/e2e/by-${writer}`));
    expect(value).toBe('replicated');
  });

  test('peers answer to a peer certificate, of either machine, and to nobody without one', async () => {
    const { files, etcds } = running();
    for (const [member, other] of [
      ['cp-1', 'cp-2'],
      ['cp-2', 'cp-1'],
    ] as const) {
      expect((await etcds.askPeer(member, pair(files.pki('etcd/peer', other)))).status).toBe(200);
      await expect(etcds.askPeer(member, {})).rejects.toThrow(
        /certificate required|ECONNRESET|bad certificate/,
      );
    }
  });

  test('a third member is kept out by a peer certificate of another CA, and joins by one of ours', async () => {
    const cluster = running();
    const { etcds } = cluster;
    const peerOf = (ca: string, out: string) =>
      issue({
        profile: 'peer',
        ca,
        commonName: 'cp-3',
        out: cluster.scratch(out),
        args: ['--san', 'cp-3,127.0.0.1'],
      });
    const stranger = await strangerCa('etcd-ca', cluster.scratch('stranger-etcd-ca'));
    await peerOf(stranger, 'stranger-peer');
    await peerOf(cluster.files.pki('etcd/ca'), 'third-peer');
    await etcds.put('cp-1', '/e2e/before', 'it joined');
    await etcds.announce('cp-3');
    etcds.startAnnounced('cp-3', cluster.scratch('stranger-peer'));
    expect(await etcds.ended('cp-3')).toBe(1);
    expect(etcds.logOf('cp-3')).toContain('remote error: tls: unknown certificate authority');
    expect(await named()).toEqual(['', 'cp-1', 'cp-2']);
    await etcds.stop('cp-3');
    etcds.startAnnounced('cp-3', cluster.scratch('third-peer'));
    await etcds.ready('cp-3');
    expect(await named()).toEqual(['cp-1', 'cp-2', 'cp-3']);
    expect(await until('the data', () => etcds.ownValue('cp-3', '/e2e/before'))).toBe('it joined');
  });
}
