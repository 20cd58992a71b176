// What `kubectl config` lacks, and all that it needs: a file of its own in the built program.
export { create } from './kubeconfig/create.ts';
export { diff } from './kubeconfig/diff.ts';
export { embed } from './kubeconfig/embed.ts';
export { extract } from './kubeconfig/extract.ts';
export { merge } from './kubeconfig/merge.ts';
export { prune } from './kubeconfig/prune.ts';
export { split } from './kubeconfig/split.ts';
