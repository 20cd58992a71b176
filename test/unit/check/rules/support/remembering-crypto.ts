import { platformCrypto } from '../../../../../src/crypto/environment.ts';
import type { CryptoProvider } from '../../../../../src/crypto/provider.ts';

/** The platform's cryptography, each question asked once: a thousand machines have the same certificates. */
export function rememberingCrypto(): CryptoProvider {
  const crypto = platformCrypto();
  const answers = new Map<string, unknown>();
  const once =
    <A extends unknown[], R>(ask: (...asked: A) => R): ((...asked: A) => R) =>
    (...asked) => {
      const question = JSON.stringify(asked, (_key, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      );
      const answer = answers.has(question) ? (answers.get(question) as R) : ask(...asked);
      answers.set(question, answer);
      return answer;
    };
  return {
    ...crypto,
    verifyAny: once((...asked: Parameters<CryptoProvider['verifyAny']>) => crypto.verifyAny(...asked)),
    digest: once((...asked: Parameters<CryptoProvider['digest']>) => crypto.digest(...asked)),
    derivePublicKey: once((...asked: Parameters<CryptoProvider['derivePublicKey']>) =>
      crypto.derivePublicKey(...asked),
    ),
  };
}
