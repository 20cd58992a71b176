/** A real control plane on files that kubepki wrote, and what its parts say of them. */
import { describeWith } from '../support/foreign.ts';
import { ControlPlane } from './support/control-plane.ts';
import { identities } from './identities.ts';

describeWith(
  ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
  'a control plane on our files',
  () => {
    let cluster: ControlPlane | undefined;

    beforeAll(async () => {
      const start = performance.now();
      cluster = await ControlPlane.start();
      console.log(`the control plane was ready after ${((performance.now() - start) / 1000).toFixed(1)} s`);
    });
    afterAll(() => cluster?.stop());

    const running = (): ControlPlane => {
      if (cluster === undefined) throw new Error('the control plane did not start');
      return cluster;
    };

    describe('knows who each kubeconfig is', () => {
      identities(running);
    });
  },
);
