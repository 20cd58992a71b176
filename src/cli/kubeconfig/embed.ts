import { dirname, resolve } from 'node:path';
import { embedFiles } from '../../kubeconfig/embed.ts';
import type { RunCommand } from '../command.ts';
import { STANDARD } from '../input.ts';
import { editKubeconfigs, filesOf, presentPaths, type Edited } from './edit-files.ts';
import { choiceOf } from './entry-choice.ts';
import { readNamed } from './read-named.ts';
import { wideMode } from './wide-mode.ts';

/** `kubeconfig embed` */
export const embed: RunCommand = ({ values }, io) => {
  const files = filesOf(values, io);
  const paths = presentPaths(files);
  const choice = choiceOf(values, files, paths);
  const tokenFiles = values.flag('token-files');
  const out = values.text('out');
  const edit: Parameters<typeof editKubeconfigs>[2]['edit'] = (config, path): Edited => {
    const read = (named: string): Uint8Array => readNamed(resolve(dirname(path), named));
    const edited = embedFiles(config, read, { ...choice, tokenFiles });
    const holdsSecret = edited.changes.some(({ after }) => after === 'client-key-data' || after === 'token');
    if (!holdsSecret || out === STANDARD) return edited;
    const target = out === undefined ? path : resolve(io.cwd, out);
    return { ...edited, notices: wideMode(target, 'the key that is in it now') };
  };
  return Promise.resolve(editKubeconfigs(values, io, { paths, edit }));
};
