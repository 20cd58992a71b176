import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { quote } from '../../errors/quote.ts';
import { canonicalKubeconfig } from '../../kubeconfig/canonical.ts';
import type { MergedKubeconfig } from '../../kubeconfig/merge.ts';
import { kubeconfigFields, renderKubeconfig } from '../../kubeconfig/render.ts';
import { flattenKubeconfig, minifyKubeconfig, redactKubeconfig } from '../../kubeconfig/view.ts';
import type { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import { ioError } from '../../errors/io-error.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import type { RunCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import { readFlags, type KubectlArguments } from './flags.ts';
import { filesOf, operandsOf } from './kubeconfig.ts';
import { goJson } from './go-json.ts';
import { parseTemplate } from './json-path/parse.ts';
import { renderJsonPath } from './json-path/render.ts';
import { VIEW_OPTIONS } from './options.ts';

/** `kubeconfig view` */
export const view: RunCommand = ({ argv }, io) => {
  const given = readFlags(argv, VIEW_OPTIONS);
  operandsOf(given, []);
  const write = writerOf(given.text('output') ?? 'yaml', io);
  const files = filesOf(given, io);
  const merged = load(files, given);
  let { config } = merged;
  if (given.flag('minify') === true) {
    const context = given.text('context') ?? '';
    config = minifyKubeconfig(context === '' ? config : { ...config, currentContext: context });
  }
  if (given.flag('flatten') === true) config = flattenKubeconfig(config, reader(files), merged.originOf);
  else if (given.flag('raw') !== true) config = redactKubeconfig(config);
  io.stdout(write(canonicalKubeconfig(config)));
  return Promise.resolve(0);
};

/** What writes a kubeconfig in a form: `yaml`, `json`, or what a JSONPath finds in it. */
function writerOf(output: string, { cwd }: Io): (config: Kubeconfig) => string {
  if (output === 'yaml') return renderKubeconfig;
  if (output === 'json') return (config) => goJson(kubeconfigFields(config));
  const [, form = '', given = ''] = /^(jsonpath|jsonpath-as-json|jsonpath-file)=(.+)$/s.exec(output) ?? [];
  if (form === '') {
    const expected = 'yaml, json, jsonpath=TEMPLATE, jsonpath-as-json=TEMPLATE or jsonpath-file=FILE';
    throw usageError(`--output: expected ${expected}, got ${quote(output)}`, { option: '--output' });
  }
  const text = form === 'jsonpath-file' ? readNamed(resolve(cwd, given)).toString() : given;
  const template = parseTemplate(text);
  return (config) =>
    renderJsonPath(template, kubeconfigFields(config), { asJson: form === 'jsonpath-as-json' });
}

/** All files as one; with `--merge=false` the explicit one as it is, which then has to be there. */
function load(files: KubeconfigFiles, given: KubectlArguments): MergedKubeconfig {
  if (given.flag('merge') !== false) return files.load();
  if (!files.isExplicit) throw usageError('--merge=false needs --kubeconfig FILE', { option: '--merge' });
  const path = files.defaultPath;
  return { config: files.loadFile(path), originOf: () => path };
}

function reader(files: KubeconfigFiles): (path: string, from: string | undefined) => Uint8Array {
  return (path, from) => readNamed(resolve(dirname(files.absolute(from ?? 'config')), path));
}

function readNamed(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw ioError('read', path, error);
  }
}
