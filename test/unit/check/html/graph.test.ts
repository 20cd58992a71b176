import { renderGraph } from '../../../../src/check/html/graph.ts';
import { signingOf, type Authority } from '../../../../src/check/html/signing.ts';
import { urgencies } from '../../../../src/check/html/urgency.ts';
import type { CheckReport, ReportCertificate } from '../../../../src/check/report.ts';
import { makeReport } from '../../../support/reports.ts';

type Change = (one: ReportCertificate, index: number) => Partial<ReportCertificate>;

async function changed(size: number, change: Change): Promise<CheckReport> {
  const report = await makeReport(size);
  const certificates = report.certificates.map((one, index) => ({
    ...one,
    id: `id ${index}`,
    ...change(one, index),
  }));
  return { ...report, findings: [], certificates };
}

const signing = (report: CheckReport): readonly Authority[] => signingOf(report, urgencies(report));

/** Names of CAs with what is below them. */
const shape = (authorities: readonly Authority[]): unknown =>
  authorities.map(({ name, members, below }) => [name, members.map((one) => one.name), shape(below)]);

/** A certificate of a name, signed by the one of an index. */
const named =
  (...rows: readonly (readonly [name: string, signer: number | undefined, isCa?: boolean])[]): Change =>
  (_one, index) => {
    const [name, signer, isCa = true] = rows[index] ?? ['', undefined];
    const signedBy = signer === undefined ? [] : [`id ${signer}`];
    return { commonName: name, subject: name, issuer: 'CN = elsewhere', isCa, signedBy, uses: [] };
  };

test('an intermediate CA stands once: below the CA that signed it', async () => {
  const report = await changed(4, named(['root', 0], ['middle', 0], ['leaf', 1, false], ['other', 0, false]));
  expect(shape(signing(report))).toEqual([['root', ['other'], [['middle', ['leaf'], []]]]]);
  const html = renderGraph(signing(report));
  expect(html.match(/<title>middle/g)).toHaveLength(1);
  // An edge that goes down from the root and to the right.
  expect(html).toMatch(/<path class="edge fine" d="M8 \d+(\.\d+)?V\d+(\.\d+)?H16"/);
});

test('a signer that is not here, and certificates that signed themselves, are said', async () => {
  const report = await changed(3, named(['lost', undefined, false], ['alone', 1, false], ['lone-ca', 2]));
  expect(shape(signing(report))).toEqual([
    ['CN = elsewhere (not here)', ['lost'], []],
    ['signed by themselves', ['alone'], []],
    ['lone-ca', [], []],
  ]);
});

test('CAs that signed one another in a ring are all shown', async () => {
  const report = await changed(3, named(['a', 1], ['b', 0], ['leaf', 0, false]));
  const html = renderGraph(signing(report));
  for (const name of ['a', 'b', 'leaf']) expect(html).toContain(`<title>${name}`);
});

test('a chain of 3,000 CAs is cut into pieces, and nothing of it is lost', async () => {
  const report = await changed(3000, (_one, index) => ({
    isCa: true,
    signedBy: [`id ${Math.max(0, index - 1)}`],
  }));
  const html = renderGraph(signing(report));
  expect(new Set([...html.matchAll(/<li>[^\n]*?href="#(c\d+)"/g)].map(([, id]) => id)).size).toBe(3000);
});

test.each([
  ['one CA', (): Partial<ReportCertificate> => ({})],
  ['a CA each', (_one: ReportCertificate, index: number) => ({ issuer: `CN = ca ${index}`, signedBy: [] })],
  [
    'a user each',
    (one: ReportCertificate, index: number) => ({
      uses: one.uses.map((use) => ({ ...use, component: `user-${index}` })),
    }),
  ],
] satisfies [string, Change][])(
  'of 2,000 certificates with %s, the drawing is bounded, and the list has all',
  async (_title, change) => {
    const html = renderGraph(
      signing(
        await changed(2000, (one, index) => ({
          signedBy: ['id 0'],
          isCa: index === 0,
          ...change(one, index),
        })),
      ),
    );
    const height = Number(/viewBox="0 0 960 (\d+)"/.exec(html)?.[1]);
    expect(height).toBeLessThan(4000);
    const list = html.slice(html.indexOf('<ul class="tree">'));
    const listed = new Set([...list.matchAll(/href="#(c\d+)"/g)].map(([, id]) => id));
    expect(listed.size).toBe(2000);
  },
);

test('what is not drawn is counted', async () => {
  const report = await changed(300, (_one, index) => ({
    issuer: `CN = ca ${index}`,
    signedBy: [],
    isCa: false,
  }));
  const html = renderGraph(signing(report));
  const drawn = html.match(/class="node certificate/g)?.length ?? 0;
  expect(drawn).toBeGreaterThan(50);
  expect(html).toContain(`Not drawn, for want of room: ${300 - drawn} certificates, ${300 - drawn} CAs.`);
  const few = renderGraph(signing(await changed(5, () => ({}))));
  expect(few).not.toContain('Not drawn');
});

test('what is urgent is drawn before what is not', async () => {
  const report = await changed(300, (_one, index) => ({
    issuer: `CN = ca ${index}`,
    signedBy: [],
    isCa: false,
  }));
  const worst = report.certificates.at(-1);
  const finding = {
    code: 'expired',
    severity: 'error',
    path: worst?.id ?? '',
    message: '',
    source: '',
  } as const;
  const html = renderGraph(signing({ ...report, findings: [finding] }));
  expect(html.indexOf('node certificate critical')).toBe(html.indexOf('node certificate'));
});
