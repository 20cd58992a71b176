/** OpenSSL's command line as a judge. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { run } from '../support/foreign.ts';
import type { RunResult } from '../support/foreign.ts';

interface OpensslVerifyOptions {
  /** PEM of the trust anchors; the machine's own are not used. */
  readonly roots: string;
  readonly untrusted?: string;
  readonly purpose?: 'sslserver' | 'sslclient' | 'any' | 'crlsign';
  readonly hostname?: string;
  readonly ip?: string;
  /** Seconds since 1970; default now. */
  readonly attime?: number;
  /** `-x509_strict`: RFC 5280's rules beyond what OpenSSL demands by default. */
  readonly strict?: boolean;
}

interface Verdict {
  readonly ok: boolean;
  readonly output: string;
}

const openssl = (args: readonly string[], input = ''): Promise<RunResult> => run('openssl', args, { input });

/** Runs `use` with a private directory that is removed whatever happens. */
async function withScratch<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'kubepki-openssl-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const verdict = (result: RunResult): Verdict => ({
  ok: result.code === 0,
  output: `${result.stdout}${result.stderr}`,
});

/** `openssl verify` of the first certificate of `leaf`, against the given roots only. */
function opensslVerify(leaf: string, options: OpensslVerifyOptions): Promise<Verdict> {
  return withScratch(async (directory) => {
    const file = async (name: string, text: string): Promise<string> => {
      const path = join(directory, name);
      await writeFile(path, text, { mode: 0o600 });
      return path;
    };
    const args = ['verify', '-no-CAfile', '-no-CApath', '-no-CAstore'];
    args.push('-CAfile', await file('roots.pem', options.roots));
    if (options.untrusted !== undefined)
      args.push('-untrusted', await file('untrusted.pem', options.untrusted));
    if (options.purpose !== undefined) args.push('-purpose', options.purpose);
    if (options.hostname !== undefined) args.push('-verify_hostname', options.hostname);
    if (options.ip !== undefined) args.push('-verify_ip', options.ip);
    if (options.attime !== undefined) args.push('-attime', String(options.attime));
    if (options.strict === true) args.push('-x509_strict');
    return verdict(await openssl([...args, await file('leaf.pem', leaf)]));
  });
}

const demand = (result: RunResult, what: string): string => {
  if (result.code !== 0) throw new Error(`openssl ${what}: ${result.stderr.trim()}`);
  return result.stdout;
};

/** `openssl x509 -text` of the first certificate of a PEM text. */
const opensslText = async (pem: string): Promise<string> =>
  demand(await openssl(['x509', '-noout', '-text'], pem), 'x509');

/** How many certificates `openssl storeutl` finds in a PEM text. */
const opensslCount = (pem: string): Promise<number> =>
  withScratch(async (directory) => {
    const path = join(directory, 'bundle.pem');
    await writeFile(path, pem);
    const listed = demand(await openssl(['storeutl', '-noout', '-certs', path]), 'storeutl');
    return Number(/Total found: (\d+)/.exec(listed)?.[1] ?? Number.NaN);
  });

/** `openssl pkey -check` of a private key, encrypted or not; the password goes by environment, never by argument. */
async function opensslPkeyCheck(pem: string, password?: string): Promise<Verdict> {
  const result = await run('openssl', ['pkey', '-check', '-noout', '-passin', 'env:JUDGE_PASSWORD'], {
    input: pem,
    env: { ...process.env, JUDGE_PASSWORD: password ?? '' },
  });
  return { ok: result.code === 0 && result.stdout.includes('Key is valid'), output: result.stderr };
}

/** The public key (PEM, SubjectPublicKeyInfo) of a private key, a public key or a certificate. */
async function opensslPubkey(
  pem: string,
  kind: 'private' | 'public' | 'certificate' = 'private',
): Promise<string> {
  const args = {
    private: ['pkey', '-pubout', '-passin', 'pass:'],
    public: ['pkey', '-pubin', '-pubout'],
    certificate: ['x509', '-noout', '-pubkey'],
  };
  return demand(await openssl(args[kind], pem), kind);
}

export { openssl, opensslCount, opensslPkeyCheck, opensslPubkey, opensslText, opensslVerify };
export type { OpensslVerifyOptions, Verdict };
