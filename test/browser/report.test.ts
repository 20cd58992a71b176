/** The HTML report in a real Chromium: that it works, and that nothing in it runs but its own script. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { renderHtml } from '../../src/check/html/render-html.ts';
import { readCertificate } from '../../src/inspect/read/certificate.ts';
import { renderCertificateText } from '../../src/inspect/text/certificate.ts';
import { parsePem } from '../../src/x509/pem.ts';
import type { CheckReport } from '../../src/check/report.ts';
import { describeWith, requireTool, tempDir } from '../support/foreign.ts';
import { makeReport } from '../support/reports.ts';

const AXE = createRequire(__filename).resolve('axe-core/axe.min.js');

interface Opened {
  readonly page: Page;
  /** What the page said and asked for that it should not. */
  readonly complaints: string[];
}

describeWith(['chromium'], 'the HTML report in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: requireTool('chromium'), args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
  });

  async function open(report: CheckReport, options: Parameters<Browser['newPage']>[0] = {}): Promise<Opened> {
    const file = join(tempDir(), 'report.html');
    writeFileSync(file, await renderHtml(report));
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

  const shownRows = (page: Page): Promise<number> => page.locator('#certificates tbody tr:visible').count();

  test('searches in all columns, filters, and says how many are shown', async () => {
    const { page, complaints } = await open(await makeReport(60));
    expect(await shownRows(page)).toBe(60);
    await page.fill('#search', 'node-7');
    await expect(shownRows(page)).resolves.toBe(1);
    expect(await page.locator('#shown').textContent()).toBe('1 of 60 certificates');
    await page.click('#clear');
    await page.selectOption('#only', 'ca');
    expect(await shownRows(page)).toBe(2);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('sorts by a column, in both directions, from the keyboard', async () => {
    const { page } = await open(await makeReport(30));
    const days = async (): Promise<number[]> =>
      (await page.locator('#certificates tbody td.days').allTextContents()).map(Number);
    const head = page.locator('th button', { hasText: 'Days left' });
    await head.focus();
    await page.keyboard.press('Enter');
    const descending = await days();
    expect(descending).toEqual([...descending].sort((a, b) => b - a));
    expect(await page.locator('th[aria-sort=descending]').count()).toBe(1);
    await page.keyboard.press('Space');
    expect(await days()).toEqual([...descending].sort((a, b) => a - b));
    await page.close();
  });

  test("shows a certificate's text, and closes it with Escape", async () => {
    const report = await makeReport(12);
    const { page, complaints } = await open(report);
    await page.locator('td.open button').nth(3).focus();
    await page.keyboard.press('Enter');
    const pre = page.locator('dialog pre');
    await pre.getByText('Certificate:').waitFor();
    const [block] = parsePem(report.certificates[3]?.pem ?? '');
    const text = new TextDecoder().decode(
      renderCertificateText(readCertificate(block?.der ?? new Uint8Array())),
    );
    expect(await pre.textContent()).toBe(text + (report.certificates[3]?.pem ?? ''));
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows the certificates of a bar of the timeline', async () => {
    const { page } = await open(await makeReport(60));
    const bar = page.locator('.bin').first();
    const count = Number(/^\d+/.exec((await bar.getAttribute('aria-label')) ?? '')?.[0]);
    await bar.focus();
    await page.keyboard.press('Enter');
    expect(await shownRows(page)).toBe(count);
    await page.close();
  });

  test('runs nothing from hostile fields, and shows them as text', async () => {
    const { page, complaints } = await open(await makeReport(40, { hostile: true }));
    await page.locator('td.open button').first().click();
    await page.locator('dialog pre').getByText('Certificate:').waitFor();
    await page.keyboard.press('Escape');
    await page.fill('#search', '<img src=x onerror');
    expect(await shownRows(page)).toBeGreaterThan(0);
    expect(await page.evaluate('window.harmed')).toBeUndefined();
    expect(
      await page.evaluate(
        'document.querySelectorAll("img, iframe, object, script:not([id]) ~ script, a[href^=javascript]").length',
      ),
    ).toBe(0);
    expect(await page.locator('body').isVisible()).toBe(true);
    const text = (await page.locator('main').innerText()).normalize();
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u0000]/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('keeps its policy: an inline handler or script put in by force does not run', async () => {
    const { page, complaints } = await open(await makeReport(3));
    await page.evaluate(`
      document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.harmed = 1">');
      const script = document.createElement('script'); script.textContent = 'window.harmed = 1'; document.body.append(script);
      fetch('http://127.0.0.1:9/').catch(() => undefined);
    `);
    expect(await page.evaluate('window.harmed')).toBeUndefined();
    expect(complaints.some((complaint) => complaint.includes('Content Security Policy'))).toBe(true);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('is accessible in the %s', async (colorScheme) => {
    const { page } = await open(await makeReport(25), { colorScheme, bypassCSP: true });
    await page.addScriptTag({ content: readFileSync(AXE, 'utf8') });
    const found = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).slice(0, 3).join(" ")}`))',
    );
    expect(found).toEqual([]);
    await page.close();
  });

  test('turns light and dark by the button', async () => {
    const { page } = await open(await makeReport(2), { colorScheme: 'light' });
    const paper = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const before = await paper();
    await page.click('#theme');
    expect(await paper()).not.toBe(before);
    await page.click('#theme');
    expect(await paper()).toBe(before);
    await page.close();
  });

  test('prints all rows without its controls', async () => {
    const { page } = await open(await makeReport(80));
    await page.emulateMedia({ media: 'print' });
    expect(await shownRows(page)).toBe(80);
    expect(await page.locator('.tools').isVisible()).toBe(false);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await page.close();
  });

  test('is a whole report without any script', async () => {
    const { page } = await open(await makeReport(20), { javaScriptEnabled: false });
    expect(await shownRows(page)).toBe(20);
    expect(await page.locator('.findings li').count()).toBeGreaterThan(0);
    expect(await page.locator('.tools').isVisible()).toBe(false);
    await page.close();
  });

  test('does not scroll sideways on a narrow screen', async () => {
    const { page } = await open(await makeReport(20), { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.close();
  });

  test('holds 5,000 certificates', async () => {
    const { page, complaints } = await open(await makeReport(5000));
    expect(await page.locator('#certificates tbody tr').count()).toBe(5000);
    await page.fill('#search', 'node-4321');
    await page.locator('#shown', { hasText: /^1 of/ }).waitFor();
    await page.locator('#certificates tbody tr:visible td.open button').click();
    await page.locator('dialog pre').getByText('Certificate:').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });
});
