import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** Makes an empty project that depends on packages as a user's does. */
function install(folder: string, packages: readonly string[]): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--silent'];
  execFileSync('npm', ['install', ...flags, ...packages], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/**
 * Packs the package once and installs it in two empty folders: `plain` with nothing else, `peers` with the optional
 * peer and the polyfill that only `./peculiar` needs.
 */
export default function setUp(): void {
  if (!existsSync(join(root, 'dist/esm'))) throw new Error('dist/ is missing: run `npm run build` first');
  const folder = mkdtempSync(join(tmpdir(), 'kubepki-package-'));
  process.env['KUBEPKI_PACKAGE_TEST'] = folder;
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const packed: unknown = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
  const [{ filename }] = packed as [{ filename: string }];
  install(join(folder, 'plain'), [join(folder, filename)]);
  const version = (name: string): string => {
    const manifest = readFileSync(resolve(root, 'node_modules', name, 'package.json'), 'utf8');
    return `${name}@${(JSON.parse(manifest) as { version: string }).version}`;
  };
  install(join(folder, 'peers'), [
    join(folder, filename),
    version('@peculiar/x509'),
    version('reflect-metadata'),
  ]);
}
