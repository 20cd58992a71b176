/** Go's crypto/x509 and crypto/tls as a judge: a client of the program in test/go/x509-judge. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

import { buildGoProgram } from '../support/go-program.ts';

interface GoAttribute {
  readonly type: string;
  readonly tag: string;
  readonly value: string;
}

type GoName = readonly (readonly GoAttribute[])[];

interface GoPublicKey {
  readonly type: string;
  readonly size: number;
  readonly curve?: string;
  readonly exponent?: number;
}

interface GoSan {
  readonly kind: string;
  readonly value: string;
}

interface GoExtension {
  readonly oid: string;
  readonly critical: boolean;
}

/** A certificate as Go reads it; names keep their RDN order and string types, SANs their encoded order. */
interface GoCertificate {
  readonly version: number;
  readonly subject: GoName;
  readonly issuer: GoName;
  readonly serial: string;
  readonly serialBits: number;
  readonly serialSign: number;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly sans: readonly GoSan[];
  readonly keyUsage: readonly string[];
  readonly extKeyUsage: readonly string[];
  readonly basicConstraints: { readonly ca: boolean; readonly pathLen: number | null } | null;
  readonly ski: string;
  readonly aki: { readonly keyId: string; readonly hasIssuer: boolean; readonly hasSerial: boolean } | null;
  readonly extensions: readonly GoExtension[];
  readonly signatureAlgorithm: string;
  readonly publicKey: GoPublicKey;
  readonly sha256: string;
  readonly spkiSha256: string;
}

interface GoEndpoint {
  readonly cert: string;
  readonly key: string;
  /** PEM bundle by which this side trusts the other. */
  readonly cas: string;
}

/** What the judge's own fixtures are made of; without a curve the key is RSA-2048. */
interface GoRequest {
  readonly cn: string;
  readonly o?: readonly string[];
  readonly dns?: readonly string[];
  readonly ips?: readonly string[];
  readonly usage?: readonly string[];
  readonly ca?: boolean;
  readonly curve?: 'P-256' | 'P-384';
  /** RFC 3339. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Usages as in Go: serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, ocspSigning, any. */
type GoCommand =
  | { readonly op: 'parse' | 'pool' | 'key' | 'csr'; readonly pem: string }
  | { readonly op: 'keypair'; readonly cert: string; readonly key: string }
  | {
      readonly op: 'verify';
      readonly leaf: string;
      readonly roots: string;
      readonly intermediates?: string;
      readonly dnsName?: string;
      /** Certificate policies of which one must be valid. */
      readonly policies?: readonly string[];
      readonly usage?: readonly string[];
      /** RFC 3339; default now. */
      readonly time?: string;
    }
  | { readonly op: 'url'; readonly url: string }
  | { readonly op: 'issue'; readonly request: GoRequest; readonly cert?: string; readonly key?: string }
  | {
      readonly op: 'handshake';
      readonly server: GoEndpoint;
      readonly client: GoEndpoint;
      readonly serverName: string;
    };

interface GoAnswers {
  readonly parse: { readonly certificates: readonly GoCertificate[]; readonly labels: readonly string[] };
  readonly verify: { readonly chainLengths: readonly number[] };
  readonly keypair: { readonly certificates: number };
  readonly handshake: { readonly server: string | null; readonly client: string | null };
  readonly pool: { readonly appended: boolean; readonly count: number };
  readonly key: GoPublicKey & {
    readonly label: string;
    readonly private: boolean;
    readonly publicKey: string;
  };
  readonly issue: { readonly cert: string; readonly key: string; readonly pub: string };
  readonly url: { readonly scheme: string; readonly host: string };
  readonly csr: {
    readonly label: string;
    readonly subject: GoName;
    readonly sans: readonly GoSan[];
    readonly publicKey: GoPublicKey;
    readonly signatureAlgorithm: string;
    readonly extensions: readonly GoExtension[];
  };
}

interface GoRefusal {
  readonly ok: false;
  readonly error: string;
  /** Of a refused handshake: each side's own error. */
  readonly server?: string | null;
  readonly client?: string | null;
}

type GoAnswer<Op extends keyof GoAnswers> = ({ readonly ok: true } & GoAnswers[Op]) | GoRefusal;

interface Waiter {
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** A running judge; commands are answered in order, so any number may be under way. */
class GoJudge {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiters: Waiter[] = [];
  #ended = false;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#waiters.shift()?.resolve(line));
    child.stdin.on('error', () => undefined);
    child.stderr.resume();
    child.on('close', () => {
      this.#ended = true;
      for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error('the Go judge ended'));
    });
  }

  /** @param env further variables, such as GODEBUG */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<GoJudge> {
    const options = { stdio: 'pipe', env: { ...process.env, ...env } } as const;
    return new GoJudge(spawn(await buildGoProgram('x509-judge'), [], options));
  }

  async ask<Op extends GoCommand['op']>(command: GoCommand & { readonly op: Op }): Promise<GoAnswer<Op>> {
    if (this.#ended) throw new Error('the Go judge ended');
    const line = await new Promise<string>((resolveLine, reject) => {
      this.#waiters.push({ resolve: resolveLine, reject });
      this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    });
    // The seam to the Go program, whose answers the unit tests of the judges hold to these types.
    return JSON.parse(line) as GoAnswer<Op>;
  }

  /** The certificates of a PEM text; throws where Go cannot read it. */
  async parse(pem: string): Promise<readonly GoCertificate[]> {
    const answer = await this.ask({ op: 'parse', pem });
    if (!answer.ok) throw new Error(answer.error);
    return answer.certificates;
  }

  /** A key and certificate made by Go, self-signed without an authority. */
  async issue(
    request: GoRequest,
    authority: { readonly cert: string; readonly key: string } | undefined,
  ): Promise<GoAnswers['issue']> {
    const answer = await this.ask({ op: 'issue', request, ...authority });
    if (!answer.ok) throw new Error(answer.error);
    return answer;
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    const closed = new Promise<void>((done) =>
      this.#child.once('close', () => {
        done();
      }),
    );
    this.#child.stdin.end();
    await closed;
  }
}

export { GoJudge };
export type {
  GoAnswer,
  GoAttribute,
  GoCertificate,
  GoCommand,
  GoEndpoint,
  GoExtension,
  GoName,
  GoPublicKey,
  GoRefusal,
  GoRequest,
  GoSan,
};
