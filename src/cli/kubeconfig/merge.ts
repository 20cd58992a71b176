import { dirname, resolve } from 'node:path';
import { combineKubeconfigs } from '../../kubeconfig/combine.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import type { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import { rebaseKubeconfig } from '../../node/kubeconfig-paths.ts';
import type { RunCommand } from '../command.ts';
import { editKubeconfigs, filesOf } from './edit-files.ts';
import { readSources, real } from './read-sources.ts';
import { wideMode } from './wide-mode.ts';

/** `kubeconfig merge` */
export const merge: RunCommand = async ({ values }, io) => {
  const files = filesOf(values, io);
  const target = files.defaultPath;
  const sources = await readSources(
    { paths: values.operands, target: files.absolute(target), embed: values.flag('embed') },
    io,
  );
  const options = {
    among: values.text('out') === undefined ? usedWith(target, values.operands, { files, cwd: io.cwd }) : [],
    clusterName: values.text('name'),
    useContext: values.flag('use-context'),
    join: values.flag('join'),
  };
  return editKubeconfigs(values, io, {
    paths: [target],
    mayBeNew: true,
    edit: (config, path) => {
      const combined = combineKubeconfigs(config, sources, {
        ...options,
        resolvePath: (named) => resolve(dirname(path), named),
      });
      const { notices } = combined;
      const hasMore = combined.config.users.length > config.users.length;
      // A new file, as --out makes it, is its owner's alone.
      if (!hasMore || values.text('out') !== undefined) return combined;
      return { ...combined, notices: [...notices, ...wideMode(path, 'the credentials that are in it')] };
    },
  });
};

/** The files of KUBECONFIG behind the target, but for those that are merged, with paths as they are from the target. */
function usedWith(
  target: string,
  sources: readonly string[],
  { files, cwd }: { readonly files: KubeconfigFiles; readonly cwd: string },
): readonly Kubeconfig[] {
  const to = files.absolute(target);
  const left = new Set([to, ...sources.map((path) => resolve(cwd, path))].map(real));
  return files.paths.flatMap((path) => {
    const from = files.absolute(path);
    const config = left.has(real(from)) ? undefined : files.loadIfThere(path);
    return config === undefined ? [] : [rebaseKubeconfig(config, { from, to })];
  });
}
