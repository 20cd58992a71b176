/** The least that certificates need of the machine, whoever makes them. */
import { createECDH, createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';

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
