import { statSync } from 'node:fs';
import type { Finding } from '../../errors/finding.ts';
import { shellWord } from '../../check/rules/words.ts';

/** That others than its owner may read a file that is there and holds a secret, or will; nothing where they may not. */
export function wideMode(path: string, secret: string): readonly Finding[] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) === 0) return [];
  const octal = (mode & 0o777).toString(8).padStart(3, '0');
  return [
    {
      code: 'key-readable',
      severity: 'warning',
      path,
      message: `has mode ${octal}, which stays: others than its owner can get at ${secret}`,
      expected: '600',
      actual: octal,
      fix: `chmod 600 ${shellWord(path)}`,
    },
  ];
}
