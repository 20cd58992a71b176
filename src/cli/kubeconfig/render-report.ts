import type {
  ContextReport,
  KubeconfigReport,
  LoginMethod,
  Meaning,
  UserFacts,
} from '../../check/kubeconfig/kubeconfig-report.ts';
import { isUnknown } from '../../check/check.ts';
import { distanceText, findingLines, STATUS_STYLE, type CheckLayout } from '../render-check.ts';
import { printable, type Paint } from '../text.ts';

/** One line about the whole: what a monitoring plugin shows. */
export function kubeconfigSummary({ status, contexts, findings }: KubeconfigReport, paint: Paint): string {
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length;
  const unknown = status === 'UNKNOWN' ? findings.find(({ code }) => isUnknown(code)) : undefined;
  const why = unknown === undefined ? '' : `; not known: ${printable(`${unknown.path}: ${unknown.message}`)}`;
  const counts = [
    `${contexts.length} ${contexts.length === 1 ? 'context' : 'contexts'}`,
    `${count('error')} critical`,
    `${count('warning')} warnings`,
    `${count('info')} notes`,
  ].join(', ');
  return `${paint(status, STATUS_STYLE[status])}: ${counts}${why}\n`;
}

/** A report as text: a block for every context, then what is wrong and how to mend it. */
export function renderKubeconfigReport(report: KubeconfigReport, layout: CheckLayout): string {
  const { checked, contexts, findings, checkedAt } = report;
  const { paint } = layout;
  return [
    kubeconfigSummary(report, paint),
    `checked: ${checked.map(printable).join(', ')}\n`,
    ...contexts.map((context) => contextBlock(context, Date.parse(checkedAt), layout)),
    ...(findings.length === 0
      ? []
      : [`\n${paint('FINDINGS', 'bold')}\n`, ...findings.map((one) => findingLines(one, paint))]),
  ].join('');
}

/** A line of a block: what it is about, and what there is to say; without the first, it goes on. */
type Line = readonly [title: string, text: string];

/** Titles are as wide as the widest of them. */
const WIDTH = 'connection'.length + 2;

function contextBlock(context: ContextReport, now: number, { paint, columns }: CheckLayout): string {
  const { name, current, namespace, connection } = context;
  const marks = [
    ...(current ? ['current'] : []),
    ...(namespace === undefined ? [] : [`namespace ${namespace}`]),
  ];
  const head = `${paint(printable(name), current ? 'green' : 'bold')}${marks.length === 0 ? '' : ` (${printable(marks.join(', '))})`}`;
  const lines: readonly Line[] = [
    ...clusterLines(context, now),
    ...userLines(context.user, now),
    ...(connection?.lines ?? []).map((line, at): Line => [at === 0 ? 'connection' : '', line]),
  ];
  const room = columns === Infinity ? Infinity : Math.max(columns - WIDTH - 2, 24);
  const rows = lines.flatMap(([title, text]) =>
    wrap(printable(text), room).map(
      (part, at) => `  ${paint((at === 0 ? title : '').padEnd(WIDTH), 'dim')}${part}\n`,
    ),
  );
  return `\n${head}\n${rows.join('')}`;
}

/** Broken between words; a word that is longer stays whole, so that it can be copied. */
function wrap(text: string, room: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function untilText(notAfter: string | undefined, now: number): string {
  if (notAfter === undefined) return '';
  const left = Date.parse(notAfter) - now;
  return `${left < 0 ? 'ended' : 'until'} ${notAfter.slice(0, 16).replace('T', ' ')}, ${distanceText(left)}`;
}

function clusterLines({ cluster, path }: ContextReport, now: number): readonly Line[] {
  const { name, found, server = '', tlsServerName, proxyUrl, insecure, authorities } = cluster;
  if (!found)
    return [
      ['file', path],
      ['cluster', `${name}, which is not there`],
    ];
  const via = proxyUrl === undefined ? '' : ` by the proxy ${proxyUrl}`;
  const as = tlsServerName === undefined ? '' : ` as ${tlsServerName}`;
  const cas = authorities.map(({ subject, notAfter }, at): Line => [
    at === 0 ? 'CA' : '',
    `${subject}, ${untilText(notAfter, now) || 'without an end'}`,
  ]);
  const other: Line = ['CA', 'none: those of the machine decide'];
  return [
    ['file', path],
    ['cluster', name],
    ['server', `${server === '' ? 'none' : server}${as}${via}`],
    ...(insecure
      ? [['CA', 'whoever answers is taken for the server'] as const]
      : cas.length > 0
        ? cas
        : [other]),
  ];
}

const METHODS: Readonly<Record<LoginMethod, string>> = Object.freeze({
  'client-certificate': 'client certificate',
  token: 'token',
  password: 'password',
  exec: 'program',
  'auth-provider': 'auth-provider',
  none: 'nothing',
});

/** Groups in columns. */
function groupLines(groups: readonly Meaning[]): readonly Line[] {
  return groups.map(({ name, meaning }, at): Line => [at === 0 ? 'groups' : '', `${name}: ${meaning}`]);
}

function userLines(user: UserFacts, now: number): readonly Line[] {
  const { name, found, method, detail, identity, meaning, groups, notAfter, impersonates, permissions } =
    user;
  if (!found) return [['user', `${name}, which is not there`]];
  const end = untilText(notAfter, now);
  const login = [METHODS[method], ...(detail === undefined ? [] : [detail])].join(' ');
  const who = identity ?? 'known to the API server alone';
  return [
    ['user', name],
    ['logs in by', end === '' ? login : `${login}, ${end}`],
    ['is', meaning === undefined ? who : `${who}: ${meaning}`],
    ...groupLines(groups),
    ...(impersonates === undefined
      ? []
      : [['asks for', impersonates.user] as const, ...groupLines(impersonates.groups)]),
    ...(permissions === undefined ? [] : [['may do', permissions] as const]),
  ];
}
