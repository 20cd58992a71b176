import { chmodSync } from 'node:fs';
import { tempDir } from '../../support/foreign.ts';

/** A new temporary directory that every user may look into: some runs are another user's. */
export function openDir(): string {
  const folder = tempDir();
  chmodSync(folder, 0o755);
  return folder;
}
