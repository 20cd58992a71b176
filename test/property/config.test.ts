import * as fc from 'fast-check';
import { isPkiError } from '../../src/errors/pki-error.ts';
import { parseClusterConfig } from '../../src/pki/spec/parse.ts';
import type { ClusterFlags } from '../../src/pki/spec/spec.ts';

const VALID = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
clusterName: prod
controlPlaneEndpoint: lb.example.com:8443
networking: {serviceSubnet: "10.96.0.0/16,fd00::/112", podSubnet: 10.244.0.0/16, dnsDomain: cluster.local}
apiServer: {certSANs: [api.example.com, 10.1.1.1, "*.x.org"]}
etcd: {local: {serverCertSANs: [a.b], peerCertSANs: [1.2.3.4]}}
certificateValidityPeriod: 8760h
featureGates: {PublicKeysECDSA: true}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 10.0.0.10, bindPort: 6443}
nodeRegistration: {name: cp-1, taints: []}
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: JoinConfiguration
nodeRegistration: {name: w1}
---
apiVersion: kubepki/v1alpha1
kind: ClusterPKI
nodes:
- name: node01
  addresses: [10.0.0.21, node01.internal]
controlPlanes:
- {name: cp-2, advertiseAddress: 10.0.0.11, certSANs: [x.y]}
users:
- {name: jane, groups: [dev], validity: 8h, namespace: team-a}
`;
const defaults = { hostName: () => 'this-host', address: () => '192.0.2.7' };

/** Parses, and answers the code of a PkiError; any other error fails the test. */
function outcome(text: string | Uint8Array | undefined, flags: ClusterFlags = {}): string {
  try {
    parseClusterConfig(text, { defaults, flags });
    return 'accepted';
  } catch (error) {
    if (isPkiError(error)) return error.code;
    throw error;
  }
}

const REFUSED = ['invalid-config', 'invalid-yaml', 'limit-exceeded', 'usage'];
const noise = fc.constantFrom(
  '',
  '\0',
  '\t',
  '- ',
  ': ',
  '&a ',
  '*a',
  '<<: ',
  '!!binary ',
  '"',
  "'",
  '[',
  '}',
  '1',
  'null',
  'é',
  '\ud800',
  '%',
  '__proto__: ',
  '---\n',
  '\n',
);

describe('configurations', () => {
  it('that are valid are accepted', () => {
    expect(outcome(VALID)).toBe('accepted');
  });

  it('of random bytes are refused with a PkiError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(REFUSED).toContain(outcome(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('with something cut, doubled or put in are accepted or refused with a PkiError', () => {
    const edit = fc.record({
      at: fc.nat(VALID.length),
      cut: fc.nat(40),
      put: fc.oneof(noise, fc.string({ maxLength: 5 })),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce(
          (before, { at, cut, put }) => before.slice(0, at) + put + before.slice(at + cut),
          VALID,
        );
        expect(['accepted', ...REFUSED]).toContain(outcome(text));
      }),
      { numRuns: 800 },
    );
  });

  it('with any value in any field are accepted or refused with a PkiError', () => {
    const kinds = ['ClusterConfiguration', 'InitConfiguration', 'JoinConfiguration', 'ClusterPKI'];
    const fields = [
      'networking',
      'etcd',
      'apiServer',
      'featureGates',
      'localAPIEndpoint',
      'nodes',
      'users',
      'controlPlanes',
      'clusterName',
      'kubernetesVersion',
      'certificateValidityPeriod',
      'controlPlane',
      'nodeRegistration',
      '__proto__',
      'constructor',
    ];
    const key = fc.oneof(
      fc.constantFrom(
        'name',
        'addresses',
        'local',
        'external',
        'endpoints',
        'certSANs',
        'serviceSubnet',
        'groups',
        'validity',
        'bindPort',
        'toString',
      ),
      fc.string({ maxLength: 6 }),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 12 }),
          fc.double(),
          fc.boolean(),
          fc.constant(null),
          fc.ipV4(),
          fc.domain(),
        ),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    const document = fc.record({
      kind: fc.constantFrom(...kinds),
      fields: fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 5 }),
    });
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 3 }), (documents) => {
        const text = documents
          .map(({ kind, fields: of }) => {
            const apiVersion = kind === 'ClusterPKI' ? 'kubepki/v1alpha1' : 'kubeadm.k8s.io/v1beta4';
            return JSON.stringify(
              Object.fromEntries([...Object.entries(of), ['apiVersion', apiVersion], ['kind', kind]]),
            );
          })
          .join('\n---\n');
        expect(['accepted', ...REFUSED]).toContain(outcome(text));
      }),
      { numRuns: 600 },
    );
  });

  it('of random flags are accepted or refused as wrong usage', () => {
    const text = fc.oneof(fc.string({ maxLength: 20 }), fc.ipV4(), fc.ipV6(), fc.domain());
    const flags = fc.record(
      {
        nodeName: text,
        apiserverAdvertiseAddress: text,
        apiserverBindPort: fc.oneof(text, fc.integer()),
        controlPlaneEndpoint: text,
        serviceCidr: text,
        serviceDnsDomain: text,
        apiserverCertExtraSans: fc.array(text),
        kubernetesVersion: text,
        clusterName: text,
        keyAlgorithm: text,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(flags, (given) => {
        expect(['accepted', 'usage']).toContain(outcome(undefined, given));
      }),
      { numRuns: 500 },
    );
  });
});
