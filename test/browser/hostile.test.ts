/** A certificate made to harm, from its bytes to the page: found, checked, shown, and nothing of it run. */
import { checkFiles } from '../../src/check/check.ts';
import { renderHtml } from '../../src/check/html/render-html.ts';
import { CHECKED, healthyMachine, PKI } from '../unit/check/rules/support/machine.ts';
import { hoursFromNow } from '../support/cluster.ts';
import { extensions, forgeCertificate, forgeKey, general, nameDer, pemOf } from '../support/forge-chain.ts';
import { describeWith } from '../support/foreign.ts';
import { openHtml, shownRows, useBrowser } from './support/open-report.ts';

const HARM = [
  '</script><script>window.harmed = 1</script>',
  '</pre></dialog><img src=x onerror="window.harmed = 1">',
  `'"><svg onload='window.harmed = 1'>`,
  '\u2028line\u2029 \u202eevil\u2066 \u{e0041}tag \u3164filler \ufe0f soft\u00adhyphen',
  '</style><style>body{display:none}</style><!-- ]]>',
] as const;
const HARMFUL = HARM.join(' ');
const PATH = `${PKI}/"><img src=x onerror='window.harmed = 1'></script>\u202e.crt`;

function forged(): string {
  const [ca, leaf] = [forgeKey(1), forgeKey(2)];
  const issuer = nameDer(['2.5.4.10', HARM[1]], ['2.5.4.3', HARM[0]]);
  const subject = nameDer(
    ['2.5.4.10', HARM[2]],
    ['2.5.4.11', HARM[4]],
    ['2.5.4.7', HARM[3]],
    ['2.5.4.3', HARM[0]],
  );
  const times = { notBefore: hoursFromNow(-1), notAfter: hoursFromNow(24) };
  const names = [
    general.dns('</script><script>window.harmed = 1</script>'),
    general.dns('<img src=x onerror=window.harmed=1>.example'),
    general.email('"><svg onload=window.harmed=1>@example'),
    general.uri('javascript:window.harmed=1'),
    general.directory(nameDer(['2.5.4.3', HARMFUL])),
  ];
  const own = forgeCertificate(
    {
      ...times,
      subject: issuer,
      issuer,
      publicKey: ca.publicKey,
      extensions: [extensions.basicConstraints(true)],
    },
    ca,
  );
  const end = forgeCertificate(
    {
      ...times,
      subject,
      issuer,
      publicKey: leaf.publicKey,
      serial: 2,
      extensions: [extensions.basicConstraints(false), extensions.subjectAltName(names)],
    },
    ca,
  );
  return pemOf([end, own]);
}

describeWith(['chromium'], 'a hostile certificate in the HTML report', () => {
  const browser = useBrowser();

  test('is shown as text in the table, the graph, the findings and the dialog', async () => {
    const machine = (await healthyMachine()).put(PATH, forged());
    const report = await checkFiles(machine.source(), {}, { now: CHECKED });
    expect(report.findings.map(({ path }) => path)).toContain(PATH);
    const { page, complaints } = await openHtml(browser(), await renderHtml(report));
    await page.fill('#search', 'onerror');
    expect(await shownRows(page)).toBe(2);
    for (const index of [0, 1]) {
      await page.locator('td.open button').nth(index).click();
      const pre = page.locator('dialog pre');
      await pre.getByText('Certificate:').waitFor();
      const text = (await pre.textContent()) ?? '';
      expect(text).toContain('</script><script>window.harmed = 1</script>');
      expect(text).not.toMatch(/[\u2028-\u202e\u2066-\u2069\u3164\u00ad\ufe0f]|\u{e0041}/u);
      await page.keyboard.press('Escape');
    }
    for (const summary of await page.locator('summary').all()) await summary.evaluate('node => node.click()');
    const bar = page.locator('.bin').first();
    await bar.focus();
    await page.keyboard.press('Enter');
    await page.click('#clear');
    await page.locator('.graph a').first().click();
    expect(await page.evaluate('window.harmed')).toBeUndefined();
    expect(
      await page.evaluate(
        'document.querySelectorAll("img, iframe, object, embed, form[action], base").length',
      ),
    ).toBe(0);
    expect(await page.evaluate('document.querySelectorAll("script, style, dialog, pre").length')).toBe(5);
    expect(
      await page.evaluate(
        '[...document.querySelectorAll("a")].filter(a => !a.getAttribute("href").startsWith("#")).length',
      ),
    ).toBe(0);
    expect(await page.locator('body').innerText()).not.toMatch(
      /[\u2028-\u202e\u2066-\u2069\u3164\u00ad\ufe0f]|\u{e0041}/u,
    );
    expect(complaints).toEqual([]);
    await page.close();
  });
});
