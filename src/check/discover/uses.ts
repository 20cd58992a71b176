import type { FileUse } from '../inventory.ts';
import type { ProgramCall } from './command-line.ts';
import { FILE_FLAGS } from './roles.ts';

/** Where a program runs: leads its paths back to those of the machine; `undefined` where a path is not of it. */
export type Locate = (path: string, flag: string) => string | undefined;

/** The files that a program's flags name. */
export function usesOf({ name, flags }: ProgramCall, source: string, locate: Locate): FileUse[] {
  const uses: FileUse[] = [];
  const add = (use: Pick<FileUse, 'flag' | 'role' | 'path'>): void => {
    const path = use.path === '' ? undefined : locate(use.path, use.flag);
    if (path !== undefined) uses.push({ component: name, source, ...use, path });
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
