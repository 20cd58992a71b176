/**
 * The names in the value of `-nameopt` or `-certopt`, as OpenSSL splits it (crypto/x509/v3_utl.c, X509V3_parse_list): a
 * value behind a colon is passed over, and a list with an empty name or value says nothing at all.
 */
export function optionWords(text: string): string[] {
  const items = (/^[^\r\n]*/.exec(text)?.[0] ?? '').split(',');
  const pairs = items.map((item) => item.split(/:(.*)/s, 2).map((part) => part.trim()));
  return pairs.flat().includes('') ? [] : pairs.map(([name = '']) => name);
}
