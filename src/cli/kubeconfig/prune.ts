import { pruneKubeconfig } from '../../kubeconfig/prune.ts';
import type { RunCommand } from '../command.ts';
import { editKubeconfigs, filesOf } from './edit-files.ts';

/** `kubeconfig prune` */
export const prune: RunCommand = ({ values }, io) => {
  const files = filesOf(values, io);
  // What one file names may be in another.
  const among = files.paths.flatMap((path) => files.loadIfThere(path) ?? []);
  const paths = files.paths.filter((path) => files.isExplicit || files.loadIfThere(path) !== undefined);
  return Promise.resolve(
    editKubeconfigs(values, io, { paths, edit: (config) => pruneKubeconfig(config, { among }) }),
  );
};
