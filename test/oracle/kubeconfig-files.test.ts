/** What `kubeconfig extract` and `embed` make, as kubectl and OpenSSL read it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKubeconfig } from '../../src/kubeconfig/create.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import { kubectl } from '../judges/kubectl.ts';
import { clientPair } from '../support/client-pair.ts';
import { describeWith, runOk, tempDir } from '../support/foreign.ts';
import { openConsole, type Console } from '../unit/cli/support/console.ts';

describeWith(['kubectl', 'openssl'], 'a kubeconfig whose certificates and keys are extracted', () => {
  const folder = tempDir();
  const conf = join(folder, 'sub/conf');
  const flattened = async (): Promise<string> =>
    (await kubectl(conf, ['config', 'view', '--flatten', '--raw'])).stdout;
  let terminal: Console;
  let before: { readonly text: string; readonly view: string };
  beforeAll(async () => {
    terminal = openConsole();
    const { ca, certificate, key } = await clientPair({ key: 'RSA-2048' });
    const config = createKubeconfig({
      cluster: {
        name: 'arn:aws:eks:eu/prod',
        server: 'https://10.0.0.10:6443',
        certificateAuthority: { data: ca },
      },
      user: { name: 'jane@prod', clientCertificate: { data: certificate }, clientKey: { data: key } },
    });
    mkdirSync(join(folder, 'sub'));
    writeFileSync(conf, renderKubeconfig(config), { mode: 0o600 });
    before = { text: readFileSync(conf, 'utf8'), view: await flattened() };
    const { code } = await terminal.kubepki(
      `kubeconfig extract --kubeconfig ${conf} --dir ${folder}/sub/pki`,
    );
    expect(code).toBe(0);
  });
  afterAll(() => {
    terminal.remove();
  });

  test('means the same to kubectl, and holds nothing any more', async () => {
    expect(await flattened()).toBe(before.view);
    expect(before.view).toContain('client-key-data');
    expect(readFileSync(conf, 'utf8')).not.toContain('-data');
  });

  test('names files that OpenSSL reads, and that go together', async () => {
    const pki = (name: string): string => join(folder, 'sub/pki', name);
    const ofCertificate = await runOk('openssl', ['x509', '-in', pki('jane@prod.crt'), '-noout', '-pubkey']);
    const ofKey = await runOk('openssl', ['pkey', '-in', pki('jane@prod.key'), '-pubout']);
    expect(ofKey.stdout).toBe(ofCertificate.stdout);
    const ca = pki('arn-aws-eks-eu-prod-ca.crt');
    expect((await runOk('openssl', ['x509', '-in', ca, '-noout', '-subject'])).stdout).toContain(
      'kubernetes',
    );
  });

  test('is what it was, byte for byte, when they are embedded again', async () => {
    await terminal.kubepki(`kubeconfig embed --kubeconfig ${conf}`);
    expect(readFileSync(conf, 'utf8')).toBe(before.text);
  });
});
