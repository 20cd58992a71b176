/** The HTML report for all: judged by axe in each of its states, for each kind of report. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { reportOn } from '../../src/check/check.ts';
import type { CheckReport, ReportCertificate } from '../../src/check/report.ts';
import { FIXTURES } from '../unit/check/rules/support/fixtures.ts';
import { CHECKED, healthyMachine } from '../unit/check/rules/support/machine.ts';
import { describeWith } from '../support/foreign.ts';
import { makeReport } from '../support/reports.ts';
import { openReport, useBrowser } from './support/open-report.ts';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

const withCertificates = (
  report: CheckReport,
  change: (one: ReportCertificate, index: number) => ReportCertificate,
): CheckReport => ({ ...report, certificates: report.certificates.map(change) });

/** Each CA but the first is signed by the one before. */
async function nested(): Promise<CheckReport> {
  const report = await makeReport(20);
  return withCertificates(report, (one, index) => ({
    ...one,
    isCa: true,
    signedBy: [report.certificates[Math.max(0, index - 1)]?.id ?? ''],
  }));
}

/** A finding of each rule there is, on one machine. */
async function allFindings(): Promise<CheckReport> {
  const healthy = await healthyMachine();
  const findings = new Map<string, CheckReport['findings'][number]>();
  for (const fixture of Object.values(FIXTURES)) {
    const machine = healthy.copy();
    const clock = fixture(machine);
    const now = clock instanceof Date ? clock : CHECKED;
    for (const one of reportOn(await machine.inventory(), {}, now).findings) findings.set(one.code, one);
  }
  expect([...findings.keys()].sort()).toEqual(Object.keys(FIXTURES).sort());
  const report = reportOn(await healthy.inventory(), {}, CHECKED);
  return { ...report, status: 'CRITICAL', findings: [...findings.values()] };
}

const REPORTS: Readonly<Record<string, () => Promise<CheckReport>>> = {
  'nothing at all': async () => ({
    ...(await makeReport(0)),
    status: 'UNKNOWN',
    findings: [],
    components: [],
  }),
  'a healthy machine': async () => reportOn(await (await healthyMachine()).inventory(), {}, CHECKED),
  'a finding of each rule': allFindings,
  'CAs below CAs': nested,
  'CAs that are not here': async () =>
    withCertificates(await makeReport(20), (one) => ({ ...one, signedBy: [] })),
  'many CAs': async () =>
    withCertificates(await makeReport(300), (one, index) => ({
      ...one,
      issuer: `CN = ca-${index}`,
      signedBy: [],
    })),
  'certificates without an end': async () =>
    withCertificates(await makeReport(8), ({ notAfter, daysLeft, ...one }) => one),
  'hostile fields': () => makeReport(40, { hostile: true }),
  '5,000 certificates': () => makeReport(5000),
};

/** Reports that were made: each is opened twice. */
const made = new Map<string, Promise<CheckReport>>();

function reportOf(kind: string): Promise<CheckReport> {
  const make = REPORTS[kind];
  if (make === undefined) throw new Error(`there is no report ${kind}`);
  const report = made.get(kind) ?? make();
  made.set(kind, report);
  return report;
}

const STATES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  'as it opens': () => Promise.resolve(),
  'all unfolded': async (page) => {
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
  },
  'a dialog open': async (page) => {
    await page.locator('td.open button').first().click();
    await page.locator('dialog pre').getByText('Certificate:').waitFor();
  },
  'a search without a find': (page) => page.fill('#search', 'nothing of the kind'),
};

async function violations(page: Page): Promise<unknown> {
  await page.addScriptTag({ content: AXE });
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => target + " " + failureSummary).slice(0, 3).join(" ")}`))',
  );
}

describeWith(['chromium'], 'axe finds nothing in the HTML report', () => {
  const browser = useBrowser();

  describe.each(Object.keys(REPORTS))('on %s', (kind) => {
    test.each([
      ['light', 1280],
      ['dark', 390],
    ] as const)('in the %s, %d wide', async (colorScheme, width) => {
      const report = await reportOf(kind);
      const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true };
      const { page } = await openReport(browser(), report, options);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await page.close();
    });
  });

  describe.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
    test.each(Object.keys(STATES))('with %s', async (state) => {
      const { page } = await openReport(browser(), await makeReport(60), { colorScheme, bypassCSP: true });
      await STATES[state]?.(page);
      expect(await violations(page)).toEqual([]);
      await page.close();
    });
  });
});
