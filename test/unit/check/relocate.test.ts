import { checkFiles, memoryFiles, type CheckReport } from '../../../src/check/index.ts';
import { joinReports, relocate } from '../../../src/check/relocate.ts';
import { cluster, hoursFromNow } from '../../support/cluster.ts';
import { MemoryTree } from '../../support/memory-tree.ts';

const PKI = '/etc/kubernetes/pki';

let healthy: CheckReport;
let broken: CheckReport;
beforeAll(async () => {
  const tree = await MemoryTree.of(cluster());
  const environment = { now: hoursFromNow(1) };
  healthy = await checkFiles(memoryFiles(tree.files), {}, environment);
  tree.put(`${PKI}/apiserver.key`, tree.text(`${PKI}/etcd/server.key`));
  broken = await checkFiles(memoryFiles(tree.files), {}, environment);
});

const nothing = (): Promise<CheckReport> => checkFiles(memoryFiles([]), {}, { now: hoursFromNow(1) });

/** A report of whose files one is kept from the reader. */
async function closed(): Promise<CheckReport> {
  const findings = [
    {
      code: 'no-permission',
      severity: 'warning' as const,
      path: `${PKI}/ca.key`,
      message: 'x',
      source: 'y',
      fix: 'run the check as root',
    },
  ];
  return checkFiles(memoryFiles([]), { findings }, { now: hoursFromNow(1) });
}

test('a report about this machine stays as it is', () => {
  expect(relocate(broken, '/')).toBe(broken);
});

test('files are named where they lie here, and what is to be done is for the machine they are of', () => {
  const moved = relocate(broken, '/mnt/cp');
  expect(moved.checked).toEqual(['/mnt/cp']);
  for (const { path, id, signedBy, uses } of moved.certificates) {
    for (const one of [
      path,
      id,
      ...signedBy,
      ...uses.map((use) => use.path),
      ...uses.map((use) => use.source),
    ])
      expect(one).toMatch(/^\/mnt\/cp\/etc\/kubernetes\//);
  }
  const [finding] = moved.findings;
  expect(finding).toMatchObject({
    code: 'key-mismatch',
    path: `/mnt/cp${PKI}/apiserver.crt`,
    message: `CN=kube-apiserver does not match the key in /mnt/cp${PKI}/apiserver.key, which is that of CN=cp-1 in /mnt/cp${PKI}/etcd/server.crt, and kube-apiserver --tls-cert-file needs both`,
  });
  expect(finding?.fix).toBe('on that machine: kubepki apply --config FILE, then restart kube-apiserver');
  expect(moved.components).toEqual(broken.components);
});

test('with its configuration, what is made by apply is made here', async () => {
  const tree = await MemoryTree.of(cluster());
  tree.put(`${PKI}/apiserver.crt`, '');
  const config = "/etc/kubernetes/o'neil.yaml";
  const report = await checkFiles(memoryFiles(tree.files), { config }, { now: hoursFromNow(1) });
  const [finding] = relocate(report, '/mnt/cp', config).findings;
  const crt = `/mnt/cp${PKI}/apiserver.crt`;
  expect(finding?.fix).toBe(
    `mv -n ${crt} ${crt}.bad && kubepki apply --config '/etc/kubernetes/o'\\''neil.yaml' --rootfs /mnt/cp || mv -n ${crt}.bad ${crt}, then bring the files to that machine, then restart kube-apiserver`,
  );
});

test('who may not read a file runs the check as root here, not there', async () => {
  const report = relocate(await closed(), '/mnt/cp');
  const [finding] = report.findings;
  expect(report.status).toBe('UNKNOWN');
  expect(finding).toMatchObject({ path: `/mnt/cp${PKI}/ca.key`, fix: 'run the check as root' });
});

test('of several reports the worst counts, certificates stand by expiry and findings by weight', () => {
  const joined = joinReports([relocate(healthy, '/b'), relocate(broken, '/a'), relocate(healthy, '/c')]);
  expect(joined?.status).toBe('CRITICAL');
  expect(joined?.checked).toEqual(['/b', '/a', '/c']);
  const certificates = joined?.certificates ?? [];
  expect(certificates).toHaveLength(3 * healthy.certificates.length);
  const keys = certificates.map(({ notAfter, id }) => `${notAfter ?? ''} ${id}`);
  expect(keys).toEqual([...keys].sort());
  expect(joined?.findings.map(({ severity }) => severity)).toEqual(['error', 'info', 'info', 'info']);
});

test('one report is itself, none is nothing', () => {
  expect(joinReports([healthy])).toBe(healthy);
  expect(joinReports([])).toBeUndefined();
});

test('a place in which nothing was found, or that is closed, is unknown unless another is worse', async () => {
  const statusOf = (...reports: CheckReport[]): string | undefined => joinReports(reports)?.status;
  expect(statusOf(healthy, healthy)).toBe('OK');
  expect(statusOf(healthy, await nothing())).toBe('UNKNOWN');
  expect(statusOf(broken, await nothing())).toBe('CRITICAL');
  const warned = await checkFiles(memoryFiles([[`${PKI}/x.crt`, '']]), {}, { now: hoursFromNow(1) });
  expect(warned.status).toBe('WARNING');
  expect(statusOf(warned, await nothing())).toBe('WARNING');
  expect(statusOf(warned, await closed())).toBe('UNKNOWN');
  expect(statusOf(broken, await closed())).toBe('CRITICAL');
});

test('a text of a hostile certificate that looks like paths without end is gone through once', () => {
  const message = '/:'.repeat(200_000);
  const findings = [{ code: 'x', severity: 'info' as const, path: '/a', message, source: 'y' }];
  const moved = relocate({ ...healthy, findings }, '/mnt/cp');
  expect(moved.findings[0]?.message).toBe(message);
});

test('a path at the end of a sentence or clause is moved, and what ends that stays', () => {
  const path = `${PKI}/ca.crt`;
  const message = `is ${path}, not ${path}: see ${path}.`;
  const findings = [{ code: 'x', severity: 'info' as const, path, message, source: 'y' }];
  const moved = `/mnt/cp${path}`;
  expect(relocate({ ...healthy, findings }, '/mnt/cp').findings[0]?.message).toBe(
    `is ${moved}, not ${moved}: see ${moved}.`,
  );
});
