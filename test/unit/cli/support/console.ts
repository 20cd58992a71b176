import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandTable } from '../../../../src/cli/command.ts';
import type { Io } from '../../../../src/cli/io.ts';
import { ioError } from '../../../../src/errors/io-error.ts';
import { run } from '../../../../src/cli/run.ts';

/** The time of every command that names no other. */
export const NOW = new Date('2027-01-31T12:00:00Z');

/** What a command printed, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  /** Standard output byte for byte. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

/** How a command is run. */
export interface ConsoleOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  /** Whether nothing can be written to standard output. */
  readonly isFull?: boolean;
  readonly table?: CommandTable;
  /** Where it runs, in place of the console's own folder. */
  readonly cwd?: string;
}

/** A working directory, and commands run in it in this process. */
export interface Console {
  readonly cwd: string;
  /** Runs words of a command line. */
  readonly kubepki: (argv: readonly string[] | string, options?: ConsoleOptions) => Promise<Outcome>;
  readonly remove: () => void;
}

function bytesOf(input: string | Uint8Array): Buffer {
  return Buffer.from(typeof input === 'string' ? new TextEncoder().encode(input) : input);
}

/** A fresh directory to run commands in. */
export function openConsole(): Console {
  const cwd = mkdtempSync(join(tmpdir(), 'kubepki-cli-'));
  return {
    cwd,
    kubepki: async (argv, options = {}) => {
      const { input = '', env = {}, isTerminal = false, columns = 80, isFull = false, table } = options;
      const [stdout, stderr]: [Buffer[], string[]] = [[], []];
      let isBroken = false;
      const io: Io = {
        stdout: (output) => {
          if (isBroken) return;
          isBroken = isFull;
          if (isFull) throw ioError('write', 'standard output', { code: 'ENOSPC' });
          stdout.push(bytesOf(output));
        },
        stderr: (text) => void stderr.push(text),
        stdin: () => Promise.resolve(bytesOf(input)),
        env,
        cwd: options.cwd ?? cwd,
        isTerminal: { stdout: isTerminal, stderr: isTerminal },
        columns,
        now: () => NOW,
        stoppable: (run) => run({ aborted: false }),
        version: '1.2.3',
      };
      const words = typeof argv === 'string' ? argv.split(' ').filter((word) => word !== '') : argv;
      const code = await (table === undefined ? run(words, io) : run(words, io, table));
      const bytes = Buffer.concat(stdout);
      return { code, stdout: bytes.toString('utf8'), bytes, stderr: stderr.join('') };
    },
    remove: () => {
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** A cluster with fast keys: one control plane, one worker, one user. */
export const CLUSTER = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 10.0.0.10}
nodeRegistration: {name: cp-1}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
encryptionAlgorithm: ECDSA-P256
---
apiVersion: kubepki/v1alpha1
kind: ClusterPKI
nodes:
- name: node01
  addresses: [10.0.0.21]
users:
- name: jane
  groups: [dev]
`;
