import { encodeBase64 } from '../../asn1/base64.ts';
import { resolveEnvironment, type Environment } from '../../crypto/environment.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { CheckFinding, CheckReport } from '../report.ts';
import { escapeHtml } from './escape.ts';
import { renderGraph } from './graph.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { STYLE } from './style.ts';
import { renderTable } from './table.ts';
import { packTexts } from './texts.ts';
import { renderTimeline } from './timeline.ts';
import { urgencies, urgencyOf } from './urgency.ts';

/**
 * A report as one HTML file that stands by itself: no network, no script but its own (by a content security policy with
 * the hash of it), readable without any script, on paper and in the dark.
 */
export async function renderHtml(report: CheckReport, environment: Environment = {}): Promise<string> {
  const policy = await policyOf(resolveEnvironment(environment).crypto);
  const { form, base64 } = await packTexts(report.certificates);
  const urgency = urgencies(report);
  const { certificates, checkedAt } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${report.status}: certificates of ${escapeHtml(report.checked.join(', '))}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
${headerOf(report)}
<main id="main" tabindex="-1">
${countsOf(report)}
<section aria-labelledby="h-findings"><h2 id="h-findings">Findings</h2>${findingsOf(report.findings)}</section>
<section aria-labelledby="h-timeline"><h2 id="h-timeline">When they expire</h2>${renderTimeline(certificates, Date.parse(checkedAt), urgency)}</section>
<section aria-labelledby="h-graph"><h2 id="h-graph">Who signed whom, and who uses what</h2>${renderGraph(report, urgency)}</section>
<section aria-labelledby="h-table"><h2 id="h-table">Certificates</h2>${renderTable(certificates, urgency)}</section>
${adviceOf(report)}
</main>
<footer class="quiet">Made by kubepki check. It holds no private key.</footer>
<dialog aria-labelledby="dialog-title"><form method="dialog"><h2 id="dialog-title"></h2><button>Close</button></form><pre tabindex="0" aria-label="Text of the certificate"></pre></dialog>
<script type="text/plain" id="texts" data-form="${form}">${base64}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/** What the page may do: run its own script, by its hash, use its own style, and nothing else (CSP Level 3). */
async function policyOf(crypto: CryptoProvider): Promise<string> {
  const hash = async (text: string): Promise<string> =>
    `'sha256-${encodeBase64(await crypto.digest('SHA-256', new TextEncoder().encode(text)))}'`;
  return [
    "default-src 'none'",
    `script-src ${await hash(PAGE_SCRIPT)}`,
    `style-src ${await hash(STYLE)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function headerOf({ status, checked, checkedAt }: CheckReport): string {
  const time = checkedAt.slice(0, 16).replace('T', ' ');
  return `<header><div><h1>Certificates of ${escapeHtml(checked.join(', '))} <span class="status ${status}">${status}</span></h1>
<p class="quiet">checked at <time datetime="${escapeHtml(checkedAt)}">${escapeHtml(time)} UTC</time></p></div>
<button type="button" id="theme" class="theme" data-script hidden>Light or dark</button></header>`;
}

function countsOf({ certificates, findings, checkedAt }: CheckReport): string {
  const count = (severity: CheckFinding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const distinct = new Set(certificates.map(({ fingerprint }) => fingerprint)).size;
  const next = certificates.find(({ notAfter }) => notAfter !== undefined && notAfter > checkedAt);
  const items = [
    `<li class="${count('error') > 0 ? 'critical' : ''}"><b>${count('error')}</b>critical</li>`,
    `<li class="${count('warning') > 0 ? 'warning' : ''}"><b>${count('warning')}</b>warnings</li>`,
    `<li><b>${count('info')}</b>notes</li>`,
    `<li><b>${certificates.length}</b>certificates, ${distinct} different</li>`,
    ...(next?.daysLeft === undefined ? [] : [`<li><b>${next.daysLeft} d</b>until the next expires</li>`]),
  ];
  return `<ul class="counts">${items.join('')}</ul>`;
}

/** Findings that are shown at once; the others open with a click, and on paper. */
const MAX_OPEN = 12;

function findingsOf(findings: readonly CheckFinding[]): string {
  if (findings.length === 0) return '<p>Nothing is wrong.</p>';
  const list = (some: readonly CheckFinding[]): string =>
    `<ul class="findings">${some.map(findingOf).join('\n')}</ul>`;
  const rest = findings.slice(MAX_OPEN);
  if (rest.length === 0) return list(findings);
  const kinds = new Map<string, number>();
  for (const { code } of rest) kinds.set(code, (kinds.get(code) ?? 0) + 1);
  const summary = [...kinds].map(([code, count]) => `${count} ${escapeHtml(code)}`).join(', ');
  return `${list(findings.slice(0, MAX_OPEN))}<details><summary>${rest.length} more: ${summary}</summary>${list(rest)}</details>`;
}

function findingOf(finding: CheckFinding): string {
  const { code, path, message, expected, actual, fix, source } = finding;
  const kind = urgencyOf(finding);
  const detail = (title: string, value: string | undefined, tag: 'span' | 'code' = 'span'): string =>
    value === undefined ? '' : `<dt>${title}</dt><dd><${tag}>${escapeHtml(value)}</${tag}></dd>`;
  return `<li class="${kind}"><p><span class="word">${kind}</span> <code>${escapeHtml(code)}</code> ${escapeHtml(path)}</p><p>${escapeHtml(message)}</p>
<dl>${detail('expected', expected)}${detail('found', actual)}${detail('fix', fix, 'code')}${detail('source', source)}</dl></li>`;
}

function adviceOf({ components }: CheckReport): string {
  if (components.length === 0) return '';
  const items = components.map(({ component, runs, logs, restart, files }) => {
    const commands = logs.map((log) => `<code>${escapeHtml(log)}</code>`).join('<br>');
    const after =
      files.length === 0
        ? ''
        : `<dt>after a change of</dt><dd>${files.map(escapeHtml).join('<br>')}</dd><dt>restart it</dt><dd><code>${escapeHtml(restart)}</code></dd>`;
    return `<details><summary>${escapeHtml(component)} <span class="quiet">${escapeHtml(runs)}</span></summary><dl><dt>its log</dt><dd>${commands}</dd>${after}</dl></details>`;
  });
  return `<section aria-labelledby="h-advice"><h2 id="h-advice">Where to look when a component is down</h2>${items.join('\n')}</section>`;
}
