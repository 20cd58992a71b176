import { visible } from '../../errors/visible.ts';
import { escapeHtml } from './escape.ts';
import { layOut, type Box, type Drawing } from './graph-layout.ts';
import { renderSigningList } from './graph-list.ts';
import type { Authority } from './signing.ts';

const WIDTH = 960;

/** Who signed whom, and which component uses what: CAs, their certificates, the components; and the same as a list. */
export function renderGraph(authorities: readonly Authority[]): string {
  if (authorities.length === 0) return '<p>No certificate was found.</p>';
  const drawing = layOut(authorities);
  return `<figure class="graph" tabindex="0" aria-label="Graph">${draw(drawing)}<figcaption>${captionOf(drawing)}</figcaption></figure>
<details><summary>The same as a list, with every certificate</summary>${renderSigningList(authorities)}</details>`;
}

function captionOf({ left }: Drawing): string {
  const parts = [
    [left.certificates, 'certificates'],
    [left.authorities, 'CAs'],
    [left.components, 'components'],
  ] as const;
  const named = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const rest = named.length === 0 ? '' : ` Not drawn, for want of room: ${named.join(', ')}.`;
  return `From left to right: CAs, what they signed, the components that use it; at the right of a box, its days left.${rest} The list below and the table have all.`;
}

function draw({ boxes, edges, height }: Drawing): string {
  const paths = edges.map(({ kind, d }) => `<path class="edge ${kind}" d="${d}"/>`).join('');
  return `<svg viewBox="0 0 ${WIDTH} ${height.toFixed(0)}" role="group" aria-label="CAs, the certificates they signed, and the components that use them"><g aria-hidden="true">${paths}</g>${boxes.map(boxOf).join('\n')}</svg>`;
}

/** Width of a character, in units of the drawing: of the wider fonts, so that a name does not run into its days. */
const CHARACTER = 7.4;

function boxOf({ label, kind, row, days, x, y, width }: Box): string {
  const room = Math.floor((width - 16) / CHARACTER) - (days === '' ? 0 : days.length + 1);
  const characters = Array.from(visible(label));
  const text = characters.length > room ? `${characters.slice(0, room - 1).join('')}\u2026` : visible(label);
  const title = `${label}${days === '' ? '' : `, ${days}`}`;
  const right =
    days === '' ? '' : `<text class="days" x="${x + width - 8}" y="${(y + 4).toFixed(1)}">${days}</text>`;
  const box = `<title>${escapeHtml(title)}</title><rect x="${x}" y="${(y - 10).toFixed(1)}" width="${width}" height="20" rx="4"/><text x="${x + 8}" y="${(y + 4).toFixed(1)}">${escapeHtml(text)}</text>${right}`;
  return row === undefined
    ? `<g class="node ${kind}">${box}</g>`
    : `<a class="node ${kind}" href="#c${row}">${box}</a>`;
}
