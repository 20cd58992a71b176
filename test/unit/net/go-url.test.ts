import { parseGoUrl } from '../../../src/net/go-url.ts';

// Read off Go 1.26's net/url.Parse, whose like test/differential/go-url.test.ts asks itself.
describe('a URL', () => {
  it.each([
    ['https://10.0.0.1:6443', { scheme: 'https', host: '10.0.0.1:6443' }],
    ['HTTPS://Lb.1:', { scheme: 'https', host: 'Lb.1:' }],
    ['https://010.0.0.1:08443/x?y#z', { scheme: 'https', host: '010.0.0.1:08443' }],
    ['https://[fe80::1%25eth0]:1', { scheme: 'https', host: '[fe80::1%25eth0]:1' }],
    ['https://user:p@ss@lb', { scheme: 'https', host: 'lb' }],
    ['tcp://a:1,b:2', { scheme: 'tcp', host: 'a:1,b:2' }],
    ['mailto:a b', { scheme: 'mailto', host: '' }],
    ['https:///x', { scheme: 'https', host: '' }],
    ['/path', { scheme: '', host: '' }],
    ['lb', { scheme: '', host: '' }],
    ['', { scheme: '', host: '' }],
  ])('%j is read as Go reads it', (text, expected) => {
    expect(parseGoUrl(text)).toEqual(expected);
  });

  it.each([
    '://lb',
    '1:6443/x',
    'https://a b',
    'https://lb:port',
    'https://a:1:2',
    'https://[fd00::1',
    'https://[10.0.0.1]',
    'https://[lb]',
    'https://x[fd00::1]',
    'https://[fd00::1]x',
    'https://[fe80::1%25]',
    'https://[fe80::1%25%e4]',
    'https://lb%41',
    'https://lb/%zz',
    'https://lb#%1',
    'https://us er@lb',
    'https://lb/\u007f',
    'https://lb\n',
  ])('%j is refused as Go refuses it', (text) => {
    expect(parseGoUrl(text)).toBeUndefined();
  });
});
