/**
 * V8's compiled code of a program, kept in a file beside it: a start that finds the file compiles nothing, which is a
 * third of the time that a short command takes. Node 20 has no such cache of its own (`module.enableCompileCache`
 * came with Node 22).
 *
 * The file lies where the program lies, so that whoever may write the one may write the other: a folder that
 * others write to, such as /tmp, would let them choose what code runs.
 */
import { closeSync, fchmodSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

// The file holds what identifies the program's file, the number of runs that have added to it, and the code twice. V8
// itself compares no more than the length of the text, the versions and the flags: a bit that has fallen over would
// run. To compare two copies takes a hundredth of the time of a checksum, and loads nothing.
const STAMP_BYTES = 32;
const HEADER_BYTES = STAMP_BYTES + 1;

/** Runs that add what they alone have used: the first may have been one that found nothing to do. */
const RUNS = 4;

/** Compiled code that an earlier run has kept. */
interface Kept {
  readonly code: Buffer;
  readonly runs: number;
}

interface Program {
  /** Of the file: its number, size and times. Packages give all files one time; the one of the last change is the system's. */
  readonly stamp: Buffer;
  /** Permission bits of the file: who may read it may read its compiled code. */
  readonly mode: number;
  /** Its text, in ASCII. */
  readonly text: string;
}

function readProgram(file: string): Program {
  const descriptor = openSync(file, 'r');
  try {
    const { ino, size, mtimeNs, ctimeNs, mode } = fstatSync(descriptor, { bigint: true });
    const stamp = Buffer.from(BigInt64Array.of(ino, size, mtimeNs, ctimeNs).buffer);
    return { stamp, mode: Number(mode & 0o666n), text: readFileSync(descriptor, 'latin1') };
  } finally {
    closeSync(descriptor);
  }
}

function readCache(file: string, { stamp }: Program): Kept | undefined {
  try {
    const bytes = readFileSync(file);
    const middle = (HEADER_BYTES + bytes.length) / 2;
    const [code, again] = [bytes.subarray(HEADER_BYTES, middle), bytes.subarray(middle)];
    const fits = stamp.equals(bytes.subarray(0, STAMP_BYTES)) && code.equals(again);
    return fits && code.length > 0 ? { code, runs: bytes.readUInt8(STAMP_BYTES) } : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside its place and renamed, so that no one reads half of it. */
function writeCache(file: string, { stamp, mode }: Program, script: Script, runs: number): void {
  const temporary = `${file}.${process.pid}`;
  try {
    // Where it cannot be written, this says so before the work is done.
    const descriptor = openSync(temporary, 'wx', mode);
    try {
      fchmodSync(descriptor, mode); // The umask may have cut it.
      const code = script.createCachedData();
      writeFileSync(descriptor, Buffer.concat([stamp, Buffer.of(runs), code, code]));
      renameSync(temporary, file);
    } catch {
      rmSync(temporary, { force: true });
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // No cache, then: the program runs as well without, and a full disk is not what its user asked about.
  }
}

/** A CommonJS module that has been run. */
export interface LoadedModule {
  readonly exports: unknown;
  /** Keeps what V8 has compiled by now, in the first few runs: to be called when the work is done. */
  readonly keepCode: () => void;
}

/**
 * Runs a CommonJS file as `require` does, with the compiled code of an earlier run where there is one.
 *
 * @param file the program, in ASCII
 * @param cacheFile where its compiled code is kept, if anywhere; what is damaged, of another program or of another V8 is
 *   not used
 * @param require what the program finds as `require`
 * @throws Error when the program cannot be read, and whatever it throws itself
 */
export function loadWithCodeCache(
  file: string,
  cacheFile: string | undefined,
  require: (id: string) => unknown,
): LoadedModule {
  const program = readProgram(file);
  const kept = cacheFile === undefined ? undefined : readCache(cacheFile, program);
  const text = `(function (exports, require, module) {${program.text}\n})`;
  const script = new Script(text, { filename: file, ...(kept && { cachedData: kept.code }) });
  const module = { exports: {} };
  (script.runInThisContext() as (...args: unknown[]) => void)(module.exports, require, module);
  return {
    exports: module.exports,
    keepCode: () => {
      const runs = kept?.runs ?? 0;
      if (cacheFile === undefined || runs >= RUNS) return;
      writeCache(cacheFile, program, script, runs + 1);
    },
  };
}
