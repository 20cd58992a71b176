import { hostname } from 'node:os';
import type { FileSystem } from './file-system.ts';
import { hasErrno } from '../../errors/io-error.ts';

/** Who holds a lock, by everything that tells whether that process still lives. Times are RFC 3339. */
interface Holder {
  /** Names this lock among all others. */
  readonly nonce: string;
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** machine-id(5): tells machines of one host name apart. */
  readonly machine?: string;
  /** Changes with each start of the machine. */
  readonly boot?: string;
  /** The name space in which `pid` counts: containers have their own. */
  readonly namespace?: string;
  /** When the process started, in clock ticks since boot (proc(5), field 22 of stat): tells a reused pid apart. */
  readonly started?: string;
}

async function textOf(reading: Promise<Uint8Array>): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await reading).trim() || undefined;
  } catch {
    return undefined; // Not Linux, or hidden: then less is known, and a lock is more readily taken for live.
  }
}

/** State and start of a process; the command before them may hold blanks and parentheses, so they are counted from its end. */
async function processStat(
  fs: FileSystem,
  pid: number | 'self',
): Promise<{ readonly state: string | undefined; readonly started: string | undefined } | undefined> {
  const text = await textOf(fs.readFile(`/proc/${pid}/stat`));
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields && { state: fields[0], started: fields[19] };
}

/** This process as the holder of a lock. */
async function describeSelf(fs: FileSystem): Promise<Omit<Holder, 'nonce' | 'since'>> {
  const machine = await textOf(fs.readFile('/etc/machine-id'));
  const boot = await textOf(fs.readFile('/proc/sys/kernel/random/boot_id'));
  const started = (await processStat(fs, 'self'))?.started;
  const namespace = await fs.readlink('/proc/self/ns/pid').catch(() => undefined);
  return {
    pid: process.pid,
    host: hostname(),
    ...(machine === undefined ? {} : { machine }),
    ...(boot === undefined ? {} : { boot }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(started === undefined ? {} : { started }),
  };
}

const TEXT_FIELDS = ['machine', 'boot', 'namespace', 'started'] as const;

/** The holder that a lock file names, or `undefined` where the file does not name one. */
function parseHolder(data: Uint8Array): Holder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(data));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { nonce, pid, host, since } = fields;
  if (typeof nonce !== 'string' || !/^[0-9a-f]{16}$/.test(nonce)) return undefined;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (typeof host !== 'string' || typeof since !== 'string') return undefined;
  const known: Partial<Record<(typeof TEXT_FIELDS)[number], string>> = {};
  for (const name of TEXT_FIELDS) {
    const text = fields[name];
    if (typeof text === 'string') known[name] = text;
  }
  return { nonce, pid, host, since, ...known };
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return hasErrno(error, 'ESRCH');
  }
}

/**
 * Whether a holder is certainly dead. In doubt (another machine, another container) it is taken for live:
 * a lock that is kept too long costs a message, a lock that is taken from a live run costs the tree.
 */
async function isDead(
  fs: FileSystem,
  holder: Holder,
  self: Omit<Holder, 'nonce' | 'since'>,
): Promise<boolean> {
  // Without an identity, machines and containers of one name cannot be told apart.
  if (self.machine === undefined || holder.host !== self.host || holder.machine !== self.machine)
    return false;
  if (holder.boot !== self.boot) return true;
  if (holder.namespace !== self.namespace) return false;
  if (isGone(holder.pid)) return true;
  const stat = await processStat(fs, holder.pid);
  if (stat === undefined) return false; // hidepid hides the processes of others: kill has seen it alive.
  return (
    stat.state === 'Z' ||
    stat.state === 'X' ||
    (holder.started !== undefined && stat.started !== holder.started)
  );
}

/** A holder as a message names it. */
function holderName(holder: Holder | undefined): string {
  return holder === undefined ? 'an unknown process' : `process ${holder.pid} on ${holder.host}`;
}

export { describeSelf, holderName, isDead, parseHolder };
export type { Holder };
