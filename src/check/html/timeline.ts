import type { ReportCertificate } from '../report.ts';
import { escapeHtml } from './escape.ts';
import { URGENCIES, type Urgency } from './urgency.ts';

const WIDTH = 960;
const HEIGHT = 132;
const BASE = 100;
const BINS = 72;
const BIN_WIDTH = WIDTH / BINS;
const DAY = 86_400_000;

/** Where in time the report's certificates end; the axis bends, so that the next months have most of the room. */
export interface TimeScale {
  readonly x: (time: number) => number;
  /** The bar that stands for a certificate; of one without a time, none. */
  readonly bin: (certificate: ReportCertificate) => number | undefined;
}

/** From the first expiry, or now, to the last: logarithmic on both sides of now. */
export function timeScale(certificates: readonly ReportCertificate[], now: number): TimeScale {
  const bend = (time: number): number =>
    Math.sign(time - now) * Math.log1p(Math.abs(time - now) / (14 * DAY));
  let [low, high] = [bend(now - 14 * DAY), bend(now + 60 * DAY)];
  for (const { notAfter } of certificates) {
    if (notAfter === undefined) continue;
    const value = bend(Date.parse(notAfter));
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  const x = (time: number): number => ((bend(time) - low) / (high - low)) * WIDTH;
  return {
    x,
    bin: ({ notAfter }) =>
      notAfter === undefined
        ? undefined
        : Math.min(BINS - 1, Math.max(0, Math.floor(x(Date.parse(notAfter)) / BIN_WIDTH))),
  };
}

/** What the timeline is drawn from. */
export interface TimelineInput {
  readonly certificates: readonly ReportCertificate[];
  readonly scale: TimeScale;
  readonly now: number;
  readonly urgency: (certificate: ReportCertificate) => Urgency;
}

/** When certificates end, as bars over time, which the page's script makes buttons of. */
export function renderTimeline({ certificates, scale, now, urgency }: TimelineInput): string {
  const bins = new Map<number, ReportCertificate[]>();
  for (const certificate of certificates) {
    const index = scale.bin(certificate);
    if (index === undefined) continue;
    const known = bins.get(index);
    if (known === undefined) bins.set(index, [certificate]);
    else known.push(certificate);
  }
  if (bins.size === 0) return '<p>No certificate has an end that can be read.</p>';
  const sizes = [...bins.values()].map(({ length }) => length);
  const most = Math.max(...sizes);
  const bars = [...bins].sort(([a], [b]) => a - b).map((bin) => barOf(bin, { most, urgency }));
  const ticks = ticksOf(scale, now).map(
    ({ x, label }) =>
      `<line class="tick" x1="${x}" y1="${BASE}" x2="${x}" y2="${BASE + 6}"/><text class="label" x="${x}" y="${BASE + 22}">${label}</text>`,
  );
  const today = scale.x(now).toFixed(1);
  const timeless = certificates.length - sizes.reduce((sum, size) => sum + size, 0);
  return `<figure class="timeline" tabindex="0" aria-label="Timeline"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="Expiries over time">
<line class="axis" x1="0" y1="${BASE}" x2="${WIDTH}" y2="${BASE}"/>${ticks.join('')}
<line class="today" x1="${today}" y1="4" x2="${today}" y2="${BASE}"/><text class="label now" x="${today}" y="${BASE + 22}">now</text>
${bars.join('\n')}</svg><figcaption>${captionOf(most, timeless)}</figcaption></figure>`;
}

function captionOf(most: number, timeless: number): string {
  const keys = [...URGENCIES].map((kind) => `<span class="key ${kind}">${kind}</span>`).join('');
  const rest = timeless === 0 ? '' : ` ${timeless} without an end that can be read: not drawn.`;
  return `<span class="keys">${keys}</span> The highest bar is ${most}; heights are square roots.${rest} <span class="screen" data-script hidden>Press a bar to see its certificates in the table.</span>`;
}

interface BarContext {
  readonly most: number;
  readonly urgency: (certificate: ReportCertificate) => Urgency;
}

/** Certificates that the label of a bar names. */
const MAX_NAMED = 6;

function barOf(
  [index, certificates]: readonly [number, readonly ReportCertificate[]],
  { most, urgency }: BarContext,
): string {
  const whole = Math.max(4, Math.sqrt(certificates.length / most) * (BASE - 12));
  let y = BASE;
  const counts: string[] = [];
  const parts = [...URGENCIES].reverse().map((kind) => {
    const count = certificates.filter((one) => urgency(one) === kind).length;
    if (count === 0) return '';
    if (kind !== 'fine') counts.unshift(`${count} ${kind}`);
    const part = (whole * count) / certificates.length;
    y -= part;
    return `<rect class="bar ${kind}" x="${(index * BIN_WIDTH + 1).toFixed(1)}" y="${y.toFixed(1)}" width="${(BIN_WIDTH - 2).toFixed(1)}" height="${part.toFixed(1)}"/>`;
  });
  const days = certificates.map(({ notAfter = '' }) => notAfter.slice(0, 10)).sort();
  const when = [...new Set([days[0], days.at(-1)])].join(' to ');
  const names = certificates.slice(0, MAX_NAMED).map(({ path }) => path);
  const more = certificates.length > names.length ? ` and ${certificates.length - names.length} more` : '';
  const kinds = counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  const title = escapeHtml(`${certificates.length} on ${when}${kinds}: ${names.join(', ')}${more}`);
  return `<g class="bin" role="img" data-bin="${index}" data-when="${when}" aria-label="${title}"><title>${title}</title>${parts.join('')}</g>`;
}

const STEPS: readonly (readonly [days: number, label: string])[] = [
  [-3650, '\u221210 y'],
  [-365, '\u22121 y'],
  [-90, '\u221290 d'],
  [-30, '\u221230 d'],
  [7, '7 d'],
  [30, '30 d'],
  [90, '90 d'],
  [365, '1 y'],
  [1095, '3 y'],
  [3650, '10 y'],
  [10950, '30 y'],
];

/** Ticks need this much room beside one another, and to the edges. */
const TICK_ROOM = 26;

function ticksOf(scale: TimeScale, now: number): { readonly x: string; readonly label: string }[] {
  let taken = [scale.x(now)];
  return STEPS.flatMap(([days, label]) => {
    const x = scale.x(now + days * DAY);
    if (x < 12 || x > WIDTH - 12 || taken.some((other) => Math.abs(other - x) < TICK_ROOM)) return [];
    taken = [...taken, x];
    return [{ x: x.toFixed(1), label }];
  });
}
