/** Go's templates without kubectl, which test/oracle/kubectl-go-template.test.ts asks. */
import { renderGoTemplate } from '../../../src/cli/kubectl/go-template/evaluate.ts';
import { parseGoTemplate } from '../../../src/cli/kubectl/go-template/parse.ts';
import { failureOf } from '../../support/errors.ts';

const DOCUMENT = {
  kind: 'Config',
  'current-context': 'b',
  users: [{ name: 'a' }, { name: 'b', user: { token: 't' } }],
  more: {
    whole: 3,
    large: 9_007_199_254_740_993n,
    beyond: 2n ** 64n - 1n,
    half: 1.5,
    nothing: null,
    list: [1, [2]],
  },
};
const write = (template: string, isStrict = false): string =>
  renderGoTemplate(parseGoTemplate(template), DOCUMENT, { isStrict });

test.each([
  ['{{.kind}} {{index . "current-context"}} {{.none.more}}', 'Config b <no value>'],
  ['{{range $i, $u := .users}}{{$i}}{{$u.name}};{{else}}none{{end}}', '0a;1b;'],
  ['{{range .users}}{{if .user}}{{.user.token}}{{else}}-{{end}}{{end}}', '-t'],
  ['{{range .users}}{{if eq .name "b"}}{{continue}}{{end}}{{.name}}{{end}}', 'a'],
  [
    '{{with .more}}{{.whole}} {{.large}} {{.beyond}} {{.half}} {{.nothing}} {{.list}}{{end}}',
    '3 9007199254740993 1.8446744073709552e+19 1.5 <no value> [1 [2]]',
  ],
  [
    '{{printf "%d %05.1f %q %-3s|" .more.large .more.half .kind "x"}}',
    '9007199254740993 001.5 "Config" x  |',
  ],
  ['{{define "x"}}<{{.}}>{{end}}{{template "x" .kind}}', '<Config>'],
  [' a {{- /* c */ -}} b {{- "c" }} d', ' abc d'],
  ['{{$x := 1}}{{if and .kind (not .none)}}{{$x = 2}}{{end}}{{$x}}', '2'],
  ['{{"YWJj" | base64decode | html | urlquery}}', 'abc'],
])('%s', (template, text) => {
  expect(write(template)).toBe(text);
});

test.each([
  ['{{', 'is not closed'],
  ['{{if .kind}}', 'without its {{end}}'],
  ['{{.current-context}}', 'index . "KEY"'],
  ['{{nonsense}}', 'no function "nonsense"'],
  ['{{$x}}', 'no variable "$x"'],
  ['{{$x := $x}}', 'before it has a value'],
  ['{{.kind.more}}', 'of type string'],
  ['{{index .users 2}}', 'the index 2, and there are 2'],
  ['{{define "x"}}{{template "x"}}{{end}}{{template "x"}}', 'more than 500 deep'],
  ['{{if 1}}'.repeat(2000), 'deeper than 500 levels'],
  [`{{${'('.repeat(2000)}1${')'.repeat(2000)}}}`, 'deeper than 500 levels'],
])('what cannot be read or does not fit is refused, with the reason (%#)', async (template, problem) => {
  const { code, message } = await failureOf(() => write(template));
  expect({ code, message }).toEqual({ code: 'usage', message: expect.stringContaining(problem) as unknown });
});

test('what is not there is an error where it must be', async () => {
  expect(await failureOf(() => write('{{.none}}', true))).toMatchObject({ code: 'usage' });
  expect(write('{{.more.nothing}}', true)).toBe('<no value>');
});

test('a text of any size for a width is not made', () => {
  expect(write('{{printf "%2000000d" 1}}')).toBe('%!(BADWIDTH)1');
});
