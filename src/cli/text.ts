import type { Finding } from '../errors/finding.ts';
import { visibleLine } from '../errors/visible.ts';
import type { Io } from './io.ts';

/** Text for a line of a terminal: nothing in it moves the cursor, hides or turns the other way. */
export const printable = visibleLine;

/** A colour of the terminal, by its number in SGR (ECMA-48 8.3.117). */
export type Style = 'green' | 'yellow' | 'red' | 'dim' | 'bold' | 'cyan';

const SGR: Readonly<Record<Style, number>> = Object.freeze({
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
});

/** Puts text in a style. */
export type Paint = (text: string, style: Style) => string;

/** How standard output is painted: on a terminal alone, and not where NO_COLOR (no-color.org) or a dumb terminal is. */
export function painter({ env, isTerminal }: Io): Paint {
  const plain = !isTerminal.stdout || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return (text, style) => (plain || text === '' ? text : `\u001b[${SGR[style]}m${text}\u001b[0m`);
}

/** Writes notes and warnings to standard error: `warning: path: message`, and what to do about it. */
export function reportFindings(
  findings: readonly Finding[],
  io: Io,
  { quiet }: { readonly quiet: boolean },
): void {
  for (const { severity, path, message, fix } of findings) {
    if (severity === 'info' && quiet) continue;
    const text = path === '' ? message : `${path}: ${message}`;
    io.stderr(`${severity === 'info' ? 'note' : severity}: ${printable(text)}\n`);
    if (fix !== undefined) io.stderr(`hint: ${printable(fix)}\n`);
  }
}
