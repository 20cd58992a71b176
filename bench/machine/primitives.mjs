/** The least that certificates need of the machine, whoever makes them. */
import {
  createECDH,
  createHash,
  generateKeyPairSync,
  generatePrime,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';

/** The cryptography of so many P-256 certificates: a key pair, a signature, its check, a digest and random bytes each. */
export function primitives(count) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const data = randomBytes(500);
  const ecdh = createECDH('prime256v1');
  for (let i = 0; i < count; i++) {
    ecdh.generateKeys();
    verify('sha256', data, publicKey, sign('sha256', data, privateKey));
    createHash('sha256').update(data).digest();
    randomBytes(20);
  }
}

/** The primes of so many RSA-2048 keys, drawn on all cores. */
export function primes(count) {
  return Promise.all(Array.from({ length: 2 * count }, () => promisify(generatePrime)(1024)));
}
