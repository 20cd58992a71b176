import { escapeHtml } from './escape.ts';
import type { Authority, Signed } from './signing.ts';

/** Every CA and every certificate in all its places, folded by CA. */
export function renderSigningList(authorities: readonly Authority[]): string {
  return `<ul class="tree">${authorities.map(authorityItem).join('\n')}</ul>`;
}

function authorityItem({ name, signed, members, below }: Authority): string {
  const counts = [
    `${members.length} certificate${members.length === 1 ? '' : 's'}`,
    ...(below.length === 0 ? [] : [`${below.length} CA${below.length === 1 ? '' : 's'} below`]),
  ];
  const own = signed === undefined ? '' : `<li>the CA itself: ${placesOf(signed)}${usedBy(signed)}</li>`;
  const items = members.map((one) => `<li>${escapeHtml(one.name)}: ${placesOf(one)}${usedBy(one)}</li>`);
  const inner = [own, ...items, ...below.map(authorityItem)].join('\n');
  return `<li><details><summary>${escapeHtml(name)}: ${counts.join(', ')}</summary><ul>${inner}</ul></details></li>`;
}

function placesOf({ places }: Signed): string {
  return places.map(({ row, path }) => `<a href="#c${row}">${escapeHtml(path)}</a>`).join(', ');
}

function usedBy({ components }: Signed): string {
  return components.length === 0
    ? ''
    : ` <span class="quiet">used by ${escapeHtml(components.join(', '))}</span>`;
}
