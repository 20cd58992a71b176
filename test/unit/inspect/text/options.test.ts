import { NAME_STYLE, parseNameOptions } from '../../../../src/inspect/text/name-options.ts';
import { optionWords } from '../../../../src/inspect/text/option-list.ts';
import { parseCertificateOptions } from '../../../../src/inspect/text/text-options.ts';

test.each([
  ['a', ['a']],
  [' a , -b', ['a', '-b']],
  ['a:value,b', ['a', 'b']],
  ['a\nb', ['a']],
  ['', []],
  ['a,', []],
  ['a,,b', []],
  ['a:,b', []],
])('the list %j names %j', (text, expected) => {
  expect(optionWords(text)).toEqual(expected);
});

describe('-nameopt', () => {
  test.each([
    ['compat', NAME_STYLE.compat],
    ['rfc2253', NAME_STYLE.rfc2253],
    ['RFC2253', NAME_STYLE.rfc2253],
    ['multiline,oneline', NAME_STYLE.oneline],
    ['oneline,align,-align', NAME_STYLE.oneline],
    ['', NAME_STYLE.compat],
  ])('%j', (text, expected) => {
    expect(parseNameOptions(text)).toBe(expected);
  });

  test('separates with a comma and a blank where nothing is said of it', () => {
    expect(parseNameOptions('lname')).toBe(parseNameOptions('lname,sep_comma_plus_space'));
  });

  test('adds to what earlier options said', () => {
    expect(parseNameOptions('-utf8', NAME_STYLE.oneline)).toBe(parseNameOptions('oneline,-utf8'));
  });

  test('does not know other names', () => {
    expect(parseNameOptions('oneline,nonsense')).toBeUndefined();
  });
});

describe('-certopt', () => {
  test('leaves parts out, and takes them back', () => {
    const options = parseCertificateOptions('no_header,no_pubkey,-no_pubkey,ext_dump');
    expect(options).toEqual({ without: new Set(['header']), unknownExtensions: 'dump' });
  });

  test('does not know other names', () => {
    expect(parseCertificateOptions('no_nonsense')).toBeUndefined();
  });
});
