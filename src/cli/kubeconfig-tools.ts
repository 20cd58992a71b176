// What `kubectl config` lacks, and all that it needs: a file of its own in the built program.
export { merge } from './kubeconfig/merge.ts';
export { prune } from './kubeconfig/prune.ts';
export { split } from './kubeconfig/split.ts';
