import type { ReportCertificate } from '../report.ts';
import { escapeHtml } from './escape.ts';
import type { Urgency } from './urgency.ts';

const HEADS: readonly { readonly title: string; readonly kind?: string }[] = [
  { title: 'Days left', kind: 'days' },
  { title: 'Expires', kind: 'end' },
  { title: 'Path', kind: 'path' },
  { title: 'Subject', kind: 'subject' },
  { title: 'Names' },
  { title: 'Issuer' },
  { title: 'Used by' },
];

/** Rows that a screen shows at once where the script runs, see page/table.ts. */
const PAGE = 100;

/** Names of a certificate that a row shows; its text has all. */
const MAX_NAMES = 12;

/** What the table is made of. */
export interface TableInput {
  readonly certificates: readonly ReportCertificate[];
  readonly urgency: (certificate: ReportCertificate) => Urgency;
  /** The bar of the timeline that stands for a certificate. */
  readonly bin: (certificate: ReportCertificate) => number | undefined;
}

/** Every certificate, one row each, sorted by expiry. Without its script the page still shows it whole. */
export function renderTable(input: TableInput): string {
  if (input.certificates.length === 0) return '<p>No certificate was found.</p>';
  const heads = HEADS.map(({ title, kind }, index) => {
    const sort = index === 0 ? ' aria-sort="ascending"' : '';
    const named = kind === undefined ? '' : ` class="${kind}"`;
    return `<th scope="col"${named}${sort}><button type="button">${title}</button></th>`;
  });
  const rows = input.certificates.map((certificate, index) => rowOf(certificate, index, input));
  return `<div class="tools" data-script hidden>
<label for="search">Search paths, subjects, issuers, names, users, serial numbers, fingerprints<input id="search" type="search" autocomplete="off" spellcheck="false"></label>
<label for="only">Show<select id="only"><option value="">all</option><option value="critical">critical</option><option value="warning">warnings</option><option value="ca">CAs</option><option value="leaf">no CAs</option><option value="unused">used by nobody known</option></select></label></div>
<p id="state" tabindex="-1" class="quiet" role="status" data-script hidden><output id="shown" for="search only"></output><span id="filter"></span> <button type="button" id="clear" hidden>Show all</button></p>
<div class="scroll" tabindex="0" role="region" aria-label="Table of certificates"><table id="certificates"><caption class="skip">Certificates</caption><thead><tr>${heads.join('')}<th scope="col" class="open">Text</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>
<p id="pager" class="quiet screen" hidden><span id="page"></span> <button type="button" id="more">Show 400 more</button> <button type="button" id="all">Show all (may take seconds)</button></p>`;
}

function rowOf(certificate: ReportCertificate, index: number, { urgency, bin }: TableInput): string {
  const { path, field, subjectAltNames, serialNumber, fingerprint, uses, isCa } = certificate;
  const kind = urgency(certificate);
  const kinds = [kind, isCa ? 'ca' : 'leaf', ...(uses.length === 0 ? ['unused'] : [])].join(' ');
  const place = field === undefined ? path : `${path} (${field})`;
  const further = [serialNumber, fingerprint, ...subjectAltNames.slice(MAX_NAMES)].join(' ');
  const later = index < PAGE ? '' : ' later';
  return `<tr id="c${index}" class="${kind}${later}" data-kind="${kinds}" data-bin="${bin(certificate) ?? ''}" data-title="${escapeHtml(place)}" data-find="${escapeHtml(further)}">${cellsOf(certificate, place)}</tr>`;
}

function cellsOf(certificate: ReportCertificate, place: string): string {
  const { daysLeft, notAfter, subject, issuer, subjectAltNames, uses, isCa } = certificate;
  const usedBy = [...new Set(uses.map(({ component, flag }) => `${component} ${flag.replace(/^.*\./, '')}`))];
  const more = subjectAltNames.length - MAX_NAMES;
  return [
    `<td class="days" data-value="${daysLeft ?? 1e9}">${daysLeft ?? '?'}</td>`,
    `<td data-value="${notAfter ?? ''}">${notAfter?.slice(0, 10) ?? 'no time'}</td>`,
    `<td>${escapeHtml(place)}</td>`,
    `<td>${isCa ? '<span class="quiet">CA </span>' : ''}${escapeHtml(subject)}</td>`,
    `<td>${list(subjectAltNames.slice(0, MAX_NAMES))}${more > 0 ? `<span class="quiet">and ${more} more</span>` : ''}</td>`,
    `<td>${escapeHtml(issuer)}</td>`,
    `<td>${list(usedBy)}</td>`,
    `<td class="open"><button type="button" aria-label="Text of ${escapeHtml(place)}">Text</button></td>`,
  ].join('');
}

function list(texts: readonly string[]): string {
  if (texts.length < 2) return escapeHtml(texts[0] ?? '');
  return `<ul>${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('\n')}</ul>`;
}
