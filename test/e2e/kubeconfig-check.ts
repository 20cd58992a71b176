/** What `kubepki kubeconfig check --connect` says of real API servers, beside what kubectl says of them. */
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { repositoryRoot, run } from '../support/foreign.ts';
import { ADDRESS } from './support/cluster-files.ts';
import type { ControlPlane, Running } from './support/control-plane.ts';
import { assemble, SERVER } from './support/kubeconfig-forms.ts';
import { issue, strangerCa } from './support/kubepki.ts';

interface Said {
  readonly contexts: readonly { readonly connection?: { readonly lines: readonly string[] } }[];
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
  }[];
}

/** What is said of the current context: the line about the connection, what is critical, and kubectl's own words. */
interface Verdict {
  readonly code: number;
  readonly line: string;
  readonly errors: readonly string[];
  readonly messages: string;
  readonly kubectl: string;
}

const PROGRAM = join(repositoryRoot, 'dist/cli/main.js');

async function ask({ network }: ControlPlane, kubeconfig: string): Promise<Verdict> {
  const args = ['kubeconfig', 'check', '--kubeconfig', kubeconfig, '--connect', '-o', 'json'];
  const { env } = network;
  const [checked, kubectl] = await Promise.all([
    run(process.execPath, [PROGRAM, ...args], { env }),
    run('kubectl', ['--kubeconfig', kubeconfig, 'auth', 'whoami', '-o', 'json'], { env }),
  ]);
  const { contexts, findings } = JSON.parse(checked.stdout) as Said;
  const errors = findings.filter(({ severity }) => severity === 'error');
  return {
    code: checked.code,
    line: contexts.flatMap(({ connection }) => connection?.lines ?? []).join('\n'),
    errors: errors.map(({ code }) => code),
    messages: errors.map(({ message }) => message).join('\n'),
    kubectl: kubectl.code === 0 ? userOf(kubectl.stdout) : kubectl.stderr,
  };
}

/** `jane (dev, system:authenticated)` */
function userOf(stdout: string): string {
  const { username, groups } = JSON.parse(stdout).status.userInfo;
  return `${username} (${groups.join(', ')})`;
}

/** The command. */
export function kubeconfigCheck(running: Running): void {
  let folder: string;
  let cluster: readonly string[];
  beforeAll(() => {
    folder = running().scratch('kubeconfig-check');
    mkdirSync(folder, { recursive: true });
    cluster = ['--server', SERVER, '--certificate-authority', running().files.pki('ca.crt')];
  });

  test.each([
    ['admin.conf', SERVER, 'kubernetes-admin (kubeadm:cluster-admins, system:authenticated)'],
    ['users/jane.conf', SERVER, 'jane (dev, system:authenticated)'],
    [
      'kubelet.conf',
      `https://${ADDRESS['cp-1']}:6443`,
      'system:node:cp-1 (system:nodes, system:authenticated)',
    ],
  ])('%s leads to %s as %s', async (file, server, who) => {
    const { line, errors, kubectl } = await ask(running(), running().files.conf(file));
    expect([errors, kubectl]).toEqual([[], who]);
    expect(line).toMatch(`connected to ${server} by the proxy http://127.0.0.1:`);
    expect(line).toMatch(/ \(TLSv1\.3\): its certificate is that of .*, signed by CN=kubernetes; /);
    expect(line.endsWith(`; accepted as ${who}`)).toBe(true);
  });

  test('a token is accepted, and one that is none is not', async () => {
    const token = await running().defaultToken();
    const good = await assemble(join(folder, 'token'), cluster, ['--token', token]);
    const known = await ask(running(), good.kubeconfig ?? '');
    expect(known.line).toContain(`; accepted as ${known.kubectl.split(' (')[0] ?? ''} (`);
    expect([known.errors, JSON.stringify(known)]).toEqual([
      [],
      expect.not.stringContaining(token) as unknown,
    ]);
    const bad = await assemble(join(folder, 'no-token'), cluster, ['--token', 'none']);
    const refused = await ask(running(), bad.kubeconfig ?? '');
    expect([refused.code, refused.errors]).toEqual([2, ['credentials-refused']]);
    expect(refused.line).toMatch(/; not accepted \(401\)$/);
    expect(refused.kubectl).toMatch(/Unauthorized|must be logged in/);
  });

  test('a client certificate of another CA is not accepted', async () => {
    const ca = await strangerCa('stranger', join(folder, 'stranger'));
    const out = join(folder, 'mallory');
    const { cert, key } = await issue({ profile: 'client', ca, commonName: 'mallory', out });
    const user = ['--client-certificate', cert, '--client-key', key];
    const { kubeconfig = '' } = await assemble(join(folder, 'foreign'), cluster, user);
    const { code, errors, messages, kubectl } = await ask(running(), kubeconfig);
    expect([code, errors]).toEqual([2, expect.arrayContaining(['credentials-refused'])]);
    expect(messages).toContain(
      'signed by CN=stranger, which is not the CA of the cluster in this kubeconfig (401)',
    );
    expect(kubectl).toMatch(/Unauthorized|must be logged in/);
  });

  test.each([
    ['another CA of the same name', [], 'server-ca-mismatch'],
    ['a name that is not in the certificate', ['--tls-server-name', 'other.example'], 'server-name-mismatch'],
  ])('a server is not trusted by %s, in the words of kubectl', async (what, flags, code) => {
    const { cert, key } = running().superAdmin;
    const stranger = await strangerCa('kubernetes', join(folder, code));
    const ca = flags.length === 0 ? ['--certificate-authority', `${stranger}.crt`] : [];
    const user = ['--client-certificate', cert, '--client-key', key];
    const file = join(folder, `${code}.conf`);
    const { kubeconfig = '' } = await assemble(file, [...cluster, ...ca, ...flags], user);
    const verdict = await ask(running(), kubeconfig);
    expect([what, verdict.code, verdict.errors]).toEqual([what, 2, expect.arrayContaining([code])]);
    expect(verdict.line).toMatch(/is not accepted; so nothing was sent$/);
    const said = /kubectl says (.*)$/m.exec(verdict.messages)?.[1] ?? 'nothing';
    expect(verdict.kubectl).toContain(said);
  });

  test('etcd is told from an API server, and ends the connection of a client that it does not know', async () => {
    const { etcds, files, superAdmin } = running();
    const server = ['--server', `https://127.0.0.1:${etcds.port('cp-1')}`];
    const user = ['--client-certificate', superAdmin.cert, '--client-key', superAdmin.key];
    const mistaken = await assemble(
      join(folder, 'etcd'),
      [...server, '--certificate-authority', files.pki('ca.crt')],
      user,
    );
    const untrusted = await ask(running(), mistaken.kubeconfig ?? '');
    expect(untrusted.errors).toEqual(expect.arrayContaining(['wrong-server', 'server-ca-mismatch']));
    expect(untrusted.line).toMatch(/signed by CN=etcd-ca\) is not accepted; so nothing was sent$/);
    const known = await assemble(
      join(folder, 'etcd-ca'),
      [...server, '--certificate-authority', files.pki('etcd/ca.crt')],
      user,
    );
    const refused = await ask(running(), known.kubeconfig ?? '');
    expect(refused.errors).toEqual(expect.arrayContaining(['wrong-server', 'client-certificate-refused']));
    expect(refused.line).toMatch(/the server says (?:bad certificate|unknown ca)/);
    expect(refused.kubectl).toMatch(/remote error: tls/);
  });
}
