// @kubernetes/client-node, as a program that reads kubeconfigs and asks servers: questions and answers are those of
// test/go/client-go-judge, and hold no secrets either.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { AuthenticationV1Api, KubeConfig } from '@kubernetes/client-node';

const sum = (data) => (data?.length > 0 ? createHash('sha256').update(data).digest('hex') : '');
const sumOfBase64 = (text) => sum(Buffer.from(text ?? '', 'base64'));
const byName = (list, entryOf) => Object.fromEntries(list.map((one) => [one.name, entryOf(one)]));

const programOf = (exec) => ({
  command: exec.command,
  args: exec.args ?? [],
  env: (exec.env ?? []).map(({ name, value }) => [name, value]),
});

const entriesOf = (config) => ({
  currentContext: config.getCurrentContext(),
  clusters: byName(config.getClusters(), (one) => ({
    server: one.server,
    tlsServerName: one.tlsServerName ?? '',
    insecure: one.skipTLSVerify,
    caFile: one.caFile ?? '',
    caData: sumOfBase64(one.caData),
    proxyUrl: one.proxyUrl ?? '',
  })),
  users: byName(config.getUsers(), (one) => ({
    certFile: one.certFile ?? '',
    certData: sumOfBase64(one.certData),
    keyFile: one.keyFile ?? '',
    keyData: sumOfBase64(one.keyData),
    token: sum(one.token),
    username: one.username ?? '',
    password: sum(one.password),
    as: one.impersonateUser ?? '',
    exec: one.exec ? programOf(one.exec) : null,
  })),
  contexts: byName(config.getContexts(), (one) => ({
    cluster: one.cluster,
    user: one.user ?? '',
    namespace: one.namespace ?? '',
  })),
});

/** What the client gives to Node for a request; its program for credentials is not started. */
async function factsOf(config) {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null) throw new Error('no active cluster or user');
  const { exec } = user;
  user.exec = undefined;
  const options = {};
  await config.applyToHTTPSOptions(options);
  user.exec = exec;
  const { Authorization = '', 'Impersonate-User': as = '' } = options.headers ?? {};
  return {
    server: cluster.server,
    // The client leaves the default to its callers.
    namespace: config.getContextObject(config.getCurrentContext()).namespace ?? 'default',
    tlsServerName: options.agent.options.servername ?? '',
    insecure: options.agent.options.rejectUnauthorized === false,
    // As a URL it has a path, which is `/` where none is written.
    proxyUrl: (options.agent.proxy?.href ?? '').replace(/\/$/, ''),
    ca: sum(options.agent.options.ca),
    certificate: sum(options.agent.options.cert),
    key: sum(options.agent.options.key),
    token: sum(/^Bearer (.*)$/s.exec(Authorization)?.[1]),
    ...credentialsOf(options.auth),
    as,
    ...impersonatedOf(options.headers ?? {}),
    exec: exec ? programOf(exec) : null,
  };
}

/** User name and password of a request. */
function credentialsOf(auth = ':') {
  const colon = auth.indexOf(':');
  return { username: auth.slice(0, colon), password: sum(auth.slice(colon + 1)) };
}

/** The other headers of impersonation, should there be any. */
function impersonatedOf(headers) {
  const extra = Object.entries(headers).filter(([name]) => name.startsWith('Impersonate-Extra-'));
  return {
    asUid: headers['Impersonate-Uid'] ?? '',
    asGroups: [headers['Impersonate-Group'] ?? []].flat(),
    asExtra: Object.fromEntries(extra),
  };
}

async function whoami(config) {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const { status } = await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body });
  return { name: status.userInfo.username, groups: status.userInfo.groups };
}

async function reply({ op, kubeconfig, context }) {
  const config = new KubeConfig();
  if (op === 'entries') {
    config.loadFromString(readFileSync(kubeconfig, 'utf8'));
    return { entries: entriesOf(config) };
  }
  if (kubeconfig) config.loadFromFile(kubeconfig);
  else config.loadFromDefault();
  if (context) config.setCurrentContext(context);
  const facts = await factsOf(config);
  return op === 'whoami' ? { config: facts, user: await whoami(config) } : { config: facts };
}

for await (const line of createInterface({ input: process.stdin })) {
  // Errors of the API carry the answer's headers and body, those of connections a code.
  const answer = await reply(JSON.parse(line)).catch((error) => ({
    error: [error.code, error.message].filter((part) => part !== undefined).join(' '),
  }));
  console.log(JSON.stringify(answer));
}
