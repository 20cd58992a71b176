/** `kubepki kubeconfig create USER --ca` beside `kubeadm kubeconfig user`: the same file, but for what is random. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '../../src/ca/index.ts';
import { dataOf } from '../judges/compare-kubeconfig.ts';
import { describeWith, runOk } from '../support/foreign.ts';
import { openConsole, type Console } from '../unit/cli/support/console.ts';

/** The text around what is embedded. */
const frameOf = (text: string): string => text.replace(/-data: \S+/g, '-data: …').trimEnd();

describeWith(['kubeadm-1.36'], 'a kubeconfig for a user', () => {
  let terminal: Console;
  beforeAll(async () => {
    terminal = openConsole();
    const ca = await createAuthority({ commonName: 'kubernetes' });
    mkdirSync(join(terminal.cwd, 'pki'));
    writeFileSync(join(terminal.cwd, 'pki/ca.crt'), ca.toPem());
    writeFileSync(join(terminal.cwd, 'pki/ca.key'), ca.keyToPem({ encoding: 'traditional' }), {
      mode: 0o600,
    });
    const config = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
clusterName: prod
controlPlaneEndpoint: api.example.com:6443
certificatesDir: ${join(terminal.cwd, 'pki')}
encryptionAlgorithm: ECDSA-P256
`;
    writeFileSync(join(terminal.cwd, 'kubeadm.yaml'), config);
  });
  afterAll(() => {
    terminal.remove();
  });

  test.each([
    ['jane', ['dev', 'ops']],
    ['jane@example.com', []],
    ['012', ['system:masters']],
  ])('%s of %j is as kubeadm makes it', async (user, groups) => {
    const { cwd } = terminal;
    const names = ['--client-name', user, ...groups.flatMap((group) => ['--org', group])];
    const flags = ['--config', join(cwd, 'kubeadm.yaml'), '--validity-period', '8h'];
    const theirs = (await runOk('kubeadm-1.36', ['kubeconfig', 'user', ...flags, ...names])).stdout;
    const more = groups.flatMap((group) => ['--group', group]);
    const to = ['--server', 'https://api.example.com:6443', '--cluster-name', 'prod', '--validity', '8h'];
    const now = ['--now', new Date().toISOString()];
    const words = [
      'kubeconfig',
      'create',
      user,
      '--ca',
      'pki/ca',
      ...more,
      ...to,
      ...now,
      '--out',
      'our.conf',
      '--force',
    ];
    expect(await terminal.kubepki(words)).toMatchObject({ code: 0 });
    const ours = readFileSync(join(cwd, 'our.conf'), 'utf8');

    expect(frameOf(ours)).toBe(frameOf(theirs));
    const [our, their] = [dataOf(ours), dataOf(theirs)];
    expect(our.ca).toBe(their.ca);
    const [one, other] = [new X509Certificate(our.certificate), new X509Certificate(their.certificate)];
    expect([one.subject, one.issuer, one.keyUsage]).toEqual([other.subject, other.issuer, other.keyUsage]);
    const lifetime = (from: X509Certificate): number => Date.parse(from.validTo) - Date.parse(from.validFrom);
    // kubeadm takes the time twice, and may see a second pass between.
    expect(Math.abs(lifetime(one) - lifetime(other))).toBeLessThanOrEqual(1000);
  });
});
