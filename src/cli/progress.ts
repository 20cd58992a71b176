import type { Io } from './io.ts';

/** Work that ends sooner shows nothing. */
const DELAY_MS = 300;
/** The eye does not follow faster changes, and each one costs. */
const INTERVAL_MS = 50;
const BAR_WIDTH = 30;
const CLEAR_LINE = '\r\u001b[K';

/** A bar that shows how far long work is. */
export interface ProgressBar {
  /** To be told of progress; `undefined` where nothing is shown, so that nobody counts. */
  readonly update: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Removes the bar. */
  readonly end: () => void;
}

/** Calls back after some milliseconds, until the returned function is called. */
export type Schedule = (callback: () => void, milliseconds: number) => () => void;

const NONE: ProgressBar = Object.freeze({ update: undefined, end: () => undefined });

/** A progress bar on standard error: where that is a terminal, and only for work that takes long. */
export function createProgress(
  io: Io,
  { quiet, schedule = later }: { readonly quiet: boolean; readonly schedule?: Schedule },
): ProgressBar {
  if (quiet || !io.isTerminal.stderr || io.env['TERM'] === 'dumb') return NONE;
  let latest = { done: 0, total: 0 };
  let drawn = '';
  const draw = (): void => {
    const line = renderBar(latest, io.columns);
    if (line !== drawn) io.stderr(CLEAR_LINE + line);
    drawn = line;
    cancel = schedule(draw, INTERVAL_MS);
  };
  let cancel = schedule(draw, DELAY_MS);
  return {
    update: (progress) => {
      latest = progress;
    },
    end: () => {
      cancel();
      if (drawn !== '') io.stderr(CLEAR_LINE);
    },
  };
}

/** One line: a bar and how many of how many. */
export function renderBar(
  { done, total }: { readonly done: number; readonly total: number },
  columns: number,
): string {
  const count = total === 0 ? 'working' : `${done}/${total}`;
  const width = Math.min(BAR_WIDTH, columns - count.length - 4);
  if (width < 1) return count.slice(0, Math.max(0, columns - 1));
  const full = total === 0 ? 0 : Math.floor((done / total) * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}] ${count}`;
}

function later(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
}
