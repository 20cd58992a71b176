/** Kubeconfigs: commands beside those of kubectl config, and large ones in a running process. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuthority, issue } from '../../dist/esm/ca/index.js';
import {
  diffKubeconfigs,
  embedFiles,
  extractData,
  mergeKubeconfigs,
  parseKubeconfig,
  pruneKubeconfig,
  renderKubeconfig,
} from '../../dist/esm/kubeconfig/index.js';
import { compare, each, processTime } from '../measure.mjs';
import { kubectl } from '../peers/programs.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const CONTEXTS = Number(process.env.CONTEXTS ?? 1000);
const nothing = () => processTime(process.execPath, ['-e', '0']);
const base64 = (text) => Buffer.from(text).toString('base64');

/** A kubeconfig of so many contexts, each with a cluster and a user of its own, and all embedded. */
async function kubeconfig(count, suffix = '') {
  const ca = await createAuthority({ commonName: 'kubernetes' });
  const client = await issue(ca, { profile: 'client', commonName: 'jane' });
  const [authority, certificate, key] = [ca.toPem(), client.toPem(), client.keyToPem()].map(base64);
  const names = Array.from({ length: count }, (_, at) => `${String(at).padStart(5, '0')}${suffix}`);
  return {
    clusters: names.map((name) => ({
      name: `cluster-${name}`,
      cluster: { server: `https://${name}.example.com:6443`, certificateAuthorityData: authority },
    })),
    contexts: names.map((name) => ({
      name: `jane@${name}`,
      context: { cluster: `cluster-${name}`, user: `jane-${name}` },
    })),
    currentContext: `jane@${names[0]}`,
    users: names.map((name) => ({
      name: `jane-${name}`,
      user: { clientCertificateData: certificate, clientKeyData: key },
    })),
    preferences: {},
  };
}

/** A command of both programs, each on a copy of its own. */
function command(name, { count, words, rounds, bounds = {} }) {
  return {
    name,
    unit: 'ms',
    ...bounds,
    async measure(directory) {
      const [ours, theirs] = ['ours', 'theirs'].map((which) => join(directory, `${which}-${count}.conf`));
      writeFileSync(ours, renderKubeconfig(await kubeconfig(count)), { mode: 0o600 });
      copyFileSync(ours, theirs);
      let round = 0;
      const line = (path) => [...words((round += 1)), '--kubeconfig', path];
      return compare(rounds, {
        ours: () => processTime(process.execPath, [CLI, 'kubeconfig', ...line(ours)]),
        peers: {
          'kubectl config': kubectl() && (() => processTime(kubectl(), ['config', ...line(theirs)])),
        },
        limit: { 'node -e 0': nothing },
      });
    },
  };
}

/** Work on a large kubeconfig in this process. */
const inProcess = (name, prepare) => ({
  name,
  unit: 'ms',
  measure: async () => compare(5, { ours: await prepare() }),
});

const view = () => ['view'];
const getContexts = () => ['get-contexts'];
const setContext = (round) => ['set-context', 'jane@00000', '--namespace', `n${round}`];

export const KUBECONFIG_ROWS = [
  command('kubepki kubeconfig view, as a process', { count: 1, words: view, rounds: 15 }),
  command('kubepki kubeconfig get-contexts, as a process', { count: 1, words: getContexts, rounds: 15 }),
  command('kubepki kubeconfig set-context, as a process', { count: 1, words: setContext, rounds: 15 }),
  command(`kubeconfig view of ${CONTEXTS} contexts`, { count: CONTEXTS, words: view, rounds: 7 }),
  command(`kubeconfig get-contexts of ${CONTEXTS}`, { count: CONTEXTS, words: getContexts, rounds: 7 }),
  command(`kubeconfig set-context of ${CONTEXTS}`, { count: CONTEXTS, words: setContext, rounds: 7 }),
  inProcess(`parse and render a kubeconfig of ${CONTEXTS} contexts`, async () => {
    const text = renderKubeconfig(await kubeconfig(CONTEXTS));
    return () => each(1, () => renderKubeconfig(parseKubeconfig(text)));
  }),
  inProcess(`merge two kubeconfigs of ${CONTEXTS} contexts as KUBECONFIG does`, async () => {
    const files = [
      { path: 'a', config: await kubeconfig(CONTEXTS) },
      { path: 'b', config: await kubeconfig(CONTEXTS, 'b') },
    ];
    return () => each(1, () => mergeKubeconfigs(files));
  }),
  inProcess(`prune a kubeconfig of ${CONTEXTS} contexts`, async () => {
    const config = await kubeconfig(CONTEXTS);
    return () => each(1, () => pruneKubeconfig(config));
  }),
  inProcess(`extract ${CONTEXTS} contexts and embed them again`, async () => {
    const config = await kubeconfig(CONTEXTS);
    return () =>
      each(1, () => {
        const { config: extracted, files } = extractData(config);
        const byName = new Map(files.map(({ name, data }) => [name, data]));
        return embedFiles(extracted, (path) => byName.get(path));
      });
  }),
  inProcess(`diff of two kubeconfigs of ${CONTEXTS} contexts, all renewed`, async () => {
    const [before, after] = [await kubeconfig(CONTEXTS), await kubeconfig(CONTEXTS)];
    return () => each(1, () => diffKubeconfigs(before, after));
  }),
  inProcess(`diff of two kubeconfigs of ${CONTEXTS} contexts, all renamed`, async () => {
    const before = await kubeconfig(CONTEXTS);
    const renamed = (list) => list.map((one) => ({ ...one, name: `${one.name}-b` }));
    const after = {
      ...before,
      clusters: renamed(before.clusters),
      contexts: renamed(before.contexts),
      users: renamed(before.users),
    };
    return () => each(1, () => diffKubeconfigs(before, after));
  }),
];
