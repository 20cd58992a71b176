import type { Finding } from '../../errors/finding.ts';
import type { FileSource } from '../files.ts';
import { isNamedAsPki, nothingInside } from './contents.ts';
import type { Walked } from './walk.ts';

/** What is wrong with what lies in a folder, before any file is read: names that lead to no file, and limits. */
export function walkProblems(files: FileSource, { folders, others, unlisted, cut }: Walked): Finding[] {
  return [
    ...folders.filter(isNamedAsPki).map((path) => nothingInside(path, 'a directory')),
    ...others.filter(isNamedAsPki).map((path) => nothingInside(path, whatIs(files, path))),
    ...unlisted.map((path): Finding => ({
      code: 'no-permission',
      severity: 'warning',
      path,
      message: 'its names are kept from the user that runs the check',
    })),
    ...cut.map(({ path, why }): Finding => ({
      code: 'search-cut-short',
      severity: 'warning',
      path,
      message: why,
    })),
  ];
}

function whatIs(files: FileSource, path: string): string {
  return files.stat(path) === undefined ? 'a link that leads to nothing' : 'a pipe, a socket or a device';
}
