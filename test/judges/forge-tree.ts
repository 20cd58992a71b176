/** Trees in kubeadm's form made by Go's crypto/x509 at test time, for machines without kubeadm. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { TreeDirectories } from './compare-tree.ts';
import { goScalar } from './compare-kubeconfig.ts';
import type { GoJudge, GoRequest } from './go.ts';
import type { ExpectedCertificate, ExpectedFile, ExpectedKubeconfig } from './kubeadm-facts.ts';

interface Pair {
  readonly cert: string;
  readonly key: string;
}

const iso = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

function requestOf(expected: ExpectedCertificate, issuedAt: Date): GoRequest {
  const attributes = expected.subject.flat();
  const values = (type: string): string[] =>
    attributes.filter((attribute) => attribute.type === type).map(({ value }) => value);
  const sans = (kind: string): string[] =>
    expected.sans.filter((san) => san.kind === kind).map(({ value }) => value);
  const { curve } = expected.publicKey;
  return {
    cn: values('CN')[0] ?? '',
    o: values('O'),
    dns: sans('DNS'),
    ips: sans('IP'),
    usage: expected.extKeyUsage,
    ca: expected.basicConstraints.ca,
    ...(curve === 'P-256' || curve === 'P-384' ? { curve } : {}),
    notBefore: iso(issuedAt.getTime() - 300_000),
    notAfter: iso(issuedAt.getTime() + expected.period * 1000),
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function kubeconfigText(expected: ExpectedKubeconfig, ca: string, { cert, key }: Pair): string {
  const [cluster, user, context] = [
    goScalar(expected.cluster),
    goScalar(expected.user),
    goScalar(expected.context),
  ];
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(ca)}
    server: ${expected.server}
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}
    user: ${user}
  name: ${context}
current-context: ${context}
kind: Config
${expected.hasPreferences ? 'preferences: {}\n' : ''}users:
- name: ${user}
  user:
    client-certificate-data: ${base64(cert)}
    client-key-data: ${base64(key)}
`;
}

/** Writes the expected files below `directory`/kubernetes; `issuedAt` is the moment that all of them share. */
async function forgeTree(
  expected: readonly ExpectedFile[],
  directory: string,
  { judge, issuedAt }: { readonly judge: GoJudge; readonly issuedAt: Date },
): Promise<TreeDirectories> {
  const dirs = { kubeconfigs: join(directory, 'kubernetes'), pki: join(directory, 'kubernetes', 'pki') };
  const pairs = new Map<string, Pair>();
  const write = async (file: ExpectedFile, text: string): Promise<void> => {
    const path = join(dirs[file.root], file.path);
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(path, text, { mode: file.mode });
  };
  const issue = async (certificate: ExpectedCertificate, path: string): Promise<Pair> => {
    const issuer = certificate.issuedBy === path ? undefined : pairs.get(certificate.issuedBy);
    return judge.issue(requestOf(certificate, issuedAt), issuer);
  };
  const account = await judge.issue(
    { cn: 'sa', curve: 'P-256', notBefore: iso(0), notAfter: iso(1000) },
    undefined,
  );
  for (const file of expected) {
    if (file.kind === 'certificate') {
      const pair = await issue(file.certificate, file.path);
      pairs.set(file.path, pair);
      await write(file, pair.cert);
    } else if (file.kind === 'kubeconfig') {
      const pair = await issue(file.kubeconfig.certificate, file.path);
      await write(file, kubeconfigText(file.kubeconfig, pairs.get('ca.crt')?.cert ?? '', pair));
    } else if (file.kind === 'public-key') {
      await write(file, account.pub);
    } else {
      await write(file, pairs.get(file.belongsTo)?.key ?? account.key);
    }
  }
  return dirs;
}

export { forgeTree };
