import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Kubeconfig } from '../kubeconfig/model.ts';
import { mapPaths } from '../kubeconfig/paths.ts';

/**
 * A kubeconfig that is to lie elsewhere: its relative paths lead where they led. They stay relative where the file lies
 * below the new folder, and become absolute else.
 *
 * @param places `from`: absolute path of the kubeconfig; `to`: that of the new one, `undefined` where it has no place, as
 *   on standard output
 */
export function rebaseKubeconfig(
  config: Kubeconfig,
  { from, to }: { readonly from: string; readonly to: string | undefined },
): Kubeconfig {
  if (to !== undefined && dirname(from) === dirname(to)) return config;
  return mapPaths(config, (path, { field }) => {
    if (isAbsolute(path)) return path;
    const absolute = resolve(dirname(from), path);
    if (to === undefined) return absolute;
    const inside = relative(dirname(to), absolute);
    if (inside === '' || inside === '..' || inside.startsWith('../')) return absolute;
    // A command without a slash would be looked for in PATH.
    return field === 'exec.command' && !inside.includes('/') ? `./${inside}` : inside;
  });
}
