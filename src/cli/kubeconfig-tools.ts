// What `kubectl config` lacks, and all that it needs: a file of its own in the built program.
export { create } from './kubeconfig/create.ts';
export { prune } from './kubeconfig/prune.ts';
