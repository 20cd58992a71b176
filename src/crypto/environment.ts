import type * as NodeCrypto from 'node:crypto';
import { nodeCryptoProvider } from './node-provider.ts';
import type { CryptoProvider, RsaGeneration } from './provider.ts';
import type { WebCrypto } from './web-crypto.ts';
import { webCryptoProvider } from './web-provider.ts';

/** What a function takes from the world around it; always the last, always optional. */
export interface Environment {
  /** The cryptography to use. Default: Node's, or the WebCrypto of the browser or runtime. */
  readonly crypto?: CryptoProvider;
  /** The clock. Default: the system's, read once per call. */
  readonly now?: Date;
}

/** An {@link Environment} with its defaults filled in. */
export interface ResolvedEnvironment {
  readonly crypto: CryptoProvider;
  readonly now: Date;
}

/** The parts of the global object that tell the platforms apart. */
interface Platform {
  readonly process?: { readonly getBuiltinModule?: (id: string) => unknown };
  readonly crypto?: WebCrypto;
}

const providers = new Map<RsaGeneration, CryptoProvider>();

/**
 * The platform's cryptography: node:crypto on Node, WebCrypto elsewhere.
 *
 * @param options.rsaGeneration how Node makes RSA keys. `primes`, the default, puts a key together from two primes of
 *   the platform's generator under the rules of FIPS 186-5 A.1.3; `platform` leaves the whole key to it, at three
 *   times the time.
 */
export function platformCrypto(options: { readonly rsaGeneration?: RsaGeneration } = {}): CryptoProvider {
  const rsaGeneration = options.rsaGeneration ?? 'primes';
  const provider = providers.get(rsaGeneration) ?? detect(rsaGeneration);
  providers.set(rsaGeneration, provider);
  return provider;
}

/** Fills in the platform's cryptography and the system's clock. */
export function resolveEnvironment(environment: Environment = {}): ResolvedEnvironment {
  if (environment.now !== undefined && Number.isNaN(environment.now.getTime())) {
    throw new TypeError('environment.now must be a valid Date');
  }
  return { crypto: environment.crypto ?? platformCrypto(), now: environment.now ?? new Date() };
}

function detect(rsaGeneration: RsaGeneration): CryptoProvider {
  const platform: Platform = globalThis;
  // No import of node:crypto: a bundler for browsers would stumble over it.
  const nodeCrypto = platform.process?.getBuiltinModule?.('node:crypto') as typeof NodeCrypto | undefined;
  if (nodeCrypto !== undefined) return nodeCryptoProvider(nodeCrypto, rsaGeneration);
  if (platform.crypto === undefined)
    throw new TypeError('this runtime has neither node:crypto nor WebCrypto');
  return webCryptoProvider(platform.crypto);
}
