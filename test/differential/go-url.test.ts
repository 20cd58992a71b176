/** URLs as Go reads them, which is how Kubernetes' programs do. */
import fc from 'fast-check';
import { parseGoUrl } from '../../src/net/go-url.ts';
import { GoJudge } from '../judges/go.ts';
import { describeWith } from '../support/foreign.ts';

// Pieces of URLs, whole and broken: random characters would hardly ever get past the scheme.
const piece = fc.oneof(
  fc.constantFrom(
    'http',
    'https',
    'etcd',
    'HTTPS',
    'a+b',
    '1x',
    ':',
    ':',
    '//',
    '//',
    '/',
    '///',
    '?',
    '#',
    '@',
    '*',
  ),
  fc.constantFrom(
    '[',
    ']',
    '[::1]',
    '[fd00::1%25eth0]',
    '[::ffff:1.2.3.4]',
    '[1.2.3.4]',
    '%25',
    '%2',
    '%zz',
    '%e4',
    '%41',
  ),
  fc.constantFrom(
    'host',
    'a.1',
    '010.0.0.1',
    'lb.example.com',
    ':2379',
    ':08443',
    ':x',
    ':99999',
    'ü',
    ' ',
    '\t',
    '"',
    '<',
    '|',
  ),
  fc.constantFrom(
    '[fe80::1%25a%20b]',
    '[fe80::1%25]',
    '[fe80::1%25%7f]',
    '[fe80::1%25%e4%41]',
    'user:pw',
    '^',
    '\\',
    '{',
    '_',
  ),
  fc.string({ unit: 'binary-ascii', maxLength: 3 }),
);
const assembled = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));
const usual = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'tcp://', ''),
    piece,
    piece,
    fc.constantFrom('', ':2379', '/x'),
  )
  .map((parts) => parts.join(''));

describeWith(['go'], 'Go reads the same in URLs', () => {
  let judge: GoJudge;
  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());

  it('made of any pieces: it refuses the same ones, and sees the same scheme', async () => {
    const seen = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.oneof(assembled, usual), async (url) => {
        // Go takes more than one colon in a host up to 1.25, and by the age of the module that it builds.
        fc.pre(!/^https?:\/\/([^/?#]*@)?[^/?#[]*:[^/?#]*:/i.test(url));
        const go = await judge.ask({ op: 'url', url });
        const ours = parseGoUrl(url);
        expect([url, ours?.scheme]).toEqual([url, go.ok ? go.scheme : undefined]);
        expect([url, ours !== undefined && ours.host !== '']).toEqual([url, go.ok && go.host !== '']);
        seen[go.ok ? 'read' : 'refused'] += 1;
      }),
      { numRuns: 4000 },
    );
    expect(seen.read).toBeGreaterThan(200);
    expect(seen.refused).toBeGreaterThan(200);
  });
});
