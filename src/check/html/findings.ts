import type { CheckFinding, CheckReport } from '../report.ts';
import { escapeHtml } from './escape.ts';
import { urgencyOf } from './urgency.ts';

/** Findings that are shown at once; the others open with a click, and on paper. */
const MAX_OPEN = 12;

/** What is wrong, the worst first: which file, and what to run. */
export function renderFindings({ findings, certificates, checked }: CheckReport): string {
  if (findings.length === 0) {
    if (certificates.length > 0) return '<p>Nothing is wrong.</p>';
    return `<p>Nothing was found to check in ${escapeHtml(checked.join(', '))}: name a root that holds etc/kubernetes, a folder of certificates, or files.</p>`;
  }
  // A finding's path is the id of a certificate, or the path of a file; of a file with many, the first is linked.
  const rows = new Map<string, number>();
  for (const [row, { id, path }] of certificates.entries())
    for (const key of [id, path]) if (!rows.has(key)) rows.set(key, row);
  const list = (some: readonly CheckFinding[]): string =>
    `<ul class="findings">${some.map((one) => findingOf(one, rows.get(one.path))).join('\n')}</ul>`;
  const rest = findings.slice(MAX_OPEN);
  if (rest.length === 0) return list(findings);
  return `${list(findings.slice(0, MAX_OPEN))}<details data-print><summary>${rest.length} more: ${kindsOf(rest)}</summary>${list(rest)}</details>`;
}

/** `3 critical key-mismatch, 12 warning expires-soon` */
function kindsOf(findings: readonly CheckFinding[]): string {
  const kinds = new Map<string, number>();
  for (const finding of findings) {
    const kind = `${urgencyOf(finding)} ${finding.code}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...kinds].map(([kind, count]) => `${count} ${escapeHtml(kind)}`).join(', ');
}

function findingOf(finding: CheckFinding, row: number | undefined): string {
  const { code, path, message, expected, actual, fix, source } = finding;
  const kind = urgencyOf(finding);
  const place = row === undefined ? escapeHtml(path) : `<a href="#c${row}">${escapeHtml(path)}</a>`;
  const detail = (title: string, html: string | undefined): string =>
    html === undefined ? '' : `<dt>${title}</dt><dd>${html}</dd>`;
  const compared = [
    expected === undefined ? [] : [`expected ${escapeHtml(expected)}`],
    actual === undefined ? [] : [`found ${escapeHtml(actual)}`],
  ].flat();
  return `<li class="${kind}"><p><span class="word">${kind}</span> <b class="place">${place}</b> <code class="quiet">${escapeHtml(code)}</code></p><p>${escapeHtml(message)}</p>
<dl>${detail('fix', fix === undefined ? undefined : `<code class="fix">${escapeHtml(fix)}</code>`)}${detail('why', `<span class="quiet">${[...compared, escapeHtml(source)].join('; ')}</span>`)}</dl></li>`;
}
