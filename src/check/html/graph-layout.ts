import type { Authority, Signed } from './signing.ts';
import { URGENCIES, type Urgency } from './urgency.ts';

/** Certificates that are drawn one by one; of more under one CA with the same use, one box stands for all. */
const GROUP_ABOVE = 6;
const ROW = 26;
/** Lines that are drawn, so that the drawing has a height that a person scrolls through. */
const MAX_ROWS = 80;
const MAX_COMPONENTS = 40;
const INDENT = 16;

const COLUMN = Object.freeze({
  ca: Object.freeze({ x: 0, width: 270 }),
  certificate: Object.freeze({ x: 340, width: 350 }),
  component: Object.freeze({ x: 790, width: 170 }),
});

/** A box with a name. */
export interface Box {
  readonly label: string;
  /** Its classes. */
  readonly kind: string;
  /** Row of the table that it leads to. */
  readonly row: number | undefined;
  /** `12 d`, `expired` */
  readonly days: string;
  readonly x: number;
  /** Of its middle. */
  readonly y: number;
  readonly width: number;
}

/** What is drawn, and how much is not. */
export interface Drawing {
  readonly boxes: readonly Box[];
  /** Paths in the words of SVG. */
  readonly edges: readonly { readonly kind: string; readonly d: string }[];
  readonly height: number;
  readonly left: {
    readonly certificates: number;
    readonly authorities: number;
    readonly components: number;
  };
}

interface Leaf {
  readonly label: string;
  readonly urgency: Urgency;
  readonly row: number | undefined;
  readonly days: string;
  readonly components: readonly string[];
  /** Certificates that it stands for. */
  readonly count: number;
}

interface Placed {
  readonly authority: Authority;
  readonly leaves: readonly { readonly leaf: Leaf; readonly y: number }[];
  readonly y: number;
}

/** Places CAs, certificates and components, the most urgent first, as far as there is room. */
export function layOut(authorities: readonly Authority[]): Drawing {
  const placed = placeAuthorities(authorities);
  const boxes: Box[] = [];
  const edges: { kind: string; d: string }[] = [];
  for (const { authority, leaves, y } of placed.values()) {
    const box = authorityBox(authority, y);
    boxes.push(box);
    for (const { leaf, y: leafY } of leaves) {
      const kind = `certificate ${leaf.urgency}`;
      boxes.push({ ...leaf, ...COLUMN.certificate, kind, y: leafY });
      edges.push({ kind: leaf.urgency, d: curve(box.x + box.width, y, COLUMN.certificate.x, leafY) });
    }
    for (const one of authority.below) {
      const child = placed.get(one);
      if (child === undefined) continue;
      const d = `M${box.x + INDENT / 2} ${y + 10}V${child.y}H${one.depth * INDENT}`;
      edges.push({ kind: one.signed?.urgency ?? 'fine', d });
    }
  }
  const used = placeComponents(placed.values());
  for (const { name, y, from } of used.components) {
    boxes.push({ ...COLUMN.component, label: name, kind: 'component', row: undefined, days: '', y });
    const start = COLUMN.certificate.x + COLUMN.certificate.width;
    for (const leafY of from) edges.push({ kind: 'use', d: curve(start, leafY, COLUMN.component.x, y) });
  }
  const height = Math.max(0, ...boxes.map(({ y }) => y)) + ROW / 2 + 4;
  return { boxes, edges, height, left: { ...leftOf(authorities, placed), components: used.left } };
}

/** Each CA has the rows of its certificates, and at least one. */
function placeAuthorities(authorities: readonly Authority[]): ReadonlyMap<Authority, Placed> {
  const placed = new Map<Authority, Placed>();
  let row = 0;
  for (const authority of flat(authorities)) {
    if (row >= MAX_ROWS) break;
    const leaves = leavesOf(authority.members).slice(0, MAX_ROWS - row);
    const top = row * ROW + ROW / 2;
    placed.set(authority, {
      authority,
      leaves: leaves.map((leaf, index) => ({ leaf, y: top + index * ROW })),
      y: top + (Math.max(leaves.length - 1, 0) * ROW) / 2,
    });
    row += Math.max(leaves.length, 1);
  }
  return placed;
}

