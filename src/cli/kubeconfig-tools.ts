// What `kubectl config` lacks, and all that it needs: a file of its own in the built program.
export { prune } from './kubeconfig/prune.ts';
