/** What is staged is read back before it is put in place: what the disk has not kept as it was made is never used. */
import { basename } from 'node:path';
import { apply, type ApplyOptions } from '../../../../src/pki/apply.ts';
import { nodeFileSystem, type FileSystem } from '../../../../src/pki/disk/file-system.ts';
import { layout } from '../../../../src/pki/layout/layout.ts';
import { filesOf } from '../../../../src/pki/layout/target.ts';
import type { ClusterSpec } from '../../../../src/pki/spec/spec.ts';
import { cluster, NOW } from '../../../support/cluster.ts';
import { filesBelow, newRoot, removeRoots } from '../../../support/disk-tree.ts';

let root: string;
beforeEach(() => {
  root = newRoot();
});
afterEach(removeRoots);

/** A disk on which one staged file, by its number, comes back with another byte in its middle. */
function forgetful(number: number): FileSystem {
  return {
    ...nodeFileSystem,
    async readFile(path) {
      const data = Uint8Array.from(await nodeFileSystem.readFile(path));
      if (!new RegExp(`^\\.kubepki-stage-.*-${number}$`).test(basename(path))) return data;
      const middle = Math.floor(data.length / 2);
      // Another letter of base64, of most that stand there.
      data[middle] = data[middle] === 0x41 ? 0x42 : 0x41;
      return data;
    },
  };
}

const applied = (spec: ClusterSpec, fs: FileSystem) => {
  const options: ApplyOptions & { readonly fs: FileSystem } = { rootfs: root, fs };
  return apply(spec, options, { now: NOW });
};

const SPEC = cluster();
const FILES = [...layout(SPEC, {})].flatMap(({ targets }) => targets.flatMap(filesOf));

describe('a byte that the disk has changed', () => {
  it.each(FILES.map((_path, number) => [number]))('in staged file %i ends the run', async (number) => {
    await expect(applied(SPEC, forgetful(number))).rejects.toMatchObject({ code: 'verification-failed' });
    expect(filesBelow(root)).toEqual([]);
  });

  it('nowhere lets the run end well: the disk of these tests works else', async () => {
    const { written } = await applied(SPEC, forgetful(FILES.length));
    expect(written).toHaveLength(FILES.length);
  });
});
