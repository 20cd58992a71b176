import { encodeBase64 } from '../../asn1/base64.ts';
import { resolveEnvironment, type Environment } from '../../crypto/environment.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { CheckFinding, CheckReport } from '../report.ts';
import { escapeHtml } from './escape.ts';
import { renderFindings } from './findings.ts';
import { renderGraph } from './graph.ts';
import { PAGE_SCRIPT, STYLE } from './page-assets.ts';
import { signingOf } from './signing.ts';
import { renderTable } from './table.ts';
import { packTexts } from './texts.ts';
import { renderTimeline, timeScale } from './timeline.ts';
import { urgencies } from './urgency.ts';

/**
 * A report as one HTML file that stands by itself: no network, no script but its own (by a content security policy with
 * the hash of it), readable without any script, on paper and in the dark.
 */
export async function renderHtml(report: CheckReport, environment: Environment = {}): Promise<string> {
  const policy = await policyOf(resolveEnvironment(environment).crypto);
  const { form, base64 } = await packTexts(report.certificates);
  const urgency = urgencies(report);
  const { certificates, checkedAt } = report;
  const now = Date.parse(checkedAt);
  const scale = timeScale(certificates, now);
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
<section aria-labelledby="h-findings"><h2 id="h-findings">Findings</h2>${renderFindings(report)}</section>
<section aria-labelledby="h-timeline"><h2 id="h-timeline">When they expire</h2>${renderTimeline({ certificates, scale, now, urgency })}</section>
<section aria-labelledby="h-graph"><h2 id="h-graph">Who signed whom, and who uses what</h2>${renderGraph(signingOf(report, urgency))}</section>
<section aria-labelledby="h-table"><h2 id="h-table">Certificates</h2>${renderTable({ certificates, urgency, bin: scale.bin })}</section>
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

function headerOf({ status, checked, checkedAt, components }: CheckReport): string {
  const time = checkedAt.slice(0, 16).replace('T', ' ');
  return `<header><div><h1>Certificates of ${escapeHtml(checked.join(', '))} <span class="status ${status}">${status}</span></h1>
<p class="quiet">Checked at <time datetime="${escapeHtml(checkedAt)}">${escapeHtml(time)} UTC</time></p>
<nav aria-label="Parts of the report"><a href="#h-findings">Findings</a><a href="#h-timeline">Timeline</a><a href="#h-graph">Who signed whom</a><a href="#h-table">Certificates</a>${components.length === 0 ? '' : '<a href="#h-advice">Logs and restarts</a>'}</nav></div>
<button type="button" id="theme" class="theme" data-script hidden>Light or dark</button></header>`;
}

function countsOf({ certificates, findings, checkedAt }: CheckReport): string {
  const count = (severity: CheckFinding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const distinct = new Set(certificates.map(({ fingerprint }) => fingerprint)).size;
  const expired = certificates.filter(({ daysLeft = 0 }) => daysLeft < 0).length;
  const next = certificates.findIndex(({ notAfter }) => notAfter !== undefined && notAfter > checkedAt);
  const { daysLeft, path = '' } = certificates[next] ?? {};
  const name = path.slice(path.lastIndexOf('/') + 1);
  const items = [
    `<li class="${count('error') > 0 ? 'critical' : ''}"><b>${count('error')}</b>critical</li>`,
    `<li class="${count('warning') > 0 ? 'warning' : ''}"><b>${count('warning')}</b>warnings</li>`,
    `<li><b>${count('info')}</b>notes</li>`,
    `<li><b>${certificates.length}</b>certificates, ${distinct} different</li>`,
    ...(expired === 0 ? [] : [`<li class="critical"><b>${expired}</b>expired</li>`]),
    ...(daysLeft === undefined
      ? []
      : [
          `<li><b>${daysLeft < 1 ? '&lt; 1' : daysLeft} d</b>until the next expires: <a href="#c${next}">${escapeHtml(name)}</a></li>`,
        ]),
  ];
  return `<ul class="counts">${items.join('')}</ul>`;
}

function adviceOf({ components }: CheckReport): string {
  if (components.length === 0) return '';
  const items = components.map(({ component, runs, logs, restart, files }) => {
    const commands = logs.map((log) => `<code>${escapeHtml(log)}</code>`).join('<br>');
    const after =
      files.length === 0
        ? ''
        : `<dt>after a change of</dt><dd>${files.map(escapeHtml).join('<br>')}</dd><dt>restart it</dt><dd><code>${escapeHtml(restart)}</code></dd>`;
    return `<details data-print><summary>${escapeHtml(component)} <span class="quiet">${escapeHtml(runs)}</span></summary><dl><dt>its log</dt><dd>${commands}</dd>${after}</dl></details>`;
  });
  return `<section aria-labelledby="h-advice"><h2 id="h-advice">Where to look when a component is down</h2>${items.join('\n')}</section>`;
}
