/** A real control plane on files that kubepki wrote, and what its parts say of them. */
import { describeWith } from '../support/foreign.ts';
import { aggregation } from './aggregation.ts';
import { kubelets, people } from './authorization.ts';
import { clients } from './clients.ts';
import { controllers } from './controllers.ts';
import { etcdMembers } from './etcd-members.ts';
import { handedOut } from './handed-out.ts';
import { highAvailability } from './high-availability.ts';
import { identities } from './identities.ts';
import { kubeconfigCheck } from './kubeconfig-check.ts';
import { kubeletApi } from './kubelet-api.ts';
import { liveChanges } from './live-changes.ts';
import { names } from './names.ts';
import { refusals } from './refusals.ts';
import { ControlPlane } from './support/control-plane.ts';
import { tokens } from './tokens.ts';
import { webhooks } from './webhooks.ts';

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

    describe('knows who each kubeconfig is:', () => {
      identities(running);
    });
    describeWith(['go'], 'knows who clients are by', () => {
      clients(running);
    });
    describe('is called by kubepki kubeconfig check:', () => {
      kubeconfigCheck(running);
    });
    describe('lets people and programs do what they may:', () => {
      people(running);
    });
    describe('lets kubelets do what they may:', () => {
      kubelets(running);
    });
    describe('knows tokens', () => {
      tokens(running);
    });
    describe('knows whom a kubeconfig was handed out to:', () => {
      handedOut(running);
    });
    describe('has controllers:', () => {
      controllers(running);
    });
    describe('aggregates APIs:', () => {
      aggregation(running);
    });
    describe('calls an admission webhook:', () => {
      webhooks(running);
    });
    describe('calls kubelets:', () => {
      kubeletApi(running);
    });
    describe('is called by the names of its certificates:', () => {
      names(running);
    });
    describe('is highly available:', () => {
      highAvailability(running);
    });
    describe('has an etcd of members:', () => {
      etcdMembers(running);
    });
    describe('refuses:', () => {
      refusals(running);
    });
    // Last, because it changes the files.
    describe('sees changes:', () => {
      liveChanges(running);
    });
  },
);
