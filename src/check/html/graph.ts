import type { CheckReport, ReportCertificate } from '../report.ts';
import { escapeHtml } from './escape.ts';
import type { Urgency } from './urgency.ts';

/** Certificates that are drawn one by one; of more under one CA with the same use, one node stands for all. */
const GROUP_ABOVE = 6;
const ROW = 26;
const COLUMN = Object.freeze({ ca: 0, certificate: 330, component: 760 });
const NODE_WIDTH = Object.freeze({ ca: 250, certificate: 330, component: 200 });
const WIDTH = 960;
/** Rows that are drawn; a list below has all. */
const MAX_ROWS = 120;

interface Node {
  readonly key: string;
  readonly label: string;
  readonly urgency: Urgency;
  /** Row of the table that it leads to. */
  readonly row: number | undefined;
}

interface Branch {
  readonly ca: Node;
  readonly leaves: readonly { readonly node: Node; readonly components: readonly string[] }[];
}

const RANK: Readonly<Record<Urgency, number>> = Object.freeze({ critical: 0, warning: 1, note: 2, fine: 3 });

/** Who signed whom, and which component uses what: CAs, their certificates, the components. */
export function renderGraph(
  report: CheckReport,
  urgency: (certificate: ReportCertificate) => Urgency,
): string {
  const branches = branchesOf(report, urgency);
  if (branches.length === 0) return '';
  return `<figure class="graph">${draw(branches)}</figure>\n<details><summary>The same as a list</summary>${listOf(branches)}</details>`;
}

function branchesOf(
  { certificates }: CheckReport,
  urgency: (certificate: ReportCertificate) => Urgency,
): Branch[] {
  const byId = new Map(certificates.map((one) => [one.id, one]));
  const rows = new Map(certificates.map((one, index) => [one.id, index]));
  const distinct = new Map<string, ReportCertificate>();
  const uses = new Map<string, Set<string>>();
  for (const one of certificates) {
    if (!distinct.has(one.fingerprint)) distinct.set(one.fingerprint, one);
    const known = uses.get(one.fingerprint) ?? new Set<string>();
    for (const { component } of one.uses) known.add(component);
    uses.set(one.fingerprint, known);
  }
  const byCa = new Map<string, { ca: Node; members: ReportCertificate[] }>();
  for (const one of distinct.values()) {
    const signer = one.signedBy.map((id) => byId.get(id)).find((found) => found !== undefined);
    const key = signer?.fingerprint ?? `issuer ${one.issuer}`;
    const label = signer === undefined ? `${one.issuer} (not here)` : signer.subject;
    const ca: Node = {
      key,
      label,
      urgency: signer === undefined ? 'note' : urgency(signer),
      row: signer && rows.get(signer.id),
    };
    const branch = byCa.get(key) ?? { ca, members: [] };
    if (signer?.fingerprint !== one.fingerprint) branch.members.push(one);
    byCa.set(key, branch);
  }
  return [...byCa.values()].map(({ ca, members }) => ({
    ca,
    leaves: grouped(members, { uses, urgency, rows }),
  }));
}

interface Lookup {
  readonly uses: ReadonlyMap<string, ReadonlySet<string>>;
  readonly urgency: (certificate: ReportCertificate) => Urgency;
  readonly rows: ReadonlyMap<string, number>;
}

