/** scripts/control-plane.mjs: which program it names for the tests that ask real ones. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { findTool, repositoryRoot, run, tempDir, type RunResult } from '../../support/foreign.ts';

const SCRIPT = join(repositoryRoot, 'scripts/control-plane.mjs');

/** Runs the script where no Go is found and nothing is in the cache. */
function script(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunResult> {
  const [cache, PATH] = [tempDir(), '/nonexistent'];
  return run(process.execPath, [SCRIPT, ...args], {
    cwd: repositoryRoot,
    env: { XDG_CACHE_HOME: cache, PATH, ...env },
  });
}

/** A directory with programs of these names, which link to some file. */
function assets(...names: readonly string[]): string {
  const folder = join(tempDir(), 'assets');
  mkdirSync(folder);
  for (const name of names) symlinkSync(process.execPath, join(folder, name));
  return folder;
}

test('a program that lies in KUBEBUILDER_ASSETS comes first', async () => {
  const folder = assets('etcd', 'kube-apiserver');
  for (const name of ['etcd', 'kube-apiserver']) {
    const { stdout } = await script(['--where', name], { KUBEBUILDER_ASSETS: folder });
    expect(stdout).toBe(`${join(folder, name)}\n`);
  }
});

test('so does a kubectl, and no other program changes place', () => {
  const before = findTool('openssl');
  process.env['KUBEBUILDER_ASSETS'] = assets('kubectl');
  try {
    expect(findTool('kubectl')).toBe(join(process.env['KUBEBUILDER_ASSETS'], 'kubectl'));
    expect(findTool('openssl')).toBe(before);
  } finally {
    delete process.env['KUBEBUILDER_ASSETS'];
  }
});

test('a program that does not lie there is that of the cache', async () => {
  const cache = tempDir();
  const env = { KUBEBUILDER_ASSETS: assets('etcd'), XDG_CACHE_HOME: cache };
  for (const name of ['kube-scheduler', 'kubeadm-1.34', 'kubeadm-1.36']) {
    const { stdout } = await script(['--where', name], env);
    expect(stdout.startsWith(join(cache, 'kubepki-tools/control-plane/'))).toBe(true);
    expect(stdout).toMatch(new RegExp(`/${name.replace(/-1\..*/, '')}\\n$`));
  }
});

test('a kubeadm of another release is not taken for one of a certain release', async () => {
  const folder = assets('kubeadm');
  const { stdout } = await script(['--where', 'kubeadm-1.34'], { KUBEBUILDER_ASSETS: folder });
  expect(stdout).not.toContain(folder);
});

test('the directory may be named relative to the current one, and the answer is absolute', async () => {
  const folder = assets('etcd');
  const env = { KUBEBUILDER_ASSETS: relative(repositoryRoot, folder) };
  const { stdout } = await script(['--where', 'etcd'], env);
  expect(isAbsolute(stdout)).toBe(true);
  expect(stdout).toBe(`${join(folder, 'etcd')}\n`);
});

test('an empty KUBEBUILDER_ASSETS is as none', async () => {
  const cache = tempDir();
  const { stdout } = await script(['--where', 'etcd'], { KUBEBUILDER_ASSETS: '', XDG_CACHE_HOME: cache });
  expect(stdout.startsWith(cache)).toBe(true);
});

test('a directory that does not exist is an error that names it', async () => {
  const folder = join(tempDir(), 'assets');
  const stderr = `control-plane: KUBEBUILDER_ASSETS names "${folder}", which does not exist\n`;
  for (const args of [[], ['--where', 'etcd']])
    expect(await script(args, { KUBEBUILDER_ASSETS: folder })).toMatchObject({ code: 1, stderr });
});

test('nothing is built where everything that the tests ask for is given', async () => {
  const servers = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
  const folder = assets('etcd', 'kubelet', 'kubeadm-1.34', 'kubeadm-1.36', ...servers);
  const { code, stdout } = await script([], { KUBEBUILDER_ASSETS: folder, CI: 'true' });
  expect([code, stdout]).toEqual([0, `control-plane: everything is in ${folder}\n`]);
});

test('without Go the build is left out, and fails with CI=true', async () => {
  const said = 'control-plane: go is not in PATH: nothing is built\n';
  expect(await script([])).toMatchObject({ code: 0, stdout: said });
  expect(await script([], { CI: 'true' })).toMatchObject({ code: 1, stdout: said });
});

test('an unknown program is an error that names those that there are', async () => {
  const { code, stderr } = await script(['--where', 'kube-proxy']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/unknown program "kube-proxy", expected one of kubeadm-1\.36, .*, etcd\n$/);
});
