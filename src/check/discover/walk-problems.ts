import type { Finding } from '../../errors/finding.ts';
import type { FileSource } from '../files.ts';
import { isNamedAsPki, nothingInside } from './contents.ts';
import type { Walked } from './walk.ts';

/** What is wrong with what lies in a folder, before any file is read: names that lead to no file, and limits. */
export function walkProblems(files: FileSource, { folders, others, unlisted, cut }: Walked): Finding[] {
  return [
    ...folders.filter(isNamedAsPki).map((path) => nothingInside(path, 'a directory')),
    ...others
      .filter((path) => isNamedAsPki(path) && !isUnreachable(files, path))
      .map((path) => nothingInside(path, whatIs(files, path))),
    ...others.filter((path) => isUnreachable(files, path)).map(unreachable),
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

/** A name of octets that are no UTF-8 leads nowhere as text. */
function isUnreachable(files: FileSource, path: string): boolean {
  return path.includes('\ufffd') && files.stat(path) === undefined;
}

function unreachable(path: string): Finding {
  return {
    code: 'search-cut-short',
    severity: 'warning',
    path,
    message: 'its name is not UTF-8, and it is not looked at',
    fix: 'give it a name in UTF-8',
  };
}

function whatIs(files: FileSource, path: string): string {
  return files.stat(path) === undefined ? 'a link that leads to nothing' : 'a pipe, a socket or a device';
}
