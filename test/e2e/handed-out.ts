/** Kubeconfigs that `kubepki kubeconfig create` hands out for a running cluster. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../support/foreign.ts';
import type { Running } from './support/control-plane.ts';
import { kubepki } from './support/kubepki.ts';

const folder = tempDir();

/** Kubeconfigs for people and programs. */
export function handedOut(running: Running): void {
  const create = async (name: string, args: readonly string[]): Promise<string> => {
    const { files } = running();
    const out = join(folder, `${name}.conf`);
    const from = ['--from', files.conf('admin.conf')];
    await kubepki(['kubeconfig', 'create', ...args, ...from, '--out', out, '--quiet']);
    return out;
  };
  const whoami = async (conf: string): Promise<unknown> => {
    const answer = await running().kubectlOk(conf, ['auth', 'whoami', '-o', 'json']);
    const { username, groups } = JSON.parse(answer).status.userInfo;
    return [username, groups];
  };

  test('a colleague is who the command said, by the CA and admin.conf alone', async () => {
    const ca = running().files.pki('ca');
    const conf = await create('ann', [
      'ann',
      '--ca',
      ca,
      '--group',
      'dev',
      '--group',
      'ops',
      '--validity',
      '8h',
    ]);
    expect(await whoami(conf)).toEqual(['ann', ['dev', 'ops', 'system:authenticated']]);
    const files = ['--kubeconfig-certs', 'files'];
    const named = await create('ben', ['ben', '--ca', ca, '--key-algorithm', 'RSA-2048', ...files]);
    expect(await whoami(named)).toEqual(['ben', ['system:authenticated']]);
  });

  test('a service account is itself, by a token of kubectl', async () => {
    const token = join(folder, 'token');
    writeFileSync(token, await running().defaultToken(), { mode: 0o600 });
    const conf = await create('default', ['--token-file', token]);
    const groups = ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'];
    expect(await whoami(conf)).toEqual(['system:serviceaccount:default:default', groups]);
    expect(await running().kubectlOk(conf, ['config', 'current-context'])).toBe('default:default@e2e\n');
  });
}
