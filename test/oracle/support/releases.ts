/** The kubeadms that our trees are compared with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { repositoryRoot, type ForeignTool } from '../../support/foreign.ts';

/** A real kubeadm. */
export interface Release {
  /** As kubeadm says it: `v1.36.3`. */
  readonly version: string;
  readonly minor: number;
  /** Path of the program, or the name by which test/support/foreign.ts finds it. */
  readonly program: string;
  /** What must be there for it. */
  readonly tools: readonly ForeignTool[];
}

function releaseOf(version: string, program: string, tools: readonly ForeignTool[]): Release {
  return { version, minor: Number(version.split('.')[1]), program, tools };
}

// The version is that of the module which the program is built from, so that a newer patch needs no change here.
function built(minor: string, tool: ForeignTool): Release {
  const module = readFileSync(join(repositoryRoot, 'test/control-plane', `v${minor}`, 'go.mod'), 'utf8');
  const version = /^(?:require |\t)k8s\.io\/kubernetes (v[\d.]+)$/m.exec(module)?.[1];
  if (version === undefined) throw new Error(`test/control-plane/v${minor}/go.mod names no Kubernetes`);
  return releaseOf(version, tool, [tool]);
}

/** The releases that scripts/control-plane.mjs builds. */
export const RELEASES: readonly Release[] = [built('1.34', 'kubeadm-1.34'), built('1.36', 'kubeadm-1.36')];

/** Further releases, which a person has built: `KUBEADM_BINARIES=v1.28.15=/path,v1.31.0=/path`. */
const GIVEN: readonly Release[] = (process.env['KUBEADM_BINARIES'] ?? '')
  .split(',')
  .filter((pair) => pair !== '')
  .map((pair) => {
    const [version = '', path = ''] = pair.split('=');
    return releaseOf(version, path, []);
  });

/** The built releases and the given ones. */
export const ALL_RELEASES: readonly Release[] = [...RELEASES, ...GIVEN];

/** Random input of each release's own: the seed of all properties, and the release. */
export function seedOf({ minor }: Release): { readonly seed: number } {
  return { seed: (fc.readConfigureGlobal().seed ?? 0) + minor };
}
