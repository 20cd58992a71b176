import { isPkiError } from '../../../../src/errors/pki-error.ts';
import type { ClusterFlags } from '../../../../src/pki/spec/spec.ts';
import { CLUSTER, FAILED, INIT, OURS, read } from './read-config.ts';

const FILE = `${CLUSTER}clusterName: prod
controlPlaneEndpoint: lb:8443
networking: {serviceSubnet: 10.96.0.0/16, dnsDomain: prod.local}
apiServer: {certSANs: [a.x, 10.1.1.1]}
encryptionAlgorithm: ECDSA-P256
certificatesDir: /srv/pki
${INIT.replace('10.0.0.10', '10.0.0.10, bindPort: 7443')}`;

function wrong(text: string | undefined, flags: ClusterFlags): string | undefined {
  try {
    read(text, { flags });
    return 'accepted';
  } catch (error) {
    return isPkiError(error, 'usage') ? error.details.option : String(error);
  }
}

describe('flags', () => {
  it('alone describe a cluster', () => {
    const flags: Required<ClusterFlags> = {
      nodeName: 'CP-1',
      apiserverAdvertiseAddress: '10.0.0.10',
      apiserverBindPort: '7443',
      controlPlaneEndpoint: 'lb:8443',
      serviceCidr: '10.97.0.0/16',
      serviceDnsDomain: 'x.local',
      apiserverCertExtraSans: ['A.b', '1.2.3.4'],
      kubernetesVersion: '1.33.1',
      clusterName: 'c',
      keyAlgorithm: 'RSA-3072',
    };
    const { spec, warnings } = read(undefined, { flags, defaults: FAILED });
    expect(warnings).toEqual([]);
    expect(spec).toMatchObject({
      kubernetesVersion: { text: 'v1.33.1' },
      clusterName: 'c',
      controlPlaneEndpoint: { host: 'lb', port: 8443 },
      serviceSubnets: ['10.97.0.0/16'],
      dnsDomain: 'x.local',
      apiServerCertSANs: ['a.b', '1.2.3.4'],
      keyAlgorithm: 'RSA-3072',
      controlPlanes: [{ name: 'cp-1', advertiseAddress: '10.0.0.10', bindPort: 7443 }],
    });
  });

  it.each<[keyof ClusterFlags, string, string]>([
    ['nodeName', 'bad_name', '--node-name'],
    ['apiserverAdvertiseAddress', 'banana', '--apiserver-advertise-address'],
    ['apiserverBindPort', '70000', '--apiserver-bind-port'],
    ['apiserverBindPort', '0', '--apiserver-bind-port'],
    ['apiserverBindPort', 'x', '--apiserver-bind-port'],
    ['controlPlaneEndpoint', 'LB', '--control-plane-endpoint'],
    ['serviceCidr', 'banana', '--service-cidr'],
    ['serviceDnsDomain', 'A', '--service-dns-domain'],
    ['kubernetesVersion', '1.2', '--kubernetes-version'],
    ['keyAlgorithm', 'Ed25519', '--key-algorithm'],
  ])('with a bad value are wrong usage: %s %s', (flag, value, option) => {
    expect(wrong(undefined, { [flag]: value })).toBe(option);
    expect(wrong(undefined, { apiserverCertExtraSans: ['a_b'] })).toBe('--apiserver-cert-extra-sans');
  });

  it.each<[keyof ClusterFlags, string | number | string[], string | number | string[], string]>([
    ['nodeName', ' CP-1', 'cp-2', '--node-name'],
    ['apiserverAdvertiseAddress', '010.0.0.10', '10.0.0.11', '--apiserver-advertise-address'],
    ['apiserverBindPort', 7443, '6443', '--apiserver-bind-port'],
    ['controlPlaneEndpoint', 'lb:8443', 'lb', '--control-plane-endpoint'],
    ['serviceCidr', '10.96.1.0/16', '10.97.0.0/16', '--service-cidr'],
    ['serviceDnsDomain', 'prod.local', 'cluster.local', '--service-dns-domain'],
    ['apiserverCertExtraSans', ['10.1.1.1', 'A.X'], ['a.x'], '--apiserver-cert-extra-sans'],
    ['kubernetesVersion', '1.36.3', 'v1.36.2', '--kubernetes-version'],
    ['clusterName', 'prod', 'test', '--cluster-name'],
    ['keyAlgorithm', 'ECDSA-P256', 'RSA-2048', '--key-algorithm'],
  ])('may repeat what the file says and not contradict it: %s', (flag, same, other, option) => {
    expect(wrong(FILE, { [flag]: same })).toBe('accepted');
    expect(wrong(FILE, { [flag]: other })).toBe(option);
  });

  it('say what the file leaves out', () => {
    const { spec } = read(`${OURS}nodes: [{name: w1}]`, {
      flags: { nodeName: 'cp-9', keyAlgorithm: 'ECDSA-P256' },
    });
    expect([spec.controlPlanes[0].name, spec.keyAlgorithm]).toEqual(['cp-9', 'ECDSA-P256']);
  });

  it('that are empty count as not given', () => {
    expect(wrong(FILE, { nodeName: '', apiserverBindPort: '', apiserverCertExtraSans: [] })).toBe('accepted');
  });

  it('contradict a gate that decides the algorithm', () => {
    const file = `${CLUSTER}featureGates: {PublicKeysECDSA: true}\n`;
    expect(wrong(file, { keyAlgorithm: 'RSA-2048' })).toBe('--key-algorithm');
    expect(wrong(file, { keyAlgorithm: 'ECDSA-P256' })).toBe('accepted');
  });
});
