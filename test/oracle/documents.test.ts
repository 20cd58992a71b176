/** Files of every shape: whether kubeadm reads them, and whether we do. */
import { mkdir, writeFile } from 'node:fs/promises';
import { isPkiError } from '../../src/errors/pki-error.ts';
import { parseClusterConfig } from '../../src/pki/spec/parse.ts';
import { describeWith, run, tempDir } from '../support/foreign.ts';
import { workplaceIn } from './support/kubeadm.ts';
import { RELEASES, type Release } from './support/releases.ts';

const API = 'apiVersion: kubeadm.k8s.io/v1beta4\n';
const INIT = `${API}kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 192.0.2.10}
nodeRegistration: {name: cp-1}
`;
const CLUSTER = `${API}kind: ClusterConfiguration
kubernetesVersion: VERSION
encryptionAlgorithm: ECDSA-P256
certificatesDir: PKI
`;
const BOTH = `${INIT}---\n${CLUSTER}`;
const other = (apiVersion: string, kind: string, more = ''): string =>
  `${BOTH}---\napiVersion: ${apiVersion}\nkind: ${kind}\n${more}`;

/** What is asked, and the text, in which PKI and VERSION stand for a directory and kubeadm's version. */
const TEXTS: Readonly<Record<string, string>> = {
  'both documents': BOTH,
  'the other order': `${CLUSTER}---\n${INIT}`,
  'an empty document first': `---\n${BOTH}`,
  'empty documents between and last': `${INIT}---\n---\n${CLUSTER}---\n`,
  'a byte order mark': `\ufeff${BOTH}`,
  'lines of Windows': BOTH.replaceAll('\n', '\r\n'),
  'a comment within a document': `${INIT}# comment\n---\n${CLUSTER}`,
  'one kind twice': `${BOTH}---\n${CLUSTER}`,
  'one kind twice, in two versions': `${BOTH}---\n${CLUSTER.replace('v1beta4', 'v1beta3')}`,
  'two versions of the API': `${INIT.replace('v1beta4', 'v1beta3')}---\n${CLUSTER}`,
  'an old API': BOTH.replaceAll('v1beta4', 'v1beta2'),
  'a very old API': BOTH.replaceAll('v1beta4', 'v1alpha3'),
  'an unknown API': BOTH.replaceAll('v1beta4', 'v1beta5'),
  'an API without a version': BOTH.replaceAll('/v1beta4', ''),
  'no kind': BOTH.replace('kind: ClusterConfiguration\n', ''),
  'no apiVersion': BOTH.replace(API, ''),
  'a kind of Kubernetes': other('v1', 'ConfigMap'),
  'a kind of another group': other('example.com/v1', 'Thing', 'a: b\n'),
  'an unknown kind of kubeadm': other('kubeadm.k8s.io/v1beta4', 'Clusterconfiguration'),
  'a configuration of kubelets': other('kubelet.config.k8s.io/v1beta1', 'KubeletConfiguration'),
  'a reset configuration': other('kubeadm.k8s.io/v1beta4', 'ResetConfiguration'),
  'an unknown field': `${BOTH}noSuchField: 1\n`,
  'a field in another case': `${BOTH}Clustername: x\n`,
  'a field twice': `${BOTH}clusterName: a\nclusterName: b\n`,
  'a list': '- a\n',
  'a text': 'a\n',
  'no text': '',
  'a document that is a number': `${BOTH}---\n1\n`,
  'broken YAML': `${BOTH}clusterName: [\n`,
  'a tab': `${BOTH}\tclusterName: a\n`,
  'an anchor': `${BOTH}clusterName: &name a\nimageRepository: *name\n`,
  'a merge key': `${BOTH}networking:\n  <<: {dnsDomain: x.y}\n`,
  'a name that is a number': `${BOTH}clusterName: 12\n`,
  'a name that YAML 1.1 reads as a boolean': `${BOTH}clusterName: yes\n`,
  'a number for a version': BOTH.replace('kubernetesVersion: VERSION', 'kubernetesVersion: 1.36'),
  'null for a text': `${BOTH}clusterName: null\nnetworking: ~\n`,
  'octal numbers': BOTH.replace('192.0.2.10}', '192.0.2.10, bindPort: 0o14453}'),
  'old octal numbers': BOTH.replace('192.0.2.10}', '192.0.2.10, bindPort: 014453}'),
  'numbers with underscores': BOTH.replace('192.0.2.10}', '192.0.2.10, bindPort: 6_443}'),
  'hexadecimal numbers': BOTH.replace('192.0.2.10}', '192.0.2.10, bindPort: 0x192B}'),
  'a whole number with a fraction': BOTH.replace('192.0.2.10}', '192.0.2.10, bindPort: 6443.0}'),
  'a binary text': `${BOTH}clusterName: !!binary YQ==\n`,
  'a null character': `${BOTH}clusterName: "a\\0b"\n`,
  'a quoted date': `${BOTH}clusterName: 2001-01-01\n`,
};

/** Files that kubeadm refuses and we read, with a warning. */
const READ_BY_US: Readonly<Record<string, string>> = {
  'a document of comments alone': `${INIT}---\n# comment\n---\n${CLUSTER}`,
  'comments before the first document': `# comment\n---\n${BOTH}`,
};

async function asked(release: Release, text: string): Promise<{ kubeadm: boolean; ours: boolean }> {
  const place = workplaceIn(tempDir());
  await mkdir(place.kubeconfigs);
  const whole = text.replaceAll('PKI', place.pki).replaceAll('VERSION', release.version);
  await writeFile(place.config, whole);
  const { code } = await run(release.program, ['init', 'phase', 'certs', 'ca', '--config', place.config]);
  try {
    parseClusterConfig(whole);
    return { kubeadm: code === 0, ours: true };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return { kubeadm: code === 0, ours: false };
  }
}

for (const release of RELEASES) {
  describeWith(release.tools, `files for kubeadm ${release.version}`, () => {
    it.each(Object.entries(TEXTS))('are read by both or by neither: %s', async (_, text) => {
      const { kubeadm, ours } = await asked(release, text);
      expect(ours).toBe(kubeadm);
    });

    it.each(Object.entries(READ_BY_US))('are read by us alone: %s', async (_, text) => {
      expect(await asked(release, text)).toEqual({ kubeadm: false, ours: true });
    });

    it('are read and refused in turn, so that agreeing says something', async () => {
      const answers = await Promise.all(Object.values(TEXTS).map((text) => asked(release, text)));
      expect(answers.filter(({ kubeadm }) => kubeadm).length).toBeGreaterThan(10);
      expect(answers.filter(({ kubeadm }) => !kubeadm).length).toBeGreaterThan(10);
    });
  });
}
