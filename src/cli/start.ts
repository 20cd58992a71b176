import { processIo } from './process-io.ts';
import { run } from './run.ts';

/**
 * Runs a command line in this process: its exit code is set, and the process ends when all is written.
 *
 * @param version of this package: the file that has it is a part of the one that starts first, and of no other
 */
export async function start(argv: readonly string[], version: string): Promise<void> {
  const io = processIo(version);
  const code = await run(argv, io);
  // Output that could not be written has set a code already.
  process.exitCode = code === 0 ? (process.exitCode ?? 0) : code;
  // By itself it would first take down, object by object, what the system takes back as a whole.
  if (io.isWritten()) process.exit();
}
