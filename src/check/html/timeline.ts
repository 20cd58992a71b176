import type { ReportCertificate } from '../report.ts';
import { escapeHtml } from './escape.ts';
import type { Urgency } from './urgency.ts';

const WIDTH = 960;
const HEIGHT = 132;
const BASE = 100;
const BINS = 72;
const DAY = 86_400_000;

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly certificates: ReportCertificate[];
}

const ORDER: readonly Urgency[] = ['fine', 'note', 'warning', 'critical'];

/** When certificates end, as bars over time; the axis bends, so that the next months have most of the room. */
export function renderTimeline(
  certificates: readonly ReportCertificate[],
  now: number,
  urgency: (certificate: ReportCertificate) => Urgency,
): string {
  const times = certificates.flatMap(({ notAfter }) =>
    notAfter === undefined ? [] : [Date.parse(notAfter)],
  );
  if (times.length === 0) return '';
  const scale = scaleOf(times, now);
  const bins = binsOf(certificates, scale);
  const most = bins.reduce((max, bin) => Math.max(max, bin.certificates.length), 1);
  const bars = bins.map((bin, index) => barOf(bin, { index, most, urgency })).join('');
  const ticks = ticksOf(scale, now)
    .map(
      ({ x, label }) =>
        `<line class="tick" x1="${x}" y1="${BASE}" x2="${x}" y2="${BASE + 6}"/><text class="label" x="${x}" y="${BASE + 22}">${label}</text>`,
    )
    .join('');
  const today = scale.x(now).toFixed(1);
  return `<figure class="timeline"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="Expiries over time">
<line class="axis" x1="0" y1="${BASE}" x2="${WIDTH}" y2="${BASE}"/>${ticks}
<line class="today" x1="${today}" y1="4" x2="${today}" y2="${BASE}"/><text class="label now" x="${today}" y="${BASE + 22}">now</text>
${bars}</svg></figure>`;
}

interface Scale {
  readonly x: (time: number) => number;
  readonly time: (x: number) => number;
}

/** From the first expiry, or now, to the last: logarithmic on both sides of now. */
function scaleOf(times: readonly number[], now: number): Scale {
  const bend = (time: number): number =>
    Math.sign(time - now) * Math.log1p(Math.abs(time - now) / (14 * DAY));
  const unbend = (value: number): number => now + Math.sign(value) * Math.expm1(Math.abs(value)) * 14 * DAY;
  let [low, high] = [bend(now - 14 * DAY), bend(now + 60 * DAY)];
  for (const time of times) [low, high] = [Math.min(low, bend(time)), Math.max(high, bend(time))];
  const span = high - low;
  return {
    x: (time) => ((bend(time) - low) / span) * WIDTH,
    time: (x) => unbend(low + (x / WIDTH) * span),
  };
}

function binsOf(certificates: readonly ReportCertificate[], scale: Scale): Bin[] {
  const width = WIDTH / BINS;
  const bins: Bin[] = Array.from({ length: BINS }, (_, index) => ({
    from: scale.time(index * width),
    to: scale.time((index + 1) * width),
    certificates: [],
  }));
  for (const certificate of certificates) {
    if (certificate.notAfter === undefined) continue;
    const index = Math.min(
      BINS - 1,
      Math.max(0, Math.floor(scale.x(Date.parse(certificate.notAfter)) / width)),
    );
    bins[index]?.certificates.push(certificate);
  }
  return bins;
}

function barOf(
  { from, to, certificates }: Bin,
  {
    index,
    most,
    urgency,
  }: {
    readonly index: number;
    readonly most: number;
    readonly urgency: (certificate: ReportCertificate) => Urgency;
  },
): string {
  if (certificates.length === 0) return '';
  const width = WIDTH / BINS;
  const height = (count: number): number => Math.max(4, (Math.sqrt(count) / Math.sqrt(most)) * (BASE - 12));
  const whole = height(certificates.length);
  let y = BASE;
  const parts = ORDER.map((kind) => {
    const count = certificates.filter((one) => urgency(one) === kind).length;
    if (count === 0) return '';
    const part = (whole * count) / certificates.length;
    y -= part;
    return `<rect class="bar ${kind}" x="${(index * width + 1).toFixed(1)}" y="${y.toFixed(1)}" width="${(width - 2).toFixed(1)}" height="${part.toFixed(1)}"/>`;
  }).join('');
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const names = certificates.slice(0, 6).map(({ path }) => path);
  const more = certificates.length > names.length ? ` and ${certificates.length - names.length} more` : '';
  const title = `${certificates.length} until ${day(to)}: ${names.join(', ')}${more}`;
  return `<a class="bin" role="button" tabindex="0" data-from="${Math.floor(from)}" data-to="${Math.ceil(to)}" aria-label="${escapeHtml(title)}"><title>${escapeHtml(title)}</title>${parts}</a>`;
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

function ticksOf(scale: Scale, now: number): { readonly x: string; readonly label: string }[] {
  return STEPS.flatMap(([days, label]) => {
    const x = scale.x(now + days * DAY);
    return x < 12 || x > WIDTH - 12 ? [] : [{ x: x.toFixed(1), label }];
  });
}
