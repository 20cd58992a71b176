// A process that holds a key and signs over IPC, as an HSM or a key management service would. The key never leaves it.
import { generateKeyPairSync, sign } from 'node:crypto';

const [type, parameter] = process.argv.slice(2);
const options = type === 'rsa' ? { modulusLength: Number(parameter) } : { namedCurve: parameter };
const { privateKey, publicKey } = generateKeyPairSync(type, options);

process.on('message', ({ id, data, digest }) => {
  const signature = sign(digest, Buffer.from(data, 'base64'), privateKey).toString('base64');
  process.send({ id, signature });
});
process.on('disconnect', () => process.exit(0));
process.send({ spki: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') });
