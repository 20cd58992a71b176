import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of its own for each test; `removeTrees` in afterEach removes them all. */
const trees: string[] = [];

export function newTree(): string {
  const tree = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'kubepki-disk-')));
  fs.chmodSync(tree, 0o755);
  trees.push(tree);
  return tree;
}

export function removeTrees(): void {
  for (const tree of trees.splice(0)) fs.rmSync(tree, { recursive: true, force: true });
}

export function put(path: string, text: string, mode = 0o600): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, text);
  fs.chmodSync(path, mode);
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What lies at a path, or `undefined`. */
export function textAt(path: string): string | undefined {
  return fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : undefined;
}

export function modeOf(path: string): number {
  return fs.statSync(path).mode & 0o7777;
}

/** Every file below a directory, links not followed. */
export function filesUnder(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/** Our own files, but for backups: what must be gone when a run has ended. */
export function litterUnder(directory: string): string[] {
  return filesUnder(directory).filter(
    (path) => path.includes('/.kubepki') && !path.includes('/.kubepki-backups/'),
  );
}

/** Contents of all backed-up files. */
export function backedUp(directory: string): string[] {
  const kept = filesUnder(directory).filter(
    (path) => path.includes('/.kubepki-backups/') && !path.endsWith('.json'),
  );
  return kept.map((path) => fs.readFileSync(path, 'utf8'));
}

/** Makes every lock under a directory one of a process that is dead, as after a real crash. */
export function buryLocks(directory: string): void {
  for (const path of filesUnder(directory)) {
    if (!path.includes('/.kubepki.lock')) continue;
    const text = fs.readFileSync(path, 'utf8');
    fs.writeFileSync(
      path,
      text.replace(/"started":"\d+"/, '"started":"1"').replace(/"pid":\d+/, `"pid":${DEAD_PID}`),
    );
  }
}

/** No process has this id: the kernel's greatest is 4194304. */
export const DEAD_PID = 99_999_999;
