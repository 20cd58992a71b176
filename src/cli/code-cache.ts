/**
 * V8's compiled code of a program, kept in a file beside it: a start that finds the file compiles nothing, which is a
 * third of the time that a short command takes. Node 20 has no such cache of its own (`module.enableCompileCache`
 * came with Node 22).
 *
 * The file lies where the program lies, so that whoever may write the one may write the other: a folder that
 * others write to, such as /tmp, would let them choose what code runs.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

// Of the program's text and of the compiled code. V8 itself compares no more than the length of the text, the
// versions and the flags: a bit that has fallen over would run.
const HEADER_BYTES = 8;

function readCache(file: string, source: Buffer): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const code = bytes.subarray(HEADER_BYTES);
    const fits = bytes.readUInt32LE(0) === crc32(source) && bytes.readUInt32LE(4) === crc32(code);
    return fits ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside its place and renamed, so that no one reads half of it. */
function writeCache(file: string, source: Buffer, script: Script): void {
  const temporary = `${file}.${process.pid}`;
  try {
    // Where it cannot be written, this says so before the work is done.
    writeFileSync(temporary, '', { flag: 'wx', mode: 0o644 });
    const code = script.createCachedData();
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(crc32(source), 0);
    header.writeUInt32LE(crc32(code), 4);
    writeFileSync(temporary, Buffer.concat([header, code]));
    renameSync(temporary, file);
  } catch {
    // No cache, then: the program runs as well without, and a full disk is not what its user asked about.
    rmSync(temporary, { force: true });
  }
}

/** A CommonJS module that has been run. */
export interface LoadedModule {
  readonly exports: unknown;
  /** Keeps what V8 has compiled by now, when no file had it: to be called when the work is done. */
  readonly keepCode: () => void;
}

/**
 * Runs a CommonJS file as `require` does, with the compiled code of an earlier run where there is one.
 *
 * @param file the program, in ASCII
 * @param cacheFile where its compiled code is kept; what is damaged, of another program or of another V8 is not used
 * @param require what the program finds as `require`
 * @throws Error when the program cannot be read, and whatever it throws itself
 */
export function loadWithCodeCache(file: string, cacheFile: string, require: NodeJS.Require): LoadedModule {
  const source = readFileSync(file);
  const cachedData = readCache(cacheFile, source);
  const text = `(function (exports, require, module) {${source.toString('latin1')}\n})`;
  const script = new Script(text, { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  (script.runInThisContext() as (...args: unknown[]) => void)(module.exports, require, module);
  return {
    exports: module.exports,
    keepCode: () => {
      // What V8 refuses for this run's flags may be right for the others.
      if (cachedData === undefined) writeCache(cacheFile, source, script);
    },
  };
}
