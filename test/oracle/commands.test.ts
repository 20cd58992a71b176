/** kubeadm's `certs` commands on trees of ours, shut into a directory as if it were the machine. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { apply } from '../../src/pki/apply.ts';
import { plan } from '../../src/pki/plan-tree.ts';
import { parseClusterConfig } from '../../src/pki/spec/parse.ts';
import type { ClusterSpec } from '../../src/pki/spec/spec.ts';
import { dataOf } from '../judges/compare-kubeconfig.ts';
import { GoJudge } from '../judges/go.ts';
import { changesBetween } from '../support/disk-tree.ts';
import { describeWith, tempDir } from '../support/foreign.ts';
import { snapshotOf } from './support/agreement.ts';
import { compareFields } from './support/compare.ts';
import type { Workplace } from './support/kubeadm.ts';
import { documentsOf, type Question } from './support/question.ts';
import { questionsFor } from './support/questions.ts';
import { RELEASES, seedOf, type Release } from './support/releases.ts';
import { certsBelow, rootfsPlace } from './support/rootfs.ts';
import { treeFacts } from './support/tree-facts.ts';

const RUNS = Number(process.env['ORACLE_COMMANDS'] ?? '8');

interface Row {
  readonly name: string;
  readonly expirationDate: string;
  readonly externallyManaged: boolean;
  readonly missing?: boolean;
}

/** What `check-expiration` must name: certificates and kubeconfigs, by their files. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  apiserver: 'pki/apiserver.crt',
  'apiserver-kubelet-client': 'pki/apiserver-kubelet-client.crt',
  'front-proxy-client': 'pki/front-proxy-client.crt',
  'admin.conf': 'admin.conf',
  'super-admin.conf': 'super-admin.conf',
  'controller-manager.conf': 'controller-manager.conf',
  'scheduler.conf': 'scheduler.conf',
  ca: 'pki/ca.crt',
  'front-proxy-ca': 'pki/front-proxy-ca.crt',
};
const ETCD: Readonly<Record<string, string>> = {
  'apiserver-etcd-client': 'pki/apiserver-etcd-client.crt',
  'etcd-healthcheck-client': 'pki/etcd/healthcheck-client.crt',
  'etcd-peer': 'pki/etcd/peer.crt',
  'etcd-server': 'pki/etcd/server.crt',
  'etcd-ca': 'pki/etcd/ca.crt',
};

/** The configurations in which this machine need not be asked, which it cannot be below another root. */
const questions = (release: Release): fc.Arbitrary<Question> =>
  questionsFor(release)
    .filter(({ init }) => init !== undefined)
    .map((question) => ({ ...question, certDir: '/etc/kubernetes/pki' }));

/** Our tree below a root. */
async function makeOurs(question: Question, root: string): Promise<{ place: Workplace; spec: ClusterSpec }> {
  const place = rootfsPlace(root);
  const text = documentsOf(question, '');
  const { spec } = parseClusterConfig(text);
  await apply(spec, { rootfs: root });
  await writeFile(place.config, text);
  return { place, spec };
}

function endOf(kubeconfigs: string, file: string): Date {
  const text = readFileSync(join(kubeconfigs, file), 'utf8');
  const pem = file.endsWith('.conf') ? dataOf(text).certificate : text;
  return new Date(new X509Certificate(pem).validTo);
}

/** The time as the table has it: `Nov 23, 2027 14:58 UTC`. */
function shown(date: Date): string {
  const [, , day, month, year, time = ''] = /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(date.toUTCString()) ?? [];
  return `${month ?? ''} ${day ?? ''}, ${year ?? ''} ${time.slice(0, 5)} UTC`;
}

async function expiration(release: Release, root: string): Promise<{ table: string; rows: readonly Row[] }> {
  const [table, json] = await Promise.all([
    certsBelow(release, root, ['check-expiration']),
    certsBelow(release, root, ['check-expiration', '-o', 'json']),
  ]);
  expect([table.code, json.code]).toEqual([0, 0]);
  const info = JSON.parse(json.stdout);
  expect(info.kind).toBe('CertificateExpirationInfo');
  return { table: table.stdout, rows: [...info.certificates, ...info.certificateAuthorities] };
}

for (const release of RELEASES) {
  describeWith(
    [...release.tools, 'go', 'unshare'],
    `the certs commands of kubeadm ${release.version}`,
    () => {
      let judge: GoJudge;
      beforeAll(async () => {
        judge = await GoJudge.start();
      });
      afterAll(() => judge.stop());

      it('check our tree, and say the dates that stand in our files', async () => {
        await fc.assert(
          fc.asyncProperty(questions(release), async (question) => {
            const root = tempDir();
            const { place, spec } = await makeOurs(question, root);
            const { table, rows } = await expiration(release, root);
            const files = { ...CERTIFICATES, ...(spec.etcd.kind === 'local' && ETCD) };
            expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(files).sort());
            for (const { name, expirationDate, externallyManaged, missing = false } of rows) {
              const end = endOf(place.kubeconfigs, files[name] ?? '');
              expect([name, externallyManaged, missing]).toEqual([name, false, false]);
              expect([name, Date.parse(expirationDate)]).toEqual([name, end.getTime()]);
              const line = table.split('\n').find((text) => text.startsWith(`${name} `));
              expect(line).toContain(` ${shown(end)} `);
            }
            expect(table).not.toMatch(/MISSING|<invalid>/);
          }),
          { numRuns: RUNS, ...seedOf(release) },
        );
      });

      it('renew our tree, which keeps every field and needs nothing more', async () => {
        await fc.assert(
          fc.asyncProperty(questions(release), async (question) => {
            const root = tempDir();
            const { place, spec } = await makeOurs(question, root);
            const [before, facts] = [snapshotOf(place), await treeFacts(place, judge)];
            const renewal = await certsBelow(release, root, ['renew', 'all']);
            expect([renewal.code, renewal.stdout.includes('MISSING')]).toEqual([0, false]);
            // Every certificate and kubeconfig but the CAs', and the kubelet's, which is its own.
            const files = { ...CERTIFICATES, ...(spec.etcd.kind === 'local' && ETCD) };
            const renewed = Object.values(files)
              .filter((file) => !file.endsWith('ca.crt'))
              .flatMap((file) => (file.endsWith('.crt') ? [file, file.replace(/crt$/, 'key')] : [file]));
            expect(changesBetween(before, snapshotOf(place))).toEqual(renewed.sort());
            expect(compareFields(question, await treeFacts(place, judge), facts)).toEqual([]);
            const { steps } = await plan(spec, { rootfs: root });
            expect(steps.filter(({ action }) => action !== 'reuse')).toEqual([]);
          }),
          { numRuns: RUNS, ...seedOf(release) },
        );
      });
    },
  );
}
