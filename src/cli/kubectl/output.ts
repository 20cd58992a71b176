import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ioError } from '../../errors/io-error.ts';
import { quote } from '../../errors/quote.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import { kubeconfigFields, renderKubeconfig } from '../../kubeconfig/render.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import type { KubectlArguments } from './flags.ts';
import { goJson } from './go-json.ts';
import { renderGoTemplate } from './go-template/evaluate.ts';
import { parseGoTemplate } from './go-template/parse.ts';
import { parseTemplate } from './json-path/parse.ts';
import { renderJsonPath } from './json-path/render.ts';

/** Writes a kubeconfig as text. */
type Writer = (config: Kubeconfig) => string;

/** A form that a template fills. */
interface TemplateForm {
  readonly isFile: boolean;
  readonly writer: (template: string, options: { readonly isStrict: boolean }) => Writer;
}

const jsonPath =
  (asJson: boolean): TemplateForm['writer'] =>
  (text, { isStrict }) => {
    const template = parseTemplate(text);
    return (config) => renderJsonPath(template, kubeconfigFields(config), { asJson, isStrict });
  };

const goTemplate: TemplateForm['writer'] = (text, options) => {
  const template = parseGoTemplate(text);
  return (config) => renderGoTemplate(template, kubeconfigFields(config), options);
};

const WHOLE: Readonly<Record<string, Writer>> = Object.freeze({
  yaml: renderKubeconfig,
  json: (config) => goJson(kubeconfigFields(config)),
  name: () => 'config/<unknown>\n',
  '': () => 'config/<unknown>\n',
});

const TEMPLATES: Readonly<Record<string, TemplateForm>> = Object.freeze({
  jsonpath: { isFile: false, writer: jsonPath(false) },
  'jsonpath-as-json': { isFile: false, writer: jsonPath(true) },
  'jsonpath-file': { isFile: true, writer: jsonPath(false) },
  'go-template': { isFile: false, writer: goTemplate },
  template: { isFile: false, writer: goTemplate },
  'go-template-file': { isFile: true, writer: goTemplate },
  templatefile: { isFile: true, writer: goTemplate },
});

/**
 * What writes a kubeconfig as `--output`, `--template` and `--allow-missing-template-keys` say (cli-runtime
 * pkg/genericclioptions/print_flags.go).
 *
 * @throws PkiError `usage`, `io`
 */
export function writerOf(given: KubectlArguments, { cwd }: Io): Writer {
  const named = given.text('template') ?? '';
  const output = given.text('output') ?? (named === '' ? 'yaml' : 'go-template');
  const whole = output.toLowerCase();
  if (Object.hasOwn(WHOLE, whole)) return WHOLE[whole] ?? renderKubeconfig;
  // A template of its own flag leaves --output the name of the form alone.
  const at = named === '' ? output.indexOf('=') : -1;
  const name = at === -1 ? output : output.slice(0, at);
  const form = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
  if (form === undefined) throw unknownForm(output);
  const text = at === -1 ? named : output.slice(at + 1);
  if (text === '')
    throw usageError(`--output ${name} needs a template: ${name}=TEMPLATE`, { option: '--output' });
  const template = form.isFile ? readNamed(resolve(cwd, text)).toString() : text;
  return form.writer(template, { isStrict: given.flag('allow-missing-template-keys') === false });
}

function unknownForm(output: string): Error {
  const forms = ['yaml', 'json', 'name', ...Object.keys(TEMPLATES).map((name) => `${name}=…`)].join(', ');
  return usageError(`--output: expected one of ${forms}, got ${quote(output)}`, { option: '--output' });
}

/**
 * The content of a file that a command line or a kubeconfig names.
 *
 * @throws PkiError `io`
 */
export function readNamed(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw ioError('read', path, error);
  }
}
