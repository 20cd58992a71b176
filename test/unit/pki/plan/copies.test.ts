import { largeCluster } from '../../../support/cluster.ts';
import { otherAuthority, PKI } from '../../../support/forge.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';

const CP2 = '/etc/kubernetes/nodes/cp-2/etc/kubernetes/pki';
const NODE = '/etc/kubernetes/nodes/node-1/etc/kubernetes/pki';

let made: MemoryTree;
beforeAll(async () => {
  made = await MemoryTree.of(largeCluster());
});

describe('a copy of a shared file', () => {
  it('is made where it is absent or empty', async () => {
    const tree = made.copy().remove(`${CP2}/ca.key`).put(`${CP2}/sa.pub`, '').remove(`${NODE}/ca.crt`);
    expect(await tree.summary()).toEqual([
      'cp-2/ca.key create absent',
      'cp-2/sa.pub create absent',
      'node-1/ca.crt create absent',
    ]);
    await tree.apply();
    for (const id of ['ca.key', 'sa.pub']) expect(tree.text(`${CP2}/${id}`)).toBe(made.text(`${PKI}/${id}`));
    expect(await tree.summary()).toEqual([]);
  });

  it('that differs is brought up to date, but for keys, which may exist nowhere else', async () => {
    const tree = made.copy();
    tree.put(`${CP2}/ca.key`, 'another').put(`${CP2}/sa.key`, 'another');
    tree.put(`${CP2}/sa.pub`, 'another').put(`${NODE}/ca.crt`, (await otherAuthority()).toPem());
    expect(await tree.summary()).toEqual([
      ...[
        'cp-2/ca.key blocked differs',
        'cp-2/sa.pub blocked differs',
        'cp-2/sa.key blocked differs',
        'node-1/ca.crt update differs',
      ],
    ]);
    const { written } = await tree.apply();
    expect(written).toEqual([`${NODE}/ca.crt`]);
    expect(tree.text(`${CP2}/ca.key`)).toBe('another');
  });

  it('of a bundle is the whole bundle', async () => {
    const bundle = made.text(`${PKI}/ca.crt`) + (await otherAuthority()).toPem();
    const tree = made.copy().put(`${PKI}/ca.crt`, bundle);
    await tree.apply();
    expect(tree.text(`${CP2}/ca.crt`)).toBe(bundle);
    expect(tree.text(`${NODE}/ca.crt`)).toBe(bundle);
  });

  it('is not spoilt by an original that cannot be read', async () => {
    const tree = made.copy().put(`${PKI}/ca.crt`, 'junk').remove(`${NODE}/ca.crt`);
    expect(await tree.summary()).toEqual([
      ...[
        'cp-1/ca blocked unreadable',
        'cp-2/ca.crt blocked source-blocked',
        'node-1/ca.crt blocked source-blocked',
      ],
    ]);
    expect((await tree.apply()).written).toEqual([]);
  });

  it('stays where the original is gone', async () => {
    const tree = made.copy().remove(`${PKI}/ca.crt`, `${PKI}/ca.key`);
    expect((await tree.summary()).filter((line) => line.includes('/ca.'))).toEqual([
      ...[
        'cp-2/ca.crt blocked source-blocked',
        'cp-2/ca.key blocked source-blocked',
        'node-1/ca.crt blocked source-blocked',
      ],
    ]);
    expect((await tree.apply()).written).toEqual([]);
  });

  it('is not missed where the CA’s key is elsewhere', async () => {
    const tree = made.copy().remove(`${PKI}/ca.key`, `${CP2}/ca.key`);
    expect(await tree.summary()).toEqual(['cp-1/ca reuse external-ca', 'cp-2/ca.key reuse source-missing']);
    const kept = made.copy().remove(`${PKI}/ca.key`);
    expect(await kept.summary()).toEqual(['cp-1/ca reuse external-ca', 'cp-2/ca.key reuse source-missing']);
  });

  it('is made of an original that this run makes', async () => {
    const tree = made.copy().remove(`${PKI}/sa.pub`, `${CP2}/sa.pub`);
    await tree.apply();
    expect(tree.text(`${CP2}/sa.pub`)).toBe(made.text(`${PKI}/sa.pub`));
  });
});
