/** Programs that are started on a tree in which something is broken, and what they say of it. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '../../../src/check/explain/explain.ts';
import { diskFiles } from '../../../src/node/disk-files.ts';
import { tempDir } from '../../support/foreign.ts';
import { certificateLike } from '../../unit/check/rules/support/certificate.ts';
import { ClusterFiles, type ClusterPlan } from './cluster-files.ts';
import { Processes, until } from './processes.ts';

const CONFIG = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: { name: cp-1 }
localAPIEndpoint: { advertiseAddress: 192.0.2.10 }
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
controlPlaneEndpoint: api.e2e.example:6443
encryptionAlgorithm: ECDSA-P256
`;

/** One control plane with elliptic curves, whose keys are fast to make. */
export const SMALL: ClusterPlan = { machines: ['cp-1'], controllers: false, config: CONFIG, args: [] };

/** Another cluster: everything has the same names, and nothing the same keys. */
export async function strangerFiles(): Promise<ClusterFiles> {
  const files = new ClusterFiles(tempDir());
  await files.make(SMALL);
  return files;
}

/** Breaks a file below /etc/kubernetes. */
export type Break = (files: ClusterFiles) => void;

/** Takes a file away. */
export const without =
  (file: string): Break =>
  (files) => {
    rmSync(files.conf(file));
  };

/** Writes something else into a file. */
export const holding =
  (file: string, content: string): Break =>
  (files) => {
    writeFileSync(files.conf(file), content);
  };

/** A copy of a tree with something broken. */
export function brokenCopy(whole: ClusterFiles, change: Break): ClusterFiles {
  const files = new ClusterFiles(tempDir());
  cpSync(whole.root, files.root, { recursive: true, verbatimSymlinks: true });
  change(files);
  return files;
}

/** Puts an expired certificate of the same key and CA in the place of one. */
export const expiredCertificate =
  (file: string, ca = 'pki/ca'): Break =>
  (files) => {
    const text = (name: string): string => readFileSync(files.conf(name), 'utf8');
    const signing = { certificate: text(`${ca}.crt`), key: text(`${ca}.key`) };
    const dates = { from: new Date('2025-01-01T00:00:00Z'), until: new Date('2025-02-01T00:00:00Z') };
    holding(file, certificateLike(text(file), signing, dates))(files);
  };

/** Where a program is started, and until what it says. */
export interface Start {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly says: RegExp;
  /** What to do then, while it runs; its answer is taken in place of the log. */
  readonly ask?: () => Promise<string>;
}

/** Starts a program and ends it when it has said something; all that it said. */
export async function saidBy({ program, args, env, says, ask }: Start): Promise<string> {
  const folder = tempDir();
  const processes = new Processes(folder);
  processes.start('program', program, args, env);
  try {
    const log = await until(
      `${program} to say ${String(says)}`,
      () => {
        const text = processes.logOf('program', 100_000);
        return Promise.resolve(says.test(text) ? text : undefined);
      },
      90,
    );
    return ask === undefined ? log : await ask();
  } catch (error) {
    throw new Error(`${String(error)}\n${processes.logOf('program')}`, { cause: error });
  } finally {
    await processes.stopAll();
  }
}

/** What is expected of an explanation. */
export interface Expected {
  readonly text: string;
  /** The rows that know something of the text, the first of which comes first. */
  readonly ids: readonly string[];
  /** The tree, and the file below /etc/kubernetes that is at fault. */
  readonly files?: ClusterFiles;
  readonly culprit?: string;
}

/** Explains a text, and the file at fault is the first that is named for the first explanation. */
export async function expectExplained({ text, ids, files, culprit }: Expected): Promise<void> {
  const look = files === undefined ? undefined : { files: diskFiles(files.root), paths: ['/'] };
  const explanations = await explain(text, look);
  const [first] = explanations;
  expect({ text, ids: explanations.map(({ id }) => id) }).toEqual({
    text,
    ids: expect.arrayContaining([...ids]),
  });
  expect({ text, first: first?.id }).toEqual({ text, first: ids[0] });
  if (culprit === undefined) return;
  const named = explanations
    .find(({ id }) => id === ids[0])
    ?.culprits.map(({ path }) => path.replace(/[#(].*/, '').trim());
  expect({ text, first: named?.[0] }).toEqual({ text, first: join('/etc/kubernetes', culprit) });
}
