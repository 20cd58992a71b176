// The programs of a control plane, for the tests that ask them: etcd, and those of two releases of Kubernetes.
//
//   node scripts/control-plane.mjs               builds what is missing
//   node scripts/control-plane.mjs --where NAME  prints the path of a program, which need not be there
//
// NAME is kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, kubeadm or etcd, of the newest release, or with a
// release: kubeadm-1.34. What lies in the directory KUBEBUILDER_ASSETS by that very name comes first, and a module
// all of whose programs lie there is not built. The rest is built from the pinned Go modules of test/control-plane, once for each state of their files, into
// ${XDG_CACHE_HOME:-~/.cache}/kubepki-tools/control-plane: minutes with a cold cache of Go, seconds with a warm one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../test/control-plane', import.meta.url));
const cache = join(
  process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  'kubepki-tools',
  'control-plane',
);
// Empty is not set, as for other programs that read it.
const assets = process.env['KUBEBUILDER_ASSETS'] ? resolve(process.env['KUBEBUILDER_ASSETS']) : undefined;

/** What each module makes; the newest release first: a name without a release is looked up in this order. */
const MODULES = [
  {
    name: 'v1.36',
    release: '1.36',
    programs: ['kubeadm', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
    // By what names the tests ask for them.
    asked: ['kubeadm-1.36', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
    // One executable that looks at the name that it is called by.
    links: { servers: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] },
  },
  { name: 'v1.34', release: '1.34', programs: ['kubeadm'], asked: ['kubeadm-1.34'] },
  { name: 'kubelet', programs: ['kubelet'], asked: ['kubelet'] },
  { name: 'etcd', programs: ['etcd'], asked: ['etcd'] },
];

/**
 * The linker's flags: no symbols, and the version that the programs say they are. Without the two numbers kubeadm
 * does not know which releases it must refuse.
 */
function linkerFlags(folder) {
  const version = /^(?:require |\t)k8s\.io\/kubernetes (\S+)$/m.exec(
    readFileSync(join(folder, 'go.mod'), 'utf8'),
  )?.[1];
  if (version === undefined) return '-s -w';
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version);
  const stamp = Object.entries({ gitVersion: version, gitMajor: major, gitMinor: minor });
  return ['-s -w', ...stamp.map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)].join(
    ' ',
  );
}

/** Where the programs of a module are kept: named by a hash of all that they are built from. */
function cachedFolder({ name }) {
  const folder = join(modules, name);
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${linkerFlags(folder)}`);
  for (const file of readdirSync(folder, { recursive: true }).sort())
    if (/\.(go|mod|sum)$/.test(file)) hash.update(file).update(readFileSync(join(folder, file)));
  return join(cache, `${name}-${hash.digest('hex').slice(0, 16)}`);
}

/** The path of a program in KUBEBUILDER_ASSETS, where it lies there. */
function givenPath(wanted) {
  if (assets === undefined) return undefined;
  if (!existsSync(assets)) throw new Error(`KUBEBUILDER_ASSETS names "${assets}", which does not exist`);
  const path = join(assets, wanted);
  return existsSync(path) ? path : undefined;
}

/** The path that a program has, or will have when it is built. */
function pathOf(wanted) {
  const given = givenPath(wanted);
  if (given !== undefined) return given;
  for (const module of MODULES) {
    const program = module.programs.find((one) => wanted === one || wanted === `${one}-${module.release}`);
    if (program !== undefined) return join(cachedFolder(module), program);
  }
  const names = MODULES.flatMap(({ programs, release }) =>
    programs.map((one) => (release === undefined ? one : `${one}-${release}`)),
  );
  throw new Error(`unknown program "${wanted}", expected one of ${names.join(', ')}`);
}

/** Builds a module in a folder beside its place and moves it there: a build that is cut off leaves nothing. */
function build(module) {
  const target = cachedFolder(module);
  const source = join(modules, module.name);
  if (existsSync(target)) return target;
  console.log(`control-plane: building ${module.name}, which takes minutes for the first time`);
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(`${target}.`);
  try {
    const args = ['build', '-trimpath', '-ldflags', linkerFlags(source), '-o', `${temporary}/`, './...'];
    const { status, error } = spawnSync('go', args, { cwd: source, stdio: ['ignore', 'inherit', 'inherit'] });
    if (error) throw new Error(`go: ${error.message}`);
    if (status !== 0) throw new Error(`go build in test/control-plane/${module.name} failed`);
    for (const [program, names] of Object.entries(module.links ?? {}))
      for (const name of names) symlinkSync(program, join(temporary, name));
    // Another build may have been faster: its result is as good.
    if (!existsSync(target)) renameSync(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return target;
}

function buildAll() {
  const missing = MODULES.filter(({ asked }) => asked.some((name) => givenPath(name) === undefined));
  if (missing.length === 0) {
    console.log(`control-plane: everything is in ${assets}`);
    return 0;
  }
  if (spawnSync('go', ['version']).error !== undefined) {
    // The tests that need the programs say themselves that they are missing; with CI=true that is a failure.
    console.log('control-plane: go is not in PATH: nothing is built');
    return process.env['CI'] === 'true' ? 1 : 0;
  }
  for (const module of missing) console.log(`control-plane: ${module.name} is in ${build(module)}`);
  return 0;
}

try {
  const [flag, wanted] = process.argv.slice(2);
  if (flag !== undefined && (flag !== '--where' || wanted === undefined))
    throw new Error(`unknown argument "${flag}", expected nothing or --where NAME`);
  if (flag === undefined) process.exitCode = buildAll();
  else console.log(pathOf(wanted));
} catch (error) {
  console.error(`control-plane: ${error.message}`);
  process.exitCode = 1;
}
