import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadWithCodeCache } from '../../../src/cli/code-cache.ts';

const PROGRAM = 'exports.answer = () => "first"; exports.separator = require("node:path").sep;';

describe('the compiled code of a program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubepki-code-'));
    writeFileSync(join(folder, 'program.js'), PROGRAM);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const cacheFile = (): string => join(folder, 'program.cache');

  /** One start of the program: what it answers, and its code kept at the end. */
  function start(file = cacheFile()): string {
    const program = join(folder, 'program.js');
    const { exports, keepCode } = loadWithCodeCache(program, file, createRequire(program));
    const { answer, separator } = exports as { answer: () => string; separator: string };
    const result = answer() + separator;
    keepCode();
    return result;
  }

  test('is kept beside it, readable by those who can read the program, and used again', () => {
    expect(start()).toBe('first/');
    expect(readdirSync(folder).sort()).toEqual(['program.cache', 'program.js']);
    const kept = statSync(cacheFile());
    expect(kept.mode).toBe(statSync(join(folder, 'program.js')).mode);
    expect(start()).toBe('first/');
  });

  test('may be read by whoever may read the program, whatever the umask', () => {
    chmodSync(join(folder, 'program.js'), 0o644);
    const before = process.umask(0o077);
    try {
      start();
    } finally {
      process.umask(before);
    }
    expect(statSync(cacheFile()).mode & 0o777).toBe(0o644);
  });

  test('is added to by the first four runs, and then left alone', () => {
    const inodes = [1, 2, 3, 4, 5, 6].map(() => {
      start();
      return statSync(cacheFile()).ino;
    });
    expect(inodes.slice(3)).toEqual(Array.from({ length: 3 }, () => inodes[3]));
    expect(readFileSync(cacheFile())[32]).toBe(4);
  });

  test('is neither read nor written where no file is named', () => {
    const program = join(folder, 'program.js');
    const { exports, keepCode } = loadWithCodeCache(program, undefined, createRequire(program));
    keepCode();
    expect(exports).toHaveProperty('answer');
    expect(readdirSync(folder)).toEqual(['program.js']);
  });

  test('is not used for another program of the same length and time, as packages have it', () => {
    const install = (program: string): void => {
      writeFileSync(join(folder, 'program.js'), program);
      utimesSync(join(folder, 'program.js'), 500_000_000, 500_000_000);
    };
    install(PROGRAM);
    start();
    install(PROGRAM.replace('first', 'other'));
    expect(start()).toBe('other/');
    expect(start()).toBe('other/');
  });

  test.each([
    [
      'with a bit that has fallen over',
      (bytes: Buffer) => bytes.map((byte, index) => (index === 100 ? byte ^ 1 : byte)),
    ],
    ['that is cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['that is empty', () => Buffer.alloc(0)],
  ])('is made anew from a file %s', (_title, damage) => {
    start();
    const kept = readFileSync(cacheFile());
    writeFileSync(cacheFile(), damage(Buffer.from(kept)));
    const damaged = readFileSync(cacheFile());
    expect(start()).toBe('first/');
    expect(readFileSync(cacheFile()).equals(damaged)).toBe(false);
    expect(start()).toBe('first/');
  });

  test('is done without where another process is just writing it, whose file is left alone', () => {
    const theirs = `${cacheFile()}.${process.pid}`;
    writeFileSync(theirs, 'theirs');
    expect(start()).toBe('first/');
    expect(readFileSync(theirs, 'utf8')).toBe('theirs');
  });

  test('is done without where it cannot be written', () => {
    expect(start(join(folder, 'missing/program.cache'))).toBe('first/');
    expect(readdirSync(folder)).toEqual(['program.js']);
  });
});
