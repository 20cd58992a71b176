import { AUTHORITY_ROWS, CERTIFICATE_ROWS } from '../../../../src/pki/layout/certificate-rows.ts';
import { KUBECONFIG_ROWS } from '../../../../src/pki/layout/kubeconfig-rows.ts';
import { layout } from '../../../../src/pki/layout/layout.ts';
import { KUBEADM_PROFILES } from '../../../../src/pki/layout/profiles.ts';
import { filesOf, type Target } from '../../../../src/pki/layout/target.ts';
import { cluster, controlPlane, largeCluster, node, user } from '../../../support/cluster.ts';

const duplicates = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

const targetsOf = (...input: Parameters<typeof layout>): Target[] =>
  [...layout(...input)].flatMap(({ targets }) => targets);

describe('the tables of the tree', () => {
  it('name every row and every path once', () => {
    const rows = [...AUTHORITY_ROWS, ...CERTIFICATE_ROWS];
    expect(duplicates(rows.map(({ id }) => id))).toEqual([]);
    expect(duplicates(rows.map(({ base }) => base))).toEqual([]);
    expect(duplicates(KUBECONFIG_ROWS.map(({ id }) => id))).toEqual([]);
    expect(rows.map(({ base }) => base)).not.toContain('sa');
  });

  it('know the authority and the profile of every certificate', () => {
    const authorities = AUTHORITY_ROWS.map(({ id }) => id);
    const profiles: readonly unknown[] = Object.values(KUBEADM_PROFILES);
    for (const row of CERTIFICATE_ROWS) {
      expect(authorities).toContain(row.authority);
      expect(profiles).toContain(row.profile);
      expect(row.profile.ca).toBe(false);
    }
  });

  it('make nothing under an authority that a cluster with external etcd does not have', () => {
    const absent = AUTHORITY_ROWS.filter((row) => !row.withExternalEtcd).map(({ id }) => id);
    const kept = CERTIFICATE_ROWS.filter((row) => row.withExternalEtcd);
    expect(kept.filter(({ authority }) => absent.includes(authority))).toEqual([]);
  });

  it('give names to the certificates of servers alone', () => {
    for (const row of CERTIFICATE_ROWS) {
      const serves = row.profile.extendedKeyUsage.some((usage) => usage === 'serverAuth');
      expect(row.subjectAltNames !== undefined).toBe(serves);
    }
  });

  it('are frozen', () => {
    for (const table of [AUTHORITY_ROWS, CERTIFICATE_ROWS, KUBECONFIG_ROWS, KUBEADM_PROFILES]) {
      expect(Object.isFrozen(table)).toBe(true);
    }
  });
});

describe('the targets of a cluster', () => {
  const everything = largeCluster({
    controlPlanes: [
      controlPlane('cp-1', '192.0.2.10'),
      controlPlane('cp-2', '192.0.2.11'),
      controlPlane('cp-3', '192.0.2.12'),
    ],
    nodes: [node('cp-1'), node('cp-2'), node('worker')],
    users: [user('admin'), user('cp-1')],
  });
  const forms = ['embed', 'files', 'files-abs'] as const;

  it.each(forms)('lie in files of their own (%s)', (kubeconfigCerts) => {
    const targets = targetsOf(everything, { kubeconfigCerts });
    // A combined PEM is one file that holds certificate and key.
    expect(duplicates(targets.flatMap(filesOf))).toEqual([]);
    for (const file of targets.flatMap(filesOf)) expect(file).toMatch(/^\/(?!.*\/[./])/);
  });

  it.each(forms)('are named once by each owner (%s)', (kubeconfigCerts) => {
    for (const { targets, owner } of layout(everything, { kubeconfigCerts })) {
      expect(duplicates(targets.map(({ id }) => id))).toEqual([]);
      expect(targets.every((target) => target.owner === owner)).toBe(true);
    }
  });

  it('come after the authorities that they stand under, and after the files that they copy', () => {
    const seen = new Set<string>();
    for (const target of targetsOf(everything, { kubeconfigCerts: 'files' })) {
      if (target.kind === 'certificate') expect(seen).toContain(target.authority);
      if (target.kind === 'kubeconfig') expect(seen).toContain(target.frame.authority);
      if (target.kind === 'copy') expect(seen).toContain(target.source);
      if (target.kind === 'authority') seen.add(target.id);
      for (const file of filesOf(target)) seen.add(file);
    }
  });

  it('are computed anew for each run', () => {
    const [first, second] = [targetsOf(everything), targetsOf(everything)];
    expect(first).toEqual(second);
    first.forEach((target, index) => {
      expect(target).not.toBe(second[index]);
    });
  });

  it('put authorities and the key pair into the first group alone', () => {
    const [, ...others] = layout(cluster({ nodes: [node('a')], users: [user('b')] }));
    const kinds = others.flatMap(({ targets }) => targets.map(({ kind }) => kind));
    expect(kinds).not.toContain('authority');
    expect(kinds).not.toContain('key-pair');
  });
});
