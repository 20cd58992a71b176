import {
  ageOf,
  featuresOf,
  isNewestLabel,
  NEWEST_KUBERNETES,
  parseKubernetesVersion,
  type KubernetesFeatures,
} from '../../../../src/pki/spec/kubernetes-version.ts';

function features(text: string): KubernetesFeatures {
  const version = parseKubernetesVersion(text);
  if (version === undefined) throw new Error(`${text} is no version`);
  return featuresOf(version);
}

/** The releases from 1.28 to 1.37 of which a column is true. */
const where = (column: (row: KubernetesFeatures) => boolean): number[] =>
  Array.from({ length: 10 }, (_, index) => index + 28).filter((minor) => column(features(`v1.${minor}.0`)));

describe('what differs between releases', () => {
  it('is what running each kubeadm showed', () => {
    const all = [28, 29, 30, 31, 32, 33, 34, 35, 36, 37];
    expect(where((row) => row.configApis.includes('v1beta3'))).toEqual(all.slice(0, 9));
    expect(where((row) => row.configApis.includes('v1beta4'))).toEqual(all.slice(3));
    expect(where((row) => row.superAdmin)).toEqual(all.slice(1));
    expect(where((row) => row.adminGroups.join() === 'system:masters')).toEqual([28]);
    expect(where((row) => row.adminGroups.join() === 'kubeadm:cluster-admins')).toEqual(all.slice(1));
    expect(where((row) => row.etcdClientGroups.join() === 'system:masters')).toEqual([28]);
    expect(where((row) => row.kubeletServerLocal)).toEqual(all.slice(5));
    expect(where((row) => row.preferencesLine)).toEqual(all.slice(0, 6));
    expect(where((row) => row.kubeconfigKeysAlwaysRsa)).toEqual(all.slice(0, 3));
    expect(where((row) => row.keyAlgorithms.includes('ECDSA-P256'))).toEqual(all.slice(3));
    expect(where((row) => row.keyAlgorithms.includes('ECDSA-P384'))).toEqual(all.slice(6));
    expect(where((row) => row.ecdsaGate)).toEqual(all.slice(0, 9));
  });

  it.each([
    ['v1.28.15', ['system:masters']],
    ['v1.32.99', ['kubeadm:cluster-admins']],
    ['v1.33.11', ['kubeadm:cluster-admins']],
    ['v1.33.12', []],
    ['v1.34.7', ['kubeadm:cluster-admins']],
    ['v1.34.8', []],
    ['v1.35.4', ['kubeadm:cluster-admins']],
    ['v1.35.5', []],
    ['v1.36.0', ['kubeadm:cluster-admins']],
    ['v1.36.1', []],
    ['v1.37.0', []],
    ['v1.38.0', []],
    ['v2.0.0', []],
  ])('the kubelet client of %s is in %j, and needs a binding where it is in none', (version, groups) => {
    expect(features(version).kubeletClientGroups).toEqual(groups);
    expect(features(version).kubeletClientBinding).toBe(groups.length === 0);
  });

  it('is taken from the newest for releases that are newer', () => {
    expect(features('v1.99.0')).toEqual(featuresOf(NEWEST_KUBERNETES));
  });
});

describe('versions', () => {
  it.each([
    ['v1.36.3', { major: 1, minor: 36, patch: 3, text: 'v1.36.3' }],
    ['1.36.3', { major: 1, minor: 36, patch: 3, text: 'v1.36.3' }],
    ['v1.36.99999999999', { major: 1, minor: 36, patch: 99999999999, text: 'v1.36.99999999999' }],
    ['v1.36.3-0a.-+01.-', { major: 1, minor: 36, patch: 3, text: 'v1.36.3-0a.-+01.-' }],
    ['v1.37.0-rc.1+abc', { major: 1, minor: 37, patch: 0, text: 'v1.37.0-rc.1+abc' }],
  ])('%s is read', (text, expected) => {
    expect(parseKubernetesVersion(text)).toEqual(expected);
  });

  it.each([
    '',
    'v',
    '1.36',
    'v1.36.',
    'v1.036.3',
    'v1.36.3 ',
    'v1.36.3/x',
    'vv1.36.3',
    `v1.36.3-${'x'.repeat(100)}`,
    // Refused by version.ParseSemantic of k8s.io/apimachinery.
    'v1.36.3-',
    'v1.36.3+',
    'v1.36.3_1',
    'v1.36.3.4',
    'v1.36.3x',
    'v1.36.3-rc..1',
    'v1.36.3-rc.01',
    'v1.36.3-rc_1',
    'v1.36.3+a+b',
  ])('%j is none', (text) => {
    expect(parseKubernetesVersion(text)).toBeUndefined();
  });

  it('are known from 1.28 to 1.37', () => {
    const ages = ['v0.9.0', 'v1.27.99', 'v1.28.0', 'v1.37.99', 'v1.38.0', 'v2.0.0'].map((text) => {
      const version = parseKubernetesVersion(text);
      return version && ageOf(version);
    });
    expect(ages).toEqual(['too-old', 'too-old', 'known', 'known', 'newer', 'newer']);
    expect(
      ['stable', 'stable-1', 'latest', 'stable-1.30', 'ci/latest', 'v1.36.0'].map(isNewestLabel),
    ).toEqual([true, true, true, false, false, false]);
  });
});
