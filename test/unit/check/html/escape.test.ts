import { escapeHtml } from '../../../../src/check/html/escape.ts';

test('what means something in HTML is escaped, and what cannot be seen is shown', () => {
  expect(escapeHtml(`<a href="x" id='y'>&`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
  expect(escapeHtml('a\u202eb')).toBe('a\u27e8U+202E\u27e9b');
});
