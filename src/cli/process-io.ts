import { collect } from './input.ts';
import type { Io } from './io.ts';
import { stoppable } from './signals.ts';

const DEFAULT_COLUMNS = 80;

/** The streams, environment and clock of this process. */
export function processIo(version: string): Io {
  const { stdout, stderr } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (failedToWrite(error)) stderr.write(`kubepki: standard output: ${error.message}\n`);
  });
  stderr.on('error', failedToWrite);
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    stdin: () => collect(process.stdin, 'standard input'),
    env: process.env,
    cwd: process.cwd(),
    isTerminal: { stdout: stdout.isTTY, stderr: stderr.isTTY },
    columns: stderr.columns || DEFAULT_COLUMNS,
    now: () => new Date(),
    stoppable: stoppable((text) => void stderr.write(text)),
    version,
  };
}

/** A reader that has gone (`| head`) is no failure, for the work is done; a full disk is. */
function failedToWrite({ code }: NodeJS.ErrnoException): boolean {
  if (code === 'EPIPE') return false;
  process.exitCode ||= 1;
  return true;
}
