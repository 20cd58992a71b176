/** zlint and pkilint on what we issue: a tree gets the complaints of kubeadm's alone, the profiles none. */
import { createAuthority, issue, PROFILES } from '../../src/ca/index.ts';
import { KEY_ALGORITHMS } from '../../src/crypto/algorithms.ts';
import { generate } from '../../src/pki/plan-tree.ts';
import { dataOf } from '../judges/compare-kubeconfig.ts';
import { GoJudge } from '../judges/go.ts';
import { lintCertificates, unexpectedFindings } from '../judges/lint-tree.ts';
import type { TreeCertificate } from '../judges/tree-certificates.ts';
import { largeCluster } from '../support/cluster.ts';
import { describeWith } from '../support/foreign.ts';

/** What each profile is asked for. */
const REQUESTS: Readonly<
  Record<string, { readonly commonName: string; readonly subjectAltNames?: readonly string[] }>
> = {
  server: { commonName: 'api.example.com', subjectAltNames: ['api.example.com', '192.0.2.1', '2001:db8::1'] },
  client: { commonName: 'jane' },
  peer: { commonName: 'etcd.example.com', subjectAltNames: ['etcd.example.com', '192.0.2.2'] },
  'kubelet-client': { commonName: 'node-1.example.com' },
  'kubelet-server': {
    commonName: 'node-1.example.com',
    subjectAltNames: ['node-1.example.com', '192.0.2.3'],
  },
  webhook: { commonName: 'hook.team-a' },
};

/** pkilint says how each subject key identifier was made (RFC 7093 2, method 1), which is no complaint. */
const INFORMATION = 'pkix.subject_key_identifier_rfc7093_method_1_identified';

async function certificatesOfProfiles(): Promise<TreeCertificate[]> {
  const found: TreeCertificate[] = [];
  for (const { name: keyAlgorithm } of KEY_ALGORITHMS) {
    const root = await createAuthority({ commonName: 'Example Root', keyAlgorithm });
    found.push({ path: `ca ${keyAlgorithm}`, pem: root.toPem() });
    const parent = await createAuthority({ commonName: 'Example CA', parent: root, maxPathLength: 0 });
    found.push({ path: `ca under ${keyAlgorithm}`, pem: parent.toPem() });
    for (const { name: profile, ca } of PROFILES) {
      if (ca) continue;
      const request = REQUESTS[profile];
      if (request === undefined) throw new Error(`no request for the profile ${profile}`);
      const key = root.privateKey;
      if (key === undefined) throw new Error('the root has its key');
      // The root's key serves for all: RSA keys take their time, and linters do not compare.
      const issued = await issue(root, { profile: profile as 'server', ...request, key });
      found.push({ path: `${profile} ${keyAlgorithm}`, pem: issued.toPem() });
    }
  }
  return found;
}

async function certificatesOfTree(): Promise<TreeCertificate[]> {
  const { files } = await generate(largeCluster());
  return [...files].flatMap(([path, { data }]) => {
    const text = Buffer.from(data).toString();
    const pem = path.endsWith('.conf') ? dataOf(text).certificate : text;
    const [certificate] = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----\n/.exec(pem) ?? [];
    return certificate === undefined ? [] : [{ path, pem: certificate }];
  });
}

describeWith(['go', 'zlint', 'pkilint'], 'the linters', () => {
  it('say of a tree what they say of kubeadm’s, and of the profiles nothing', async () => {
    const judge = await GoJudge.start();
    try {
      const [tree, profiles] = [await certificatesOfTree(), await certificatesOfProfiles()];
      // One run for both: it is the start that takes its time.
      const findings = await lintCertificates([...tree, ...profiles], judge);
      const ofTree = new Set(tree.map(({ path }) => path));
      expect(unexpectedFindings(findings.filter(({ file }) => ofTree.has(file)))).toEqual([]);
      const others = findings.filter(({ file, lint }) => !ofTree.has(file) && lint !== INFORMATION);
      expect(
        others.map(
          ({ file, linter, severity, lint, detail }) => `${file}: ${linter} ${severity} ${lint}: ${detail}`,
        ),
      ).toEqual([]);
    } finally {
      await judge.stop();
    }
  });
});
