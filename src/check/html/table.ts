import type { ReportCertificate } from '../report.ts';
import { escapeHtml, visible } from './escape.ts';
import type { Urgency } from './urgency.ts';

const HEADS: readonly { readonly title: string; readonly numeric?: true }[] = [
  { title: 'Days left', numeric: true },
  { title: 'Expires' },
  { title: 'Path' },
  { title: 'Subject' },
  { title: 'Names' },
  { title: 'Issuer' },
  { title: 'Used by' },
];

/** Names of a certificate that a row shows; its text has all. */
const MAX_NAMES = 12;

/** Every certificate, one row each, sorted by expiry. Without its script the page still shows it whole. */
export function renderTable(
  certificates: readonly ReportCertificate[],
  urgency: (certificate: ReportCertificate) => Urgency,
): string {
  const heads = HEADS.map(({ title, numeric }, index) => {
    const sort = index === 0 ? ' aria-sort="ascending"' : '';
    return `<th scope="col"${numeric === true ? ' class="days"' : ''}${sort}><button type="button">${title}</button></th>`;
  });
  const rows = certificates.map((certificate, index) => rowOf(certificate, index, urgency(certificate)));
  return `<div class="tools" data-script hidden>
<label for="search">Search in all columns<input id="search" type="search" autocomplete="off" spellcheck="false"></label>
<label for="only">Show<select id="only"><option value="">all</option><option value="critical">critical</option><option value="warning">warnings</option><option value="ca">CAs</option><option value="leaf">no CAs</option><option value="unused">used by nobody known</option></select></label>
<p tabindex="-1" class="quiet"><output id="shown" for="search only"></output> <button type="button" id="clear" hidden>Show all</button></p></div>
<div class="scroll" tabindex="0" role="region" aria-label="Table of certificates"><table id="certificates"><caption class="skip">Certificates, sorted by expiry</caption><thead><tr>${heads.join('')}<th scope="col" class="open">Text</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function rowOf(certificate: ReportCertificate, index: number, kind: Urgency): string {
  const { daysLeft, notAfter, path, field, subject, issuer, subjectAltNames, uses, isCa } = certificate;
  const kinds = [kind, isCa ? 'ca' : 'leaf', ...(uses.length === 0 ? ['unused'] : [])].join(' ');
  const end = notAfter === undefined ? NaN : Date.parse(notAfter);
  const place = field === undefined ? path : `${path} (${field})`;
  const title = visible(place);
  const usedBy = [...new Set(uses.map(({ component, flag }) => `${component} ${flag.replace(/^.*\./, '')}`))];
  const names = subjectAltNames.slice(0, MAX_NAMES);
  const more = subjectAltNames.length - names.length;
  const cells = [
    `<td class="days" data-value="${daysLeft ?? 1e9}">${daysLeft ?? '?'}</td>`,
    `<td data-value="${notAfter ?? ''}">${notAfter?.slice(0, 10) ?? 'no time'}</td>`,
    `<td>${escapeHtml(place)}</td>`,
    `<td>${isCa ? '<span class="quiet">CA </span>' : ''}${escapeHtml(subject)}</td>`,
    `<td>${list(names)}${more > 0 ? `<span class="quiet">and ${more} more</span>` : ''}</td>`,
    `<td>${escapeHtml(issuer)}</td>`,
    `<td>${list(usedBy)}</td>`,
    `<td class="open"><button type="button" aria-label="Text of ${escapeHtml(title)}">Text</button></td>`,
  ];
  return `<tr id="c${index}" class="${kind}" data-kind="${kinds}" data-end="${end}" data-title="${escapeHtml(title)}">${cells.join('')}</tr>`;
}

function list(texts: readonly string[]): string {
  if (texts.length < 2) return escapeHtml(texts[0] ?? '');
  return `<ul>${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`;
}
