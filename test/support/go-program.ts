/** The Go programs in test/go: built once for each version of their sources, and kept for later runs. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot, runOk } from './foreign.ts';

/** Milliseconds that a build may take, where all that a program is made of is fetched first. */
export const BUILD_TIMEOUT = 300_000;

/**
 * The path of a program of test/go, built when its sources have changed.
 *
 * @param name its folder under test/go
 */
export async function buildGoProgram(name: string): Promise<string> {
  const sources = join(repositoryRoot, 'test/go', name);
  const hash = createHash('sha256').update(process.arch);
  for (const file of readdirSync(sources).sort()) hash.update(file).update(readFileSync(join(sources, file)));
  const folder = join(tmpdir(), `kubepki-go-${hash.digest('hex').slice(0, 16)}`);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // Several workers may build at once: each builds its own, and the last rename wins.
  const own = `${program}-${process.pid}`;
  await runOk('go', ['build', '-o', own, '.'], { cwd: sources, timeout: BUILD_TIMEOUT });
  renameSync(own, program);
  return program;
}
