import { dirname, resolve } from 'node:path';
import { combineKubeconfigs } from '../../kubeconfig/combine.ts';
import type { RunCommand } from '../command.ts';
import { editKubeconfigs, filesOf } from './edit-files.ts';
import { readSources } from './read-sources.ts';

/** `kubeconfig merge` */
export const merge: RunCommand = async ({ values }, io) => {
  const files = filesOf(values, io);
  const target = files.defaultPath;
  const sources = await readSources(
    { paths: values.operands, target: files.absolute(target), embed: values.flag('embed') },
    io,
  );
  const options = {
    clusterName: values.text('name'),
    useContext: values.flag('use-context'),
    join: values.flag('join'),
  };
  return editKubeconfigs(values, io, {
    paths: [target],
    mayBeNew: true,
    edit: (config, path) =>
      combineKubeconfigs(config, sources, {
        ...options,
        resolvePath: (named) => resolve(dirname(path), named),
      }),
  });
};
