import { parseClusterConfig, renderRbacManifest, type ClusterSpec } from '../../../src/pki/index.ts';
import { parseYamlDocuments } from '../../../src/yaml/parse.ts';

function specOf(kubernetesVersion: string): ClusterSpec {
  const flags = { kubernetesVersion, nodeName: 'cp-1', apiserverAdvertiseAddress: '10.0.0.10' };
  return parseClusterConfig(undefined, { flags }).spec;
}

describe('the RBAC manifest', () => {
  it('is empty for 1.28, whose identities are of system:masters', () => {
    expect(renderRbacManifest(specOf('v1.28.0'))).toBe('');
  });

  it('binds the group of admin.conf to cluster-admin from 1.29 on', () => {
    expect(renderRbacManifest(specOf('v1.30.0'))).toMatchInlineSnapshot(`
"apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: kubeadm:cluster-admins
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: kubeadm:cluster-admins
"
`);
  });

  it('binds the client of kubelets where its certificate has no group', () => {
    const documents = parseYamlDocuments(renderRbacManifest(specOf('v1.36.1')));
    expect(documents.map(({ value }) => value)).toMatchObject([
      { metadata: { name: 'kubeadm:cluster-admins' } },
      {
        metadata: { name: 'kubeadm:apiserver-kubelet-client' },
        roleRef: { name: 'system:kubelet-api-admin' },
        subjects: [{ kind: 'User', name: 'kube-apiserver-kubelet-client' }],
      },
    ]);
  });
});