function grouped(members: readonly ReportCertificate[], { uses, urgency, rows }: Lookup): Branch['leaves'] {
  const groups = new Map<string, ReportCertificate[]>();
  for (const one of members) {
    const components = [...(uses.get(one.fingerprint) ?? [])].sort().join(', ');
    const key = `${components} ${urgency(one)}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const leaves = [...groups.values()].flatMap((group) => {
    const components = [...(uses.get(group[0]?.fingerprint ?? '') ?? [])].sort();
    if (group.length > GROUP_ABOVE) {
      const [first] = group;
      const kind = first === undefined ? 'fine' : urgency(first);
      const label = `${group.length} certificates, such as ${first === undefined ? '' : nameOf(first)}`;
      return [{ node: { key: label, label, urgency: kind, row: undefined }, components }];
    }
    return group.map((one) => ({
      node: { key: one.id, label: nameOf(one), urgency: urgency(one), row: rows.get(one.id) },
      components,
    }));
  });
  return leaves.sort((a, b) => RANK[a.node.urgency] - RANK[b.node.urgency]);
}

function nameOf({ commonName, subject, path }: ReportCertificate): string {
  return commonName ?? (subject === '' ? path : subject);
}

function draw(branches: readonly Branch[]): string {
  const components = [
    ...new Set(branches.flatMap(({ leaves }) => leaves.flatMap((leaf) => leaf.components))),
  ].sort();
  let row = 0;
  const nodes: string[] = [];
  const edges: string[] = [];
  const total = Math.min(
    MAX_ROWS,
    branches.reduce((sum, { leaves }) => sum + Math.max(leaves.length, 1), 0),
  );
  const spacing = components.length === 0 ? ROW : Math.max(ROW, (total * ROW) / components.length);
  const componentY = (name: string): number => components.indexOf(name) * spacing + ROW / 2;
  for (const { ca, leaves } of branches) {
    if (row >= MAX_ROWS) break;
    const shown = leaves.slice(0, MAX_ROWS - row);
    const top = row * ROW + ROW / 2;
    const middle = top + (Math.max(shown.length - 1, 0) * ROW) / 2;
    nodes.push(nodeOf(ca, 'ca', middle));
    for (const [index, { node, components: used }] of shown.entries()) {
      const y = top + index * ROW;
      nodes.push(nodeOf(node, 'certificate', y));
      edges.push(edge([COLUMN.ca + NODE_WIDTH.ca, middle], [COLUMN.certificate, y], node.urgency));
      for (const name of used)
        edges.push(
          edge([COLUMN.certificate + NODE_WIDTH.certificate, y], [COLUMN.component, componentY(name)], 'use'),
        );
    }
    row += Math.max(shown.length, 1);
  }
  for (const name of components)
    nodes.push(
      nodeOf({ key: name, label: name, urgency: 'fine', row: undefined }, 'component', componentY(name)),
    );
  const height = Math.max(row * ROW, components.length * spacing) + 8;
  return `<svg viewBox="0 0 ${WIDTH} ${height.toFixed(0)}" role="group" aria-label="CAs, the certificates they signed, and the components that use them">${edges.join('')}${nodes.join('')}</svg>`;
}

function edge(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  kind: string,
): string {
  const middle = (x1 + x2) / 2;
  return `<path class="edge ${kind}" d="M${x1} ${y1.toFixed(1)}C${middle} ${y1.toFixed(1)} ${middle} ${y2.toFixed(1)} ${x2} ${y2.toFixed(1)}"/>`;
}

function nodeOf({ label, urgency, row }: Node, column: keyof typeof COLUMN, y: number): string {
  const [x, width] = [COLUMN[column], NODE_WIDTH[column]];
  const longest = Math.floor((width - 16) / 6.6);
  const text = label.length > longest ? `${label.slice(0, longest - 1)}\u2026` : label;
  const box = `<rect class="node ${column} ${urgency}" x="${x}" y="${(y - 10).toFixed(1)}" width="${width}" height="20" rx="4"/><text x="${x + 8}" y="${(y + 4).toFixed(1)}">${escapeHtml(text)}</text><title>${escapeHtml(label)}</title>`;
  return row === undefined ? `<g>${box}</g>` : `<a href="#c${row}">${box}</a>`;
}

function listOf(branches: readonly Branch[]): string {
  const items = branches.map(({ ca, leaves }) => {
    const inner = leaves
      .map(
        ({ node, components }) =>
          `<li>${linked(node)}${components.length === 0 ? '' : ` <span class="quiet">used by ${escapeHtml(components.join(', '))}</span>`}</li>`,
      )
      .join('');
    return `<li>${linked(ca)}${inner === '' ? '' : `<ul>${inner}</ul>`}</li>`;
  });
  return `<ul class="tree">${items.join('')}</ul>`;
}

function linked({ label, row }: Node): string {
  return row === undefined ? escapeHtml(label) : `<a href="#c${row}">${escapeHtml(label)}</a>`;
}
