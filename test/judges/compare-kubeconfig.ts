/** The text of a kubeconfig as clientcmd writes it, byte for byte. */
import type { ExpectedKubeconfig } from './kubeadm-facts.ts';

const field = (text: string, name: string): string =>
  new RegExp(`^ *${name}: ([A-Za-z0-9+/=]+)$`, 'm').exec(text)?.[1] ?? '';

const decoded = (text: string, name: string): string =>
  Buffer.from(field(text, name), 'base64').toString('utf8');

/** The three embedded PEM texts; empty where absent. */
function dataOf(text: string): { readonly ca: string; readonly certificate: string; readonly key: string } {
  return {
    ca: decoded(text, 'certificate-authority-data'),
    certificate: decoded(text, 'client-certificate-data'),
    key: decoded(text, 'client-key-data'),
  };
}

/** Texts that YAML 1.1 (sigs.k8s.io/yaml) would read as another type, which it therefore writes in double quotes. */
const AMBIGUOUS =
  /^(|~|null|true|false|y|n|yes|no|on|off|[-+]?[\d.][\d_.]*(e[-+]?\d+)?|0x[\da-f]+|0o?[0-7]+|\d+:\d+|\d{4}-\d\d?-\d\d?)$/i;

/** A scalar as sigs.k8s.io/yaml writes it, for the names that a kubeconfig of kubeadm can hold. */
function goScalar(text: string): string {
  if (AMBIGUOUS.test(text)) return `"${text}"`;
  const special = /^[-?:,[\]{}#&*!|>'"%@`\s]|: |\s#|:$|\s$/.test(text);
  return special ? `'${text.replaceAll("'", "''")}'` : text;
}

/** What kubeadm would have written around the data that the file holds. */
function render(expected: ExpectedKubeconfig, text: string): string {
  const [user, cluster, context] = [expected.user, expected.cluster, expected.context].map(goScalar);
  const lines = [
    'apiVersion: v1',
    'clusters:',
    '- cluster:',
    `    certificate-authority-data: ${field(text, 'certificate-authority-data')}`,
    `    server: ${expected.server}`,
    `  name: ${cluster ?? ''}`,
    'contexts:',
    '- context:',
    `    cluster: ${cluster ?? ''}`,
    `    user: ${user ?? ''}`,
    `  name: ${context ?? ''}`,
    `current-context: ${context ?? ''}`,
    'kind: Config',
    ...(expected.hasPreferences ? ['preferences: {}'] : []),
    'users:',
    `- name: ${user ?? ''}`,
    '  user:',
    `    client-certificate-data: ${field(text, 'client-certificate-data')}`,
    `    client-key-data: ${field(text, 'client-key-data')}`,
    '',
  ];
  return lines.join('\n');
}

/** Hides what a deviation must not print. */
const redact = (line: string | undefined): string | undefined =>
  line?.replace(/(-data: ).*/, (_, name: string) => `${name}(${String(line.length)} characters)`);

type Report = (what: string, expected: unknown, actual: unknown) => void;

/** Reports the first line of the text that is not what kubeadm would have written. */
function compareKubeconfigText(expected: ExpectedKubeconfig, text: string, report: Report): void {
  const [wanted, got] = [render(expected, text).split('\n'), text.split('\n')];
  const length = Math.max(wanted.length, got.length);
  const index = Array.from({ length }, (_, line) => line).find((line) => wanted[line] !== got[line]);
  if (index === undefined) return;
  report(`line ${String(index + 1)}`, redact(wanted[index]) ?? '(end)', redact(got[index]) ?? '(end)');
}

export { compareKubeconfigText, dataOf, goScalar };
