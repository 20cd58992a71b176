import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FileSource } from '../check/files.ts';
import { PkiError } from '../errors/pki-error.ts';
import { quotePath } from '../errors/quote.ts';
import { ioError } from '../errors/io-error.ts';
import { STANDARD } from './input.ts';
import type { Io } from './io.ts';

/** What tells files apart, whatever names and links lead to them. */
type Identity = string;

/** The files that a check has read. */
export interface FilesRead {
  /** A source that notes what is read of it. */
  readonly noting: (files: FileSource, root: string) => FileSource;
  /** Notes one that was read otherwise. */
  readonly add: (path: string) => void;
  readonly has: (path: string) => boolean;
}

/** Notes which files are read. */
export function filesRead(): FilesRead {
  const paths = new Set<string>();
  return {
    noting: (files, root) => ({
      ...files,
      read: (path) => {
        const real = files.realPath(path);
        if (real !== undefined) paths.add(root === '/' ? real : root + real);
        return files.read(path);
      },
    }),
    add: (path) => void paths.add(path),
    has: (path) => {
      const wanted = identityOf(path);
      return wanted !== undefined && [...paths].some((one) => identityOf(one) === wanted);
    },
  };
}

function identityOf(path: string): Identity | undefined {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats?.isFile() === true ? `${stats.dev} ${stats.ino}` : undefined;
}

/** How reports begin, in each of their forms. */
const REPORT =
  /^(?:(?:OK|WARNING|CRITICAL|UNKNOWN): \d+ certificates,|\{\s*"apiVersion": "[^"]*",\s*"kind": "CheckReport"|# HELP kubepki_|<!doctype html>)/i;

/**
 * Refuses to write a report over what the check is about, or over a private key; an earlier report may be overwritten.
 *
 * @param output the file of the report; `-` is standard output
 * @throws PkiError `file-exists`
 */
export function refuseOutput(output: string, read: FilesRead, { cwd }: Io): void {
  const path = resolve(cwd, output);
  if (output === STANDARD || identityOf(path) === undefined) return;
  const content = beginningOf(path);
  const isKey = content.includes('PRIVATE KEY-----');
  if (!isKey && (content.trim() === '' || REPORT.test(content) || !read.has(path))) return;
  const why = isKey ? 'holds a private key' : 'is one of the files that are checked';
  throw new PkiError('file-exists', `${quotePath(path)} ${why}, and is not overwritten`, {
    details: { path },
    hint: 'give another --output',
  });
}

/** More than any file with a key has. */
const BEGINNING = 1024 * 1024;

function beginningOf(path: string): string {
  const bytes = Buffer.alloc(BEGINNING);
  try {
    const file = openSync(path, 'r');
    try {
      return bytes.toString('latin1', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw ioError('read', path, error);
  }
}
