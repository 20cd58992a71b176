import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { pruneKubeconfig } from '../../kubeconfig/prune.ts';
import type { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import { rebaseKubeconfig } from '../../node/kubeconfig-paths.ts';
import type { RunCommand } from '../command.ts';
import { clockOf } from '../environment.ts';
import { editKubeconfigs, filesOf } from './edit-files.ts';
import { expiredUsers } from './expired-users.ts';

/** `kubeconfig prune` */
export const prune: RunCommand = ({ values }, io) => {
  const files = filesOf(values, io);
  // What one file names may be in another.
  const among = files.paths.flatMap((path) => loadAbsolute(files, path));
  const paths = files.paths.filter((path) => files.isExplicit || files.loadIfThere(path) !== undefined);
  const { reasons, notices } = values.flag('expired')
    ? expiredUsers(among, clockOf(values, io))
    : { reasons: new Map<string, string>(), notices: [] };
  const [first = ''] = paths;
  return Promise.resolve(
    editKubeconfigs(values, io, {
      paths,
      edit: (config, path) => ({
        ...pruneKubeconfig(config, { among, uselessUser: (name) => reasons.get(name) }),
        notices: path === files.absolute(first) ? notices : [],
      }),
    }),
  );
};

/** A kubeconfig with paths that lead to their files from anywhere; none where it is not there. */
function loadAbsolute(files: KubeconfigFiles, path: string): readonly Kubeconfig[] {
  const config = files.loadIfThere(path);
  return config === undefined
    ? []
    : [rebaseKubeconfig(config, { from: files.absolute(path), to: undefined })];
}
