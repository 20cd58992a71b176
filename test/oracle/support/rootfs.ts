/** kubeadm shut into a directory: its `certs` commands look for kubeconfigs in /etc/kubernetes alone. */
import { join } from 'node:path';
import { requireTool, run, type RunResult } from '../../support/foreign.ts';
import type { Workplace } from './kubeadm.ts';
import type { Release } from './releases.ts';

/** The tree of /etc/kubernetes below a directory, and a configuration for it at /kubeadm.yaml. */
export function rootfsPlace(root: string): Workplace {
  const kubeconfigs = join(root, 'etc/kubernetes');
  return { kubeconfigs, pki: join(kubeconfigs, 'pki'), config: join(root, 'kubeadm.yaml') };
}

/** Runs `kubeadm certs …` with /kubeadm.yaml below a directory; who is not root is root in a user namespace. */
export function certsBelow(
  { program, tools: [tool] }: Release,
  root: string,
  args: readonly string[],
): Promise<RunResult> {
  const path = tool === undefined ? program : requireTool(tool);
  const whole = ['certs', ...args, '--config', '/kubeadm.yaml', '--rootfs', root];
  if (process.getuid?.() === 0) return run(path, whole);
  return run('unshare', ['--user', '--map-root-user', path, ...whole]);
}
