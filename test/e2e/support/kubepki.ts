/** The command line under test, as people run it. */
import { join } from 'node:path';
import { repositoryRoot, runOk, type RunOptions } from '../../support/foreign.ts';

/** Runs the built `kubepki`, which must end with 0; its standard output. */
export async function kubepki(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const program = join(repositoryRoot, 'dist/cli/main.js');
  return (await runOk(process.execPath, [program, ...args], options)).stdout;
}

/** A certificate and its key, as files. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** The files that `--out BASE` writes, and that lie in a tree. */
export function pair(base: string): Pair {
  return { cert: `${base}.crt`, key: `${base}.key` };
}

/** What to ask `kubepki issue` for. */
export interface IssueOptions {
  readonly profile: 'server' | 'client' | 'peer' | 'webhook' | 'kubelet-server';
  /** CA without the suffix. */
  readonly ca: string;
  readonly commonName: string;
  readonly out: string;
  /** Further arguments. */
  readonly args?: readonly string[];
}

/** Issues a certificate. */
export async function issue({ profile, ca, commonName, out, args = [] }: IssueOptions): Promise<Pair> {
  await kubepki(['issue', profile, '--ca', ca, '--common-name', commonName, '--out', out, ...args]);
  return pair(out);
}

/** Makes a CA that nobody trusts, whatever it is called; its path without the suffix. */
export async function strangerCa(commonName: string, out: string): Promise<string> {
  await kubepki(['ca', 'create', '--common-name', commonName, '--out', out]);
  return out;
}
