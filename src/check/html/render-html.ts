import type { CheckReport } from '../report.ts';

/** A report as one HTML file that stands by itself. */
export function renderHtml(report: CheckReport): string {
  return `<!doctype html><title>${report.status}</title>`;
}
