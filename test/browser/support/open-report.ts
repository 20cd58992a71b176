/** Reports in a page of Chromium, whose complaints are kept. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { renderHtml } from '../../../src/check/html/render-html.ts';
import type { CheckReport } from '../../../src/check/report.ts';
import { requireTool, tempDir } from '../../support/foreign.ts';

/** A page, and what it said and asked for that it should not. */
export interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

/** Chromium, started before the tests of a group and ended after them. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: requireTool('chromium'), args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  return () => {
    if (browser === undefined) throw new Error('the browser has not started');
    return browser;
  };
}

/** Opens a page of HTML. */
export async function openHtml(
  browser: Browser,
  html: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<Opened> {
  const file = join(tempDir(), 'report.html');
  writeFileSync(file, html);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== `file://${file}`) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  return { page, complaints };
}

/** Opens a report. */
export async function openReport(
  browser: Browser,
  report: CheckReport,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<Opened> {
  return openHtml(browser, await renderHtml(report), options);
}

/** Rows of the table that are seen. */
export const shownRows = (page: Page): Promise<number> =>
  page.locator('#certificates tbody tr:visible').count();
