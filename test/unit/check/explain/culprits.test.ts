/** Of what lies there, the certificates that an error is about, and no others. */
import { explain } from '../../../../src/check/explain/explain.ts';
import { memoryFiles } from '../../../../src/check/memory-files.ts';
import { PkiError } from '../../../../src/errors/pki-error.ts';
import { Certificate } from '../../../../src/x509/certificate.ts';
import { cluster, NOW } from '../../../support/cluster.ts';
import { MemoryTree } from '../../../support/memory-tree.ts';
import { certificateLike } from '../rules/support/certificate.ts';

const PKI = '/etc/kubernetes/pki';

let tree: MemoryTree;
beforeAll(async () => {
  tree = await MemoryTree.of(cluster());
});

async function culprits(text: string, changed: MemoryTree = tree): Promise<string[]> {
  const [first] = await explain(text, { files: memoryFiles(changed.files), paths: ['/'] }, { now: NOW });
  return (first?.culprits ?? []).map(({ path }) => path);
}

const addresses = (name: string, kind: 'dns' | 'ip'): string =>
  Certificate.fromPem(tree.text(`${PKI}/${name}.crt`))
    .subjectAltNames.flatMap((one) => (one.type === kind ? [one.value] : []))
    .join(', ');

test('names that the error lists tell the certificate that was shown', async () => {
  const apiserver = [`${PKI}/apiserver.crt`];
  const etcd = [`${PKI}/etcd/peer.crt`, `${PKI}/etcd/server.crt`];
  const go = (list: string, host: string): string => `x509: certificate is valid for ${list}, not ${host}`;
  expect(await culprits(go(addresses('apiserver', 'ip'), '192.0.2.1'))).toEqual(apiserver);
  expect(await culprits(go(addresses('apiserver', 'dns'), 'other.example.com'))).toEqual(apiserver);
  expect(await culprits(go(addresses('etcd/server', 'ip'), '192.0.2.1'))).toEqual(etcd);
  const node = addresses('etcd/server', 'ip').replace('::1', '0:0:0:0:0:0:0:1');
  expect(
    await culprits(
      `Hostname/IP does not match certificate's altnames: IP: 192.0.2.1 is not in the cert's list: ${node}`,
    ),
  ).toEqual(etcd);
});

test.each([
  'x509: certificate specifies an incompatible key usage',
  'unsupported certificate purpose',
  'x509: certificate relies on legacy Common Name field, use SANs instead',
  "x509: cannot validate certificate for 192.0.2.1 because it doesn't contain any IP SANs",
  'x509: certificate is not valid for any names, but wanted to match other.example.com',
])('a tree that is in order has no culprit of it: %s', async (text) => {
  expect(await culprits(text)).toEqual([]);
});

test('the time that the error names is that of one certificate', async () => {
  const ca = { certificate: tree.text(`${PKI}/ca.crt`), key: tree.text(`${PKI}/ca.key`) };
  const past = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
  const broken = tree.copy();
  for (const [name, days] of [
    ['apiserver', 3],
    ['apiserver-kubelet-client', 5],
  ] as const) {
    const path = `${PKI}/${name}.crt`;
    broken.put(path, certificateLike(tree.text(path), ca, { from: past(90), until: past(days) }));
  }
  const text = (when: string): string =>
    `x509: certificate has expired or is not yet valid: current time ${NOW.toISOString()} is after ${when}`;
  const seconds = (date: Date): string => date.toISOString().replace(/\.\d+/, '');
  expect(await culprits(text(seconds(past(5))), broken)).toEqual([`${PKI}/apiserver-kubelet-client.crt`]);
  expect(await culprits(text('2001-01-01T00:00:00Z'), broken)).toHaveLength(2);
});

test('the file that an error names is the one at that very path', async () => {
  const both = tree.copy();
  both.put(`/etc/kubernetes/a${PKI}/ca.crt`, tree.text(`${PKI}/ca.crt`));
  expect(await culprits(`open ${PKI}/ca.crt: permission denied`, both)).toEqual([`${PKI}/ca.crt`]);
});

test('files that are kept from the user that looks are told', async () => {
  const files = memoryFiles(tree.files);
  const kept = `${PKI}/apiserver.key`;
  const closed = {
    ...files,
    read: (path: string) => {
      if (path !== kept) return files.read(path);
      throw new PkiError('io', `cannot read ${path}`, {
        details: { operation: 'read', path, errno: 'EACCES' },
      });
    },
  };
  const [first] = await explain(
    'remote error: tls: bad certificate',
    { files: closed, paths: ['/'] },
    { now: NOW },
  );
  expect(first?.unread).toEqual([kept]);
});
