/** The HTML report in a real Chromium: that it works, and that nothing in it runs but its own script. */
import { readCertificate } from '../../src/inspect/read/certificate.ts';
import { renderCertificateText } from '../../src/inspect/text/certificate.ts';
import { parsePem } from '../../src/x509/pem.ts';
import type { CheckReport } from '../../src/check/report.ts';
import { describeWith } from '../support/foreign.ts';
import { makeReport } from '../support/reports.ts';
import { openReport, shownRows, useBrowser, type Opened } from './support/open-report.ts';

describeWith(['chromium'], 'the HTML report in Chromium', () => {
  const browser = useBrowser();
  const open = (report: CheckReport, options: Parameters<typeof openReport>[2] = {}): Promise<Opened> =>
    openReport(browser(), report, options);

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

  test.each([60, 5000])('shows the certificates of every bar of the timeline of %d', async (size) => {
    const { page } = await open(await makeReport(size));
    const bars = page.locator('.bin');
    const counts: number[] = [];
    for (let index = 0; index < (await bars.count()); index++) {
      const bar = bars.nth(index);
      const count = Number(/^\d+/.exec((await bar.getAttribute('aria-label')) ?? '')?.[0]);
      counts.push(count);
      await bar.focus();
      await page.keyboard.press('Enter');
      expect(await page.locator('#shown').textContent()).toBe(`${count} of ${size} certificates`);
      expect(await shownRows(page)).toBe(Math.min(count, 100));
      expect(await page.locator('.bin[aria-pressed=true]').count()).toBe(1);
    }
    expect(counts.length).toBeGreaterThan(20);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(size);
    await bars.last().focus();
    await page.keyboard.press('Space');
    expect(await page.locator('#shown').textContent()).toBe(`${size} certificates`);
    expect(await page.locator('.bin[aria-pressed=true]').count()).toBe(0);
    await page.close();
  });

  test('finds names beyond those shown, serial numbers and fingerprints, and not the button', async () => {
    const made = await makeReport(30);
    const names = Array.from({ length: 20 }, (_, index) => `DNS:alias-${index}.example`);
    const certificates = made.certificates.map((one, index) =>
      index === 7
        ? { ...one, subjectAltNames: names, serialNumber: '0badcafe', fingerprint: 'ab12'.repeat(16) }
        : one,
    );
    const { page } = await open({ ...made, certificates });
    const found = async (text: string): Promise<string | null> => {
      await page.fill('#search', text);
      return page.locator('#shown').textContent();
    };
    const { path } = certificates[7] ?? { path: '' };
    for (const text of [
      'alias-19.example',
      '0BADCAFE',
      '0b:ad:ca:fe',
      'ab12'.repeat(16),
      'AB:12:'.repeat(15) + 'AB:12',
      'alias-3. 0badcafe',
      path,
    ])
      expect([text, await found(text)]).toEqual([text, '1 of 30 certificates']);
    expect(await found('text')).toBe('0 of 30 certificates');
    expect(await found('alias-0.exampledns')).toBe('0 of 30 certificates');
    expect(await found('system:node:node-11')).toBe('1 of 30 certificates');
    expect(await found('KUBELET')).toBe('29 of 30 certificates');
    await page.close();
  });

  test('shows a row that a link leads to, whatever is searched for', async () => {
    const { page } = await open(await makeReport(500));
    await page.fill('#search', 'nothing of the kind');
    expect(await shownRows(page)).toBe(0);
    await page.locator('.findings a').first().click();
    await page.locator('#c0').waitFor();
    expect(await page.locator('#search').inputValue()).toBe('');
    await page.evaluate('location.hash = "#c450"');
    await page.locator('#c450').waitFor();
    expect(await page.evaluate('document.activeElement.closest("tr").id')).toBe('c450');
    await page.close();
  });

  test('shows pages of many certificates', async () => {
    const { page } = await open(await makeReport(700));
    expect(await shownRows(page)).toBe(100);
    await page.click('#more');
    expect(await shownRows(page)).toBe(500);
    expect(await page.evaluate('document.activeElement.closest("tr").id')).toBe('c100');
    await page.click('#all');
    expect(await shownRows(page)).toBe(700);
    expect(await page.locator('#pager').isVisible()).toBe(false);
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
        'document.querySelectorAll("img, iframe, object, script:not([id]) ~ script, a[href^=javascript i]").length',
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

  test('prints what matches, on all its pages, says so, and shuts what it opened', async () => {
    const { page } = await open(await makeReport(300));
    await page.locator('details[data-print] summary').first().click();
    const openDetails = (): Promise<number> => page.locator('details[open]').count();
    expect(await openDetails()).toBe(1);
    // What print() and pdf() do to a page, step by step.
    const print = async (look: () => Promise<void>): Promise<void> => {
      await page.emulateMedia({ media: 'print' });
      await page.evaluate('dispatchEvent(new Event("beforeprint"))');
      await look();
      await page.evaluate('dispatchEvent(new Event("afterprint"))');
      await page.emulateMedia({ media: 'screen' });
    };
    await print(async () => {
      expect(await shownRows(page)).toBe(300);
      expect(await page.locator('.tools').isVisible()).toBe(false);
      expect(await page.locator('details[data-print]:not([open])').count()).toBe(0);
    });
    expect(await openDetails()).toBe(1);
    expect(await shownRows(page)).toBe(100);
    await page.fill('#search', 'node-2');
    const count = Number(/^\d+/.exec((await page.locator('#shown').textContent()) ?? '')?.[0]);
    expect(await page.locator('#state').innerText()).toContain('Paper has these alone');
    await print(async () => {
      expect(await shownRows(page)).toBe(count);
      expect(await page.locator('#state').innerText()).toContain(
        `${count} of 300 certificates: with \u201cnode-2\u201d`,
      );
    });
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    expect(await openDetails()).toBe(1);
    await page.close();
  });

  test('is a whole report without any script', async () => {
    const { page } = await open(await makeReport(20), { javaScriptEnabled: false });
    expect(await shownRows(page)).toBe(20);
    expect(await page.locator('.findings li').count()).toBeGreaterThan(0);
    expect(await page.locator('.tools').isVisible()).toBe(false);
    expect(await page.locator('.bin').count()).toBeGreaterThan(0);
    expect(await page.locator('.bin[tabindex], .bin[role=button]').count()).toBe(0);
    await page.close();
  });

  test('shows all of many certificates without any script', async () => {
    const { page } = await open(await makeReport(300), { javaScriptEnabled: false });
    expect(await shownRows(page)).toBe(300);
    await page.close();
  });

  test('does not scroll sideways on a narrow screen', async () => {
    const { page } = await open(await makeReport(20), { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.close();
  });

  test('holds 5,000 certificates', async () => {
    const { page, complaints } = await open(await makeReport(5000));
    expect(await page.locator('#shown').textContent()).toBe('5000 certificates');
    await page.fill('#search', 'node-4321');
    await page.locator('#shown', { hasText: /^1 of/ }).waitFor();
    await page.locator('#certificates tbody tr:visible td.open button').click();
    await page.locator('dialog pre').getByText('Certificate:').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });
});
