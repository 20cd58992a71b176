import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { forgeTree } from '../../judges/forge-tree.ts';
import { GoJudge } from '../../judges/go.ts';
import { DEFAULT_FACTS } from '../../judges/kubeadm-config.ts';
import { expectedTree } from '../../judges/kubeadm-facts.ts';
import { lintCertificates, lintTree, unexpectedFindings } from '../../judges/lint-tree.ts';
import { KUBEADM_LINTS, knownLint } from '../../judges/lint.ts';
import { describeWith } from '../../support/foreign.ts';

describe('the table of what linters say of kubeadm', () => {
  it('has each complaint once, with a reason', () => {
    const keys = KUBEADM_LINTS.map(({ linter, lint }) => `${linter} ${lint}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(KUBEADM_LINTS.filter(({ reason }) => reason === '')).toEqual([]);
  });

  it('knows a complaint only on the certificates and about the names that kubeadm has it for', () => {
    const leaf = { ca: false, ec: false, extKeyUsage: ['serverAuth'] };
    const finding = { file: 'x', severity: 'ERROR', lint: 'pkix.invalid_domain_name_syntax' };
    const about = (name: string) => ({ ...finding, detail: `san: Invalid domain name syntax: "${name}"` });
    expect(knownLint('pkilint', about('cp-1'), leaf)).toBeDefined();
    expect(knownLint('pkilint', about('*.example.com'), leaf)).toBeDefined();
    expect(knownLint('pkilint', about('bad_name.example.com'), leaf)).toBeUndefined();
    const noSki = { ...finding, lint: 'pkix.certificate_skid_end_entity_missing', detail: '' };
    expect(knownLint('pkilint', noSki, leaf)).toBeDefined();
    expect(knownLint('pkilint', noSki, { ...leaf, ca: true })).toBeUndefined();
  });
});

describeWith(['go', 'zlint', 'pkilint'], 'the linters as judges', () => {
  let judge: GoJudge;
  let directory: string;

  beforeAll(async () => {
    judge = await GoJudge.start();
    directory = await mkdtemp(join(tmpdir(), 'kubepki-lint-test-'));
  });
  afterAll(async () => {
    await judge.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('find nothing new in a tree of kubeadm’s form', async () => {
    const expected = expectedTree({ ...DEFAULT_FACTS, keyAlgorithm: 'ECDSA-P256' }, 'kubepki');
    const dirs = await forgeTree(expected, directory, { judge, issuedAt: new Date('2026-03-01T12:00:00Z') });
    const findings = await lintTree(dirs, judge);
    expect(unexpectedFindings(findings)).toEqual([]);
    const where = findings
      .filter(({ lint }) => lint === 'w_ext_subject_key_identifier_missing_sub_cert')
      .map(({ file }) => file);
    expect(where).toEqual(expect.arrayContaining(['admin.conf', 'apiserver.crt', 'etcd/peer.crt']));
    expect(where).not.toContain('ca.crt');
  });

  it('find what kubeadm never does, each on its own certificate', async () => {
    const dates = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2027-01-01T00:00:00Z' };
    const base = { ...dates, curve: 'P-256', usage: ['serverAuth'] } as const;
    const bad = await judge.issue(
      { ...base, cn: 'a', dns: ['bad name.example.com'], notAfter: '2025-01-01T00:00:00Z' },
      undefined,
    );
    const good = await judge.issue({ ...base, cn: 'b', dns: ['good.example.com'] }, undefined);
    const findings = await lintCertificates(
      [
        { path: 'good.crt', pem: good.cert },
        { path: 'bad.crt', pem: bad.cert },
      ],
      judge,
    );
    const lines = unexpectedFindings(findings);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^bad\.crt: zlint error e_validity_time_not_positive/),
        expect.stringMatching(/^bad\.crt: pkilint ERROR pkix\.invalid_domain_name_syntax: .*bad name/),
      ]),
    );
    const ofGood = lines.filter((line) => line.startsWith('good.crt'));
    expect(ofGood.join()).not.toMatch(/time|domain_name/);
  });
});
