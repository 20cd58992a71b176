// Lets a Node program live in the network of the tests: its TLS connections go through the proxy that HTTPS_PROXY names, as
// Go's do by themselves. Those that have a proxy of their own are left alone.
import { request } from 'node:http';
import { Agent } from 'node:https';
import { isIPv6 } from 'node:net';

const { createConnection } = Agent.prototype;

Agent.prototype.createConnection = function throughProxy(options, done) {
  const { HTTPS_PROXY } = process.env;
  if (HTTPS_PROXY === undefined || options.socket !== undefined)
    return createConnection.call(this, options, done);
  const proxy = new URL(HTTPS_PROXY);
  const authorization = `Basic ${Buffer.from(`${proxy.username}:${proxy.password}`).toString('base64')}`;
  const host = isIPv6(options.host) ? `[${options.host}]` : options.host;
  const outgoing = request({
    ...{ host: proxy.hostname, port: proxy.port, method: 'CONNECT', agent: false },
    path: `${host}:${options.port}`,
    headers: { 'proxy-authorization': authorization },
  });
  outgoing.once('connect', ({ statusCode }, socket) => {
    try {
      if (statusCode !== 200) throw new Error(`the proxy answered ${statusCode}`);
      done(null, createConnection.call(this, { ...options, socket }));
    } catch (error) {
      // A key that does not fit, for example.
      socket.destroy();
      done(error);
    }
  });
  outgoing.once('error', done);
  outgoing.end();
  return undefined;
};
