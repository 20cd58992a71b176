import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expectedTree } from '../../judges/kubeadm-facts.ts';
import type { ExpectedCertificate } from '../../judges/kubeadm-facts.ts';
import { readRecorded } from '../../judges/recorded-facts.ts';
import { repositoryRoot } from '../../support/foreign.ts';

const FIXTURES = join(repositoryRoot, 'test/fixtures');
const recordings = ['kubeadm-1.28', 'kubeadm-1.36'].flatMap((directory) =>
  readdirSync(join(FIXTURES, directory))
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(directory, name)),
);

describe('the expectations and the recorded facts of kubeadm', () => {
  it('are of at least six configurations of 1.36 and of an old version', () => {
    const of = (directory: string) => recordings.filter((path) => path.startsWith(directory)).length;
    expect(of('kubeadm-1.36')).toBeGreaterThanOrEqual(6);
    expect(of('kubeadm-1.28')).toBeGreaterThanOrEqual(1);
  });

  it.each(recordings)('agree on every certificate of %s', async (path) => {
    const recorded = await readRecorded(join(FIXTURES, path));
    const expected: Record<string, ExpectedCertificate> = {};
    for (const file of expectedTree(recorded.config, 'kubeadm')) {
      if (file.kind === 'certificate') expected[file.path] = file.certificate;
      if (file.kind === 'kubeconfig') expected[file.path] = file.kubeconfig.certificate;
    }
    expect(Object.keys(recorded.certificates).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, certificate] of Object.entries(expected)) {
      const { issuedBy, hasSki, hasAki, period, startsWithCa, ...fields } = certificate;
      const facts = recorded.certificates[name];
      expect(facts).toMatchObject(fields);
      expect(facts?.ski !== '').toBe(hasSki);
      expect(facts?.aki?.keyId).toBe(hasAki ? recorded.certificates[issuedBy]?.ski : undefined);
      const lifetime = (Date.parse(facts?.notAfter ?? '') - Date.parse(facts?.notBefore ?? '')) / 1000;
      expect(lifetime - period).toBeGreaterThanOrEqual(300);
      // A leaf that starts where its CA starts lives a little longer: as long as the making of the tree took.
      expect(lifetime - period).toBeLessThanOrEqual(startsWithCa ? 360 : 300);
    }
  });

  it.each(recordings)('agree on the kubeconfigs of %s', async (path) => {
    const recorded = await readRecorded(join(FIXTURES, path));
    for (const file of expectedTree(recorded.config, 'kubeadm')) {
      if (file.kind !== 'kubeconfig') continue;
      const lines = recorded.kubeconfigs[file.path]?.lines ?? [];
      expect(lines).toContain(`    server: ${file.kubeconfig.server}`);
      expect(lines).toContain(`current-context: ${file.kubeconfig.context}`);
      expect(lines.includes('preferences: {}')).toBe(file.kubeconfig.hasPreferences);
    }
  });

  it('hold no key', async () => {
    for (const path of recordings) {
      const text = JSON.stringify(await readRecorded(join(FIXTURES, path)));
      expect(text).not.toMatch(/PRIVATE|LS0tLS1/);
    }
  });
});
