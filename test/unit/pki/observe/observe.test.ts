import { platformCrypto } from '../../../../src/crypto/environment.ts';
import { PkiError } from '../../../../src/errors/pki-error.ts';
import { layout } from '../../../../src/pki/layout/layout.ts';
import type { Target } from '../../../../src/pki/layout/target.ts';
import type { Authorities, AuthorityObservation } from '../../../../src/pki/observe/observation.ts';
import { observe } from '../../../../src/pki/observe/observe.ts';
import { largeCluster } from '../../../support/cluster.ts';
import { authorityOf, otherAuthority, PKI } from '../../../support/forge.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';

let made: MemoryTree;
beforeAll(async () => {
  made = await MemoryTree.of(largeCluster());
});

function target(id: string, owner = 'cp-1'): Target {
  const found = [...layout(made.spec)]
    .flatMap(({ targets }) => targets)
    .find((known) => known.id === id && known.owner === owner);
  if (found === undefined) throw new Error(`no target is called ${id}`);
  return found;
}

/** Observes a target, and says which files were read for it. */
async function look(
  id: string,
  {
    tree = made,
    owner = 'cp-1',
    authorities = new Map(),
  }: { tree?: MemoryTree; owner?: string; authorities?: Authorities } = {},
) {
  const seen: string[] = [];
  const read = (path: string): Promise<Uint8Array | undefined> => {
    seen.push(path);
    return tree.read(path);
  };
  const observation = await observe(target(id, owner), { read, crypto: platformCrypto(), authorities });
  return { observation, seen };
}

async function authorities(tree = made): Promise<Authorities> {
  const { observation } = await look('ca', { tree });
  if (observation.kind !== 'authority') throw new Error('ca is an authority');
  return new Map([['ca', observation]]);
}

describe('what is on disk', () => {
  it.each([
    ['ca', 'cp-1', [`${PKI}/ca.crt`, `${PKI}/ca.key`]],
    ['apiserver', 'cp-1', [`${PKI}/apiserver.crt`, `${PKI}/apiserver.key`]],
    ['sa', 'cp-1', [`${PKI}/sa.key`, `${PKI}/sa.pub`]],
    ['admin.conf', 'cp-1', ['/etc/kubernetes/admin.conf']],
    ['ca.crt', 'node-1', [`/etc/kubernetes/nodes/node-1${PKI}/ca.crt`, `${PKI}/ca.crt`]],
    [
      'kubelet-client',
      'node-1',
      ['/etc/kubernetes/nodes/node-1/var/lib/kubelet/pki/kubelet-client-current.pem'],
    ],
    // What it names lies on the node, not on this machine.
    ['kubelet.conf', 'node-1', ['/etc/kubernetes/nodes/node-1/etc/kubernetes/kubelet.conf']],
  ])('is read from the files of the target alone: %s of %s', async (id, owner, files) => {
    const { seen, observation } = await look(id, { owner });
    expect(seen).toEqual(files);
    expect(observation.obstacles).toEqual([]);
  });

  it('is nothing where there is nothing, or an empty file', async () => {
    for (const tree of [
      new MemoryTree(made.spec, {}, new Map()),
      made.copy().put(`${PKI}/apiserver.crt`, '').put(`${PKI}/apiserver.key`, ''),
    ]) {
      const { observation } = await look('apiserver', { tree });
      expect(observation).toMatchObject({ certificate: undefined, privateKey: undefined, obstacles: [] });
    }
  });

  it('says by whom a certificate is signed, as far as there is a CA to compare', async () => {
    const signed = async (given: Authorities): Promise<unknown> => {
      const { observation } = await look('apiserver', { authorities: given });
      return observation.kind === 'certificate' ? observation.signedByAuthority : 'no certificate';
    };
    expect(await signed(new Map())).toBeUndefined();
    expect(await signed(await authorities())).toBe(true);
    const other = made.copy().put(`${PKI}/ca.crt`, (await otherAuthority()).toPem());
    expect(await signed(await authorities(other))).toBe(false);
    const both = made
      .copy()
      .put(`${PKI}/ca.crt`, (await otherAuthority()).toPem() + made.text(`${PKI}/ca.crt`));
    expect(await signed(await authorities(both))).toBe(true);
  });

  it('is a CA that signs only with the key of one of its certificates', async () => {
    const of = async (tree: MemoryTree): Promise<AuthorityObservation> => {
      const { observation } = await look('ca', { tree });
      if (observation.kind !== 'authority') throw new Error('ca is an authority');
      return observation;
    };
    expect((await of(made)).issuer?.certificate).toEqual((await authorityOf(made)).certificate);
    expect(await of(made.copy().remove(`${PKI}/ca.key`))).toMatchObject({
      keyPresent: false,
      keyMatches: undefined,
      issuer: undefined,
    });
    const mixed = made.copy().put(`${PKI}/ca.key`, made.text(`${PKI}/sa.key`));
    expect(await of(mixed)).toMatchObject({ keyPresent: true, keyMatches: false, issuer: undefined });
  });

  it('is an obstacle, named by its path, where it is not what it should be', async () => {
    const certificate = made.text(`${PKI}/apiserver.crt`);
    // The length of the subject alternative names' list: an extension that is decoded only when it is asked for.
    const der = Buffer.from(certificate.replace(/-----.*/g, ''), 'base64');
    const sans = der.indexOf(Buffer.from('0603551d11', 'hex'));
    der[sans + 8] = (der[sans + 8] ?? 0) ^ 0x02;
    const broken = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
    for (const text of ['junk', made.text(`${PKI}/ca.key`), broken]) {
      const { observation } = await look('apiserver', {
        tree: made.copy().put(`${PKI}/apiserver.crt`, text),
      });
      expect(observation.obstacles.map(({ path }) => path)).toEqual([`${PKI}/apiserver.crt`]);
    }
    const locked = made
      .copy()
      .put(
        `${PKI}/apiserver.key`,
        '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n',
      );
    expect((await look('apiserver', { tree: locked })).observation.obstacles.map(({ path }) => path)).toEqual(
      [`${PKI}/apiserver.key`],
    );
  });

  it('is an error only where the file system refuses', async () => {
    const refuse = (code: 'io' | 'unexpected-file') => () =>
      Promise.reject(
        code === 'io'
          ? new PkiError('io', 'no', { details: { path: '/x', operation: 'read', errno: 'EACCES' } })
          : new PkiError('unexpected-file', 'a directory', {
              details: { path: '/x', expected: 'a file', actual: 'a directory' },
            }),
      );
    const context = { crypto: platformCrypto(), authorities: new Map() };
    await expect(observe(target('apiserver'), { ...context, read: refuse('io') })).rejects.toMatchObject({
      code: 'io',
    });
    const { obstacles } = await observe(target('apiserver'), { ...context, read: refuse('unexpected-file') });
    expect(obstacles.map(({ message }) => message)).toEqual(['a directory', 'a directory']);
  });
});
