import type { FileUse } from '../inventory.ts';
import type { ProgramCall } from './command-line.ts';
import { FILE_FLAGS } from './roles.ts';

/** Where a program runs: leads its paths back to those of the machine. */
export type Locate = (path: string) => string;

/** The files that a program's flags name. */
export function usesOf({ name, flags }: ProgramCall, source: string, locate: Locate): FileUse[] {
  const uses: FileUse[] = [];
  const add = (use: Pick<FileUse, 'flag' | 'role' | 'path'>): void => {
    if (use.path !== '') uses.push({ component: name, source, ...use, path: locate(use.path) });
  };
  for (const { flag, role } of FILE_FLAGS[name] ?? [])
    for (const value of flags.get(flag) ?? [])
      for (const path of isList(flag) ? value.split(',') : [value]) add({ flag: `--${flag}`, role, path });
  for (const value of flags.get('tls-sni-cert-key') ?? []) {
    const [certificate = '', key = ''] = value.replace(/:.*$/, '').split(',');
    add({ flag: '--tls-sni-cert-key', role: 'server-certificate', path: certificate });
    add({ flag: '--tls-sni-cert-key', role: 'key', path: key });
  }
  return uses;
}

const isList = (flag: string): boolean => flag === 'service-account-key-file';
