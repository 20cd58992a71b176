// A CA whose key this process never sees: it asks another process to sign, as it would ask an HSM or a key
// management service.
//
//   node examples/external-signer.mjs
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createAuthority, generatePrivateKey, issue, PublicKey } from 'kubepki';
import { keySigner, platformCrypto, SIGNATURE_ALGORITHMS } from 'kubepki/ca';

if (process.argv[2] === 'key-holder') await holdKey();
else await askForSignatures();

/** The other process: makes a key, tells its public half, and signs what it is sent. */
async function holdKey() {
  const key = await generatePrivateKey('ECDSA-P384');
  const signer = keySigner(key, platformCrypto());
  process.send({ publicKey: key.publicKey.spki });
  process.on('message', async ({ id, data, algorithm }) => {
    const known = SIGNATURE_ALGORITHMS.find(({ name }) => name === algorithm);
    process.send({ id, signature: await signer.sign(data, known) });
  });
}

/** A Signer around the other process: all that kubepki asks of a key that lives elsewhere. */
async function connectSigner(child) {
  const [{ publicKey }] = await once(child, 'message');
  const waiting = new Map();
  child.on('message', ({ id, signature }) => {
    waiting.get(id)?.resolve(signature);
    waiting.delete(id);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the process that holds the key has ended'));
  });
  let id = 0;
  return {
    publicKey: PublicKey.fromSpki(new Uint8Array(publicKey)),
    sign(data, algorithm) {
      return new Promise((resolve, reject) => {
        waiting.set(++id, { resolve, reject });
        child.send({ id, data, algorithm: algorithm.name });
      });
    },
  };
}

async function askForSignatures() {
  const child = fork(fileURLToPath(import.meta.url), ['key-holder'], { serialization: 'advanced' });
  try {
    const signer = await connectSigner(child);
    const ca = await createAuthority({ commonName: 'ca-in-another-process', key: signer });
    console.log(`CA: ${ca.certificate.publicKey.algorithm}, key here: ${ca.privateKey !== undefined}`);
    const server = await issue(ca, { profile: 'server', commonName: 'web.example.com' });
    console.log(
      `issued: ${server.certificate.commonName}, by ${server.certificate.signatureAlgorithm?.name}`,
    );
  } finally {
    child.kill();
  }
}
