// A test's own API server, and kubeconfigs for its clients: an HTTPS server on 127.0.0.1 tells who called it by the
// certificate, and clients go by a kubeconfig that they load as kubectl does. With kubectl on PATH, that is a client too.
//
//   node examples/kubeconfig-harness.mjs
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import { decodeEmbeddedPem, resolveContext } from 'kubepki/kubeconfig';
import { createTestCluster, loadKubeconfig } from 'kubepki/node';

const cluster = await createTestCluster();

// Where the program under test would call the API server, this listens.
const api = createServer(cluster.serverOptions, (incoming, response) => {
  const { CN, O } = incoming.socket.getPeerCertificate().subject;
  console.log(
    `${incoming.method} ${incoming.url.replace(/\?.*/, '')} by ${CN} of ${[O ?? 'no group'].flat().join(', ')}`,
  );
  response
    .setHeader('Content-Type', 'application/json')
    .end('{"major":"1","minor":"36","gitVersion":"v1.36.0"}');
});
await once(api.listen(0, '127.0.0.1'), 'listening');
const server = `https://127.0.0.1:${api.address().port}`;

/** A client as programs are: it is told of a kubeconfig in its environment, and of nothing else. */
function call(path, env) {
  const { config } = loadKubeconfig({ env });
  const { cluster: to, user } = resolveContext(config);
  const options = {
    ca: decodeEmbeddedPem(to.certificateAuthorityData),
    cert: decodeEmbeddedPem(user.clientCertificateData),
    key: decodeEmbeddedPem(user.clientKeyData),
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, to.server), options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    outgoing.on('error', reject).end();
  });
}

/** kubectl with the same kubeconfig; `undefined` where there is none on this machine. */
function kubectl(args, env) {
  return new Promise((resolve) => {
    const environment = { PATH: process.env.PATH, ...env };
    execFile('kubectl', args, { env: environment }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') resolve(undefined);
      else resolve(error === null ? stdout : `${stdout}${stderr}`);
    });
  });
}

try {
  const jane = await cluster.writeKubeconfig({
    server,
    user: 'jane',
    groups: ['dev', 'ops'],
    namespace: 'team-a',
  });
  const bob = await cluster.writeKubeconfig({ server, user: 'bob', validity: '1h' });
  console.log(`jane: ${await call('/api', { KUBECONFIG: jane.path })}`);
  // Of several files the first that names a context counts.
  console.log(`bob: ${await call('/healthz', { KUBECONFIG: `${bob.path}:${jane.path}` })}`);
  const answer = await kubectl(['get', '--raw', '/version'], { KUBECONFIG: jane.path, HOME: '/nonexistent' });
  console.log(`kubectl: ${answer ?? 'not on this machine'}`);

  const stranger = await createTestCluster();
  const mallory = await stranger.writeKubeconfig({ server, user: 'mallory' });
  await call('/api', { KUBECONFIG: mallory.path }).catch((error) => console.log(`mallory: ${error.code}`));
  await stranger.remove();
} finally {
  api.close();
  api.closeAllConnections();
  await cluster.remove(); // the kubeconfigs too; with `await using` that goes without saying
}
