/** The configuration of one control plane, as kubeadm reads it. */
export const configuration = (
  algorithm,
  certificatesDir = '/etc/kubernetes/pki',
) => `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 10.200.0.10}
nodeRegistration: {name: cp-1}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
encryptionAlgorithm: ${algorithm}
certificatesDir: ${certificatesDir}
`;
