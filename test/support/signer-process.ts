/** A signer whose key lives in another process: see signer-process.mjs. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PublicKey } from '../../src/ca/index.ts';
import type { Signer } from '../../src/ca/index.ts';

interface SignerProcess {
  readonly signer: Signer;
  /** Process id of the one that holds the key. */
  readonly pid: number;
  /** What went over the wire, in both directions. */
  readonly traffic: readonly string[];
  stop(): Promise<void>;
}

type Parameters =
  readonly ['rsa', '2048'] | readonly ['ec', 'P-256' | 'P-384' | 'P-521'] | readonly ['ed25519'];

async function startSignerProcess(parameters: Parameters): Promise<SignerProcess> {
  const child = fork(join(__dirname, 'signer-process.mjs'), [...parameters], { execArgv: [] });
  const traffic: string[] = [];
  const waiting = new Map<number, (signature: string) => void>();
  const [{ spki }] = await once(child, 'message');
  traffic.push(String(spki));
  child.on('message', (message: { id: number; signature: string }) => {
    traffic.push(message.signature);
    waiting.get(message.id)?.(message.signature);
    waiting.delete(message.id);
  });
  let count = 0;
  const signer: Signer = {
    publicKey: PublicKey.fromSpki(Buffer.from(String(spki), 'base64')),
    async sign(data, algorithm) {
      const id = count++;
      const digest = algorithm.digest?.toLowerCase().replace('-', '') ?? null;
      const signature = new Promise<string>((resolve) => waiting.set(id, resolve));
      child.send({ id, data: Buffer.from(data).toString('base64'), digest });
      return Uint8Array.from(Buffer.from(await signature, 'base64'));
    },
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  };
  return { signer, pid: child.pid ?? 0, traffic, stop };
}

export { startSignerProcess };
export type { SignerProcess };
