import { quote } from '../../errors/quote.ts';
import type { Finding } from '../../errors/finding.ts';
import { createKubeconfig } from '../../kubeconfig/create.ts';
import type { KubeconfigChange } from '../../kubeconfig/kubeconfig-change.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { renderKubeconfig } from '../../kubeconfig/render.ts';
import { isDnsLabel } from '../../net/dns-name.ts';
import { MODE, writeFiles } from '../certificate-files.ts';
import type { RunCommand } from '../command.ts';
import { renderFields, textFile } from '../deliver.ts';
import { environmentOf } from '../environment.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { reportFindings } from '../text.ts';
import { usageError } from '../usage-error.ts';
import type { Values } from '../values.ts';
import { clusterOf, type ChosenCluster } from './create-cluster.ts';
import { CREDENTIALS, type Credentials } from './create-credentials.ts';
import { OPTIONS_OF, SOURCES, type SourceName } from './create-options.ts';
import { placeOf } from './create-place.ts';

/** `kubeconfig create` */
export const create: RunCommand = async ({ values }, io) => {
  const environment = environmentOf(values, io);
  const source = sourceOf(values);
  const namespace = namespaceOf(values);
  const place = placeOf(values, source, io);
  const credentials = await CREDENTIALS[source]({ values, environment, place }, io);
  const cluster = await clusterOf(credentials, { values, place }, io);
  const config = configOf(values, { credentials, cluster, namespace });
  const text = renderKubeconfig(config);
  const dryRun = values.flag('dry-run');
  const files = [...(credentials.files ?? [])];
  if (place.target !== undefined) files.push(textFile(place.target, text, MODE.secret));
  const force = values.flag('force');
  const { written, backups } =
    dryRun || files.length === 0
      ? { written: [], backups: [] }
      : await io.stoppable((signal) => writeFiles(files, { force, now: environment.now, signal }));
  const notices = [...credentials.notices, ...cluster.notices];
  const direct = place.target === undefined && !dryRun ? text : undefined;
  report({ config, credentials, notices, written, backups, dryRun, text: direct }, values, io);
  return 0;
};

function sourceOf(values: Values): SourceName {
  const given = SOURCES.filter((name) => values.flag(name) || values.text(name) !== undefined);
  const [source, other] = given;
  if (source === undefined) {
    const hint = 'give --ca BASE, --client-certificate FILE, --token-file FILE or --in-cluster';
    throw usageError('nothing says where the credentials of the user come from', { hint });
  }
  if (other !== undefined)
    throw usageError(`--${source} and --${other} exclude each other`, { option: `--${other}` });
  for (const [name, options] of Object.entries(OPTIONS_OF)) {
    const foreign = options.find((option) => values.flag(option) || values.text(option) !== undefined);
    if (name !== source && foreign !== undefined)
      throw usageError(`--${foreign} goes with --${name}: with --${source} it has no meaning`, {
        option: `--${foreign}`,
      });
  }
  if (values.text('from-context') !== undefined && values.text('from') === undefined)
    throw usageError('--from-context is a context of the kubeconfig that --from names', {
      option: '--from-context',
    });
  return source;
}

function namespaceOf(values: Values): string | undefined {
  const namespace = values.text('namespace');
  if (namespace === undefined || isDnsLabel(namespace)) return namespace;
  throw usageError(
    `--namespace ${quote(namespace)} is no name of a namespace: lower-case letters, digits and dashes`,
    {
      option: '--namespace',
    },
  );
}

function configOf(
  values: Values,
  from: {
    readonly credentials: Credentials;
    readonly cluster: ChosenCluster;
    readonly namespace: string | undefined;
  },
): Kubeconfig {
  const { credentials, cluster } = from;
  const name = values.operands[0] ?? credentials.name;
  if (name === undefined) {
    throw usageError('the argument USER is missing: nothing in the credentials says a name', {
      hint: 'kubepki kubeconfig create USER …',
    });
  }
  const config = createKubeconfig({
    cluster: cluster.request,
    user: { name, ...credentials.user },
    context: { name: values.text('context'), namespace: from.namespace ?? credentials.namespace },
  });
  const clusters = config.clusters.map((one) => ({ ...one, cluster: { ...one.cluster, ...cluster.more } }));
  return { ...config, clusters };
}

interface Created {
  readonly config: Kubeconfig;
  readonly credentials: Credentials;
  readonly notices: readonly Finding[];
  readonly written: readonly string[];
  readonly backups: readonly string[];
  readonly dryRun: boolean;
  /** The kubeconfig, where it goes to standard output. */
  readonly text: string | undefined;
}

function report({ config, credentials, ...made }: Created, values: Values, io: Io): void {
  const { notices, written, backups, dryRun, text } = made;
  const quiet = values.flag('quiet');
  const { user, groups } = credentials.identity;
  const [cluster, context] = [config.clusters[0], config.contexts[0]];
  const fields = {
    context: config.currentContext,
    cluster: cluster?.name ?? '',
    server: cluster?.cluster.server ?? '',
    user: user ?? config.users[0]?.name ?? '',
    groups,
    namespace: context?.context.namespace ?? '',
    notAfter: credentials.notAfter?.toISOString() ?? '',
  };
  if (values.text('output') === 'json') {
    const changes = changesOf(config);
    io.stdout(renderDocument('KubeconfigResult', { changes, written, backups, dryRun, ...fields, notices }));
  } else {
    const said =
      renderFields(fields, { written, backups }) + (dryRun ? 'nothing was written: this is a dry run\n' : '');
    if (text === undefined) io.stdout(said);
    else if (!quiet) io.stderr(said);
  }
  if (text !== undefined) io.stdout(text);
  reportFindings(notices, io, { quiet });
}

function changesOf(config: Kubeconfig): KubeconfigChange[] {
  return (['clusters', 'contexts', 'users'] as const).flatMap((section) =>
    config[section].map(({ name }): KubeconfigChange => ({ action: 'add', section, name })),
  );
}
