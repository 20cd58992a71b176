import { dirname, resolve } from 'node:path';
import { canonicalKubeconfig } from '../../kubeconfig/canonical.ts';
import type { MergedKubeconfig } from '../../kubeconfig/merge.ts';
import { flattenKubeconfig, minifyKubeconfig, redactKubeconfig } from '../../kubeconfig/view.ts';
import type { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import type { RunCommand } from '../command.ts';
import { usageError } from '../usage-error.ts';
import { readFlags, type KubectlArguments } from './flags.ts';
import { filesOf, operandsOf } from './kubeconfig.ts';
import { VIEW_OPTIONS } from './options.ts';
import { readNamed, writerOf } from './output.ts';

/** `kubeconfig view` */
export const view: RunCommand = ({ argv }, io) => {
  const given = readFlags(argv, VIEW_OPTIONS);
  operandsOf(given, []);
  const write = writerOf(given, io);
  const files = filesOf(given, io);
  const merged = load(files, given);
  let { config } = merged;
  if (given.flag('minify') === true) {
    const context = given.text('context') ?? '';
    config = minifyKubeconfig(context === '' ? config : { ...config, currentContext: context });
  }
  if (given.flag('flatten') === true) config = flattenKubeconfig(config, reader(files), merged.originOf);
  else if (given.flag('raw') !== true) config = redactKubeconfig(config);
  io.stdout(write(canonicalKubeconfig(config)));
  return Promise.resolve(0);
};

/** All files as one; with `--merge=false` the explicit one as it is, which then has to be there. */
function load(files: KubeconfigFiles, given: KubectlArguments): MergedKubeconfig {
  if (given.flag('merge') !== false) return files.load();
  if (!files.isExplicit) throw usageError('--merge=false needs --kubeconfig FILE', { option: '--merge' });
  const path = files.defaultPath;
  return { config: files.loadFile(path), originOf: () => path };
}

function reader(files: KubeconfigFiles): (path: string, from: string | undefined) => Uint8Array {
  return (path, from) => readNamed(resolve(dirname(files.absolute(from ?? 'config')), path));
}
