import { lenientBlocks } from '../../../../src/inspect/text/pem.ts';

const blocks = (text: string): object[] => {
  const found = [...lenientBlocks(Buffer.from(text, 'latin1'))];
  return found.map((block) =>
    block === undefined ? {} : { ...block, der: Buffer.from(block.der).toString() },
  );
};

const BODY = Buffer.from('abc').toString('base64');
const block = (label: string, body = BODY): string =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const READ = { label: 'A', header: '', der: 'abc' };

describe('PEM blocks as OpenSSL reads them', () => {
  test.each([
    ['text around blocks', `x\n${block('A')}y\n${block('B')}`, [READ, { ...READ, label: 'B' }]],
    ['CRLF', block('A').replaceAll('\n', '\r\n'), [READ]],
    ['a mark of byte order', `\xef\xbb\xbf${block('A')}`, [READ]],
    ['no last line end', block('A').trimEnd(), [READ]],
    ['an empty line first', block('A', `\n${BODY}`), [READ]],
    ['a header', block('A', `x: y\n\n${BODY}`), [{ ...READ, header: 'x: y\n' }]],
    ['a dash in the body', block('A', `${BODY}\n -----END A-----\nx`), [READ]],
    ['nothing', '', []],
    ['a begin within a line', `x${block('A')}`, []],
    ['no end', `-----BEGIN A-----\n${BODY}\n`, [{}]],
    [
      'another end, and a block behind it',
      `${block('A').replace('END A', 'END B')}${block('A')}`,
      [{}, READ],
    ],
    ['no base64', block('A', '!!!!'), [{}]],
    ['no body', block('A', ''), [{}]],
    ['two empty lines', block('A', `\n\n${BODY}`), [{}]],
    ['a short line behind a header that is not the last', block('A', `x: y\n\n${BODY}\n${BODY}`), [{}]],
    ['a long line behind a header', block('A', `x: y\n\n${BODY.repeat(17)}`), [{}]],
  ])('%s', (_name, text, expected) => {
    expect(blocks(text)).toEqual(expected);
  });

  test('reads a line of any length in pieces', () => {
    expect(blocks(`${'x'.repeat(254)}${block('A', BODY.repeat(1000))}`)).toEqual([
      { label: 'A', header: '', der: 'abc'.repeat(1000) },
    ]);
  });
});