function flat(authorities: readonly Authority[]): Authority[] {
  return authorities.flatMap((one) => [one, ...flat(one.below)]);
}

function authorityBox({ name, signed, depth }: Authority, y: number): Box {
  return {
    label: name,
    kind: `ca ${signed?.urgency ?? 'absent'}`,
    row: signed?.places[0]?.row,
    days: daysOf(signed),
    x: COLUMN.ca.x + depth * INDENT,
    y,
    width: COLUMN.ca.width - depth * INDENT,
  };
}

function daysOf(signed: Signed | undefined): string {
  const days = signed?.certificate.daysLeft;
  if (days === undefined) return '';
  return days < 0 ? 'expired' : `${days} d`;
}

function leavesOf(members: readonly Signed[]): Leaf[] {
  const groups = new Map<string, Signed[]>();
  for (const one of members) {
    const key = JSON.stringify([one.urgency, one.components]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else known.push(one);
  }
  const leaves = [...groups.values()].flatMap((group) =>
    group.length > GROUP_ABOVE ? [groupLeaf(group)] : group.map(leafOf),
  );
  return leaves.sort((a, b) => URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency));
}

function leafOf(signed: Signed): Leaf {
  const { name, urgency, places, components } = signed;
  return { label: name, urgency, row: places[0]?.row, days: daysOf(signed), components, count: 1 };
}

/** Many of one kind: members come in the order of their expiry, so that the first is the next to end. */
function groupLeaf(group: readonly Signed[]): Leaf {
  const [first] = group;
  return {
    label: `${group.length} certificates, first ${first?.name ?? ''}`,
    urgency: first?.urgency ?? 'fine',
    row: first?.places[0]?.row,
    days: daysOf(first),
    components: first?.components ?? [],
    count: group.length,
  };
}

interface PlacedComponents {
  readonly components: readonly {
    readonly name: string;
    readonly y: number;
    readonly from: readonly number[];
  }[];
  readonly left: number;
}

/** Each component stands beside the middle of what it uses, or below the one before. */
function placeComponents(placed: Iterable<Placed>): PlacedComponents {
  const uses = new Map<string, number[]>();
  for (const { leaves } of placed)
    for (const { leaf, y } of leaves)
      for (const name of leaf.components) {
        const known = uses.get(name);
        if (known === undefined) uses.set(name, [y]);
        else known.push(y);
      }
  const wanted = [...uses].map(([name, from]) => ({
    name,
    from,
    y: from.reduce((a, b) => a + b, 0) / from.length,
  }));
  wanted.sort((a, b) => a.y - b.y);
  let next = 0;
  const components = wanted.slice(0, MAX_COMPONENTS).map(({ name, from, y }) => {
    const free = Math.max(y, next);
    next = free + ROW;
    return { name, from, y: free };
  });
  return { components, left: wanted.length - components.length };
}

function leftOf(
  authorities: readonly Authority[],
  placed: ReadonlyMap<Authority, Placed>,
): { readonly certificates: number; readonly authorities: number } {
  const left = { certificates: 0, authorities: 0 };
  for (const one of flat(authorities)) {
    const drawn = placed.get(one);
    const count = drawn?.leaves.reduce((sum, { leaf }) => sum + leaf.count, 0) ?? 0;
    left.certificates += one.members.length - count;
    left.authorities += drawn === undefined ? 1 : 0;
  }
  return left;
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1.toFixed(1)}C${middle} ${y1.toFixed(1)} ${middle} ${y2.toFixed(1)} ${x2} ${y2.toFixed(1)}`;
}
