import type { ClusterSpec } from '../../../../src/pki/spec/spec.ts';
import { cluster, version } from '../../../support/cluster.ts';
import { kubeconfig, target, targetsOf } from './support/views.ts';

describe('what the release of Kubernetes decides', () => {
  const MINORS = [28, 29, 30, 31, 32, 33, 34, 35, 36, 37] as const;
  const of = (minor: number, patch = 99): ClusterSpec =>
    cluster({ kubernetesVersion: version(`v1.${minor}.${patch}`) });
  const groups = (spec: ClusterSpec, id: string): unknown => {
    const found = target(spec, id);
    return 'subject' in found ? (found.subject.organizations ?? []) : undefined;
  };
  const byMinor = <T>(read: (spec: ClusterSpec) => T): T[] => MINORS.map((minor) => read(of(minor)));

  it('is super-admin.conf, from 1.29 on', () => {
    const has = byMinor((spec) => targetsOf(spec).some(({ id }) => id === 'super-admin.conf'));
    expect(has).toEqual(MINORS.map((minor) => minor >= 29));
  });

  it('is who administrators and clients of etcd are', () => {
    const [masters, admins] = [['system:masters'], ['kubeadm:cluster-admins']];
    expect(byMinor((spec) => groups(spec, 'admin.conf'))).toEqual(
      MINORS.map((minor) => (minor === 28 ? masters : admins)),
    );
    for (const id of ['apiserver-etcd-client', 'etcd-healthcheck-client']) {
      expect(byMinor((spec) => groups(spec, id))).toEqual(
        MINORS.map((minor) => (minor === 28 ? masters : [])),
      );
    }
  });

  it.each([
    ['v1.28.15', ['system:masters']],
    ['v1.32.9', ['kubeadm:cluster-admins']],
    ['v1.33.11', ['kubeadm:cluster-admins']],
    ['v1.33.12', []],
    ['v1.34.7', ['kubeadm:cluster-admins']],
    ['v1.34.8', []],
    ['v1.35.4', ['kubeadm:cluster-admins']],
    ['v1.35.5', []],
    ['v1.36.0', ['kubeadm:cluster-admins']],
    ['v1.36.1', []],
    ['v1.37.0', []],
  ])('is the group of apiserver-kubelet-client: %s', (text, expected) => {
    expect(groups(cluster({ kubernetesVersion: version(text) }), 'apiserver-kubelet-client')).toEqual(
      expected,
    );
  });

  it('is the empty preferences in kubeconfigs, up to 1.33', () => {
    expect(byMinor((spec) => kubeconfig(spec, 'admin.conf').preferences)).toEqual(
      MINORS.map((minor) => minor <= 33),
    );
  });

  it('is the kind of the keys inside kubeconfigs, which was RSA up to 1.30', () => {
    const kind = byMinor((spec) => {
      const found = target(spec, 'admin.conf');
      return 'keyAlgorithm' in found ? found.keyAlgorithm : undefined;
    });
    expect(kind).toEqual(MINORS.map((minor) => (minor <= 30 ? 'RSA-2048' : 'ECDSA-P256')));
    expect(
      target(cluster({ kubernetesVersion: version('v1.30.0'), keyAlgorithm: 'RSA-3072' }), 'admin.conf'),
    ).toMatchObject({ keyAlgorithm: 'RSA-3072' });
  });
});
