import { rmSync } from 'node:fs';

/** Removes what set-up.ts made. */
export default function tearDown(): void {
  const folder = process.env['KUBEPKI_PACKAGE_TEST'];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
