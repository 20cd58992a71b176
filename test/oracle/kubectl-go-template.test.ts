/** Go's templates as `kubectl config view -o go-template` has them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run } from '../support/foreign.ts';
import { openConsole, type Console } from '../unit/cli/support/console.ts';

/** A document with every kind of value. */
const DOCUMENT = `apiVersion: v1
kind: Config
current-context: b
clusters:
- name: a
  cluster: { server: 'https://a', insecure-skip-tls-verify: true, certificate-authority-data: YWJj }
- name: b
  cluster: { server: 'https://b?x=1&y=<2>', extensions: [{ name: e, extension: { num: 1000000, i: 3, f: 1.5, h: 2.5, s: "", z: null, t: true, l: [3, [4], { m: 5 }, null, é], int: { int: 7 } } }] }
contexts:
- name: a
  context: { cluster: a, user: u, namespace: team }
- name: b
  context: { cluster: b, user: u }
- name: it's "é" <b>
  context: { cluster: b, user: none }
users:
- name: u
  user: { exec: { command: c, args: [one, "two words", "3"], env: [{ name: K, value: V }] } }
`;
/** What stands before a template that is about the values of an extension. */
const E = '{{$e := (index (index .clusters 1).cluster.extensions 0).extension}}';

/** Templates: right ones, odd ones, and ones that kubectl refuses. */
const TEMPLATES: readonly string[] = [
  'text',
  'a }} b',
  '{{.}}',
  '{{.kind}} {{ .kind }} {{.\tkind}}',
  '{{$}}',
  '{{$.kind}}{{with .clusters}}{{$.kind}}{{end}}',
  '{{.nothing}}',
  '{{.nothing.more}}',
  '{{.kind.more}}',
  '{{.clusters.more}}',
  '{{.current-context}}',
  '{{index . "current-context"}}',
  '{{index .clusters 1 "cluster" "server"}}',
  '{{(index .clusters 0).name}}',
  '{{(index .clusters 0).cluster.server}}',
  '{{index .clusters 2}}',
  '{{index .clusters -1}}',
  '{{index .clusters "x"}}',
  '{{index .clusters 1.0}}',
  '{{index .nothing 1}}',
  '{{index . "nothing"}}',
  '{{index . 1}}',
  '{{index .}}',
  '{{index}}',
  '{{index .kind 0}}',
  '{{print (index . "x")}}',
  '{{range .contexts}}{{.name}};{{end}}',
  '{{range $c := .contexts}}{{$c.name}};{{end}}',
  '{{range $i, $c := .contexts}}{{$i}}={{$c.name}};{{end}}',
  '{{range $k, $v := .}}{{$k}};{{end}}',
  '{{range .}}{{.}};{{end}}',
  '{{range .nothing}}x{{else}}none{{end}}',
  '{{range .kind}}x{{end}}',
  '{{range .contexts}}{{if eq .name "b"}}{{break}}{{end}}{{.name}}{{end}}',
  '{{range .contexts}}{{if eq .name "b"}}{{continue}}{{end}}{{.name}}{{end}}',
  '{{break}}',
  '{{range .contexts}}{{break 1}}{{end}}',
  '{{if .kind}}yes{{else}}no{{end}}',
  '{{if .nothing}}yes{{else if .kind}}other{{else}}no{{end}}',
  '{{if .nothing}}a{{else with .kind}}{{.}}{{end}}',
  '{{with .nothing}}a{{else with .kind}}{{.}}{{else}}b{{end}}',
  '{{with $x := .kind}}{{$x}}{{.}}{{end}}',
  '{{with .clusters}}{{len .}}{{end}}',
  '{{if}}x{{end}}',
  '{{if .kind}}x',
  '{{end}}',
  '{{else}}',
  '{{if .kind}}{{else}}{{else}}{{end}}',
  '{{if 0}}a{{else}}b{{end}}{{if ""}}a{{else}}b{{end}}{{if 0.0}}a{{else}}b{{end}}{{if false}}a{{else}}b{{end}}',
  '{{if not .nothing}}a{{end}}{{not 1}}',
  '{{$x := 1}}{{$x}}{{$x = 2}}{{$x}}',
  '{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}',
  '{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}',
  '{{range $x := .contexts}}{{end}}{{$x}}',
  '{{$x}}',
  '{{$x := $x}}',
  '{{$x := .kind | len}}{{$x}}',
  '{{$x, $y := .kind}}',
  '{{and 1 0 2}} {{and 1 2}} {{or 0 "" 3 4}} {{or 0 ""}} {{and}}',
  '{{and .nothing .kind.more}}{{or .kind .kind.more}}',
  '{{.kind | and 1}} {{0 | or 0}}',
  '{{eq 1 1}} {{eq 1 2}} {{eq "a" "a"}} {{eq "a" "b" "a"}} {{eq true true}} {{eq 1.5 1.5}}',
  '{{eq 1 1.0}}',
  '{{eq 1 "1"}}',
  '{{eq 1}}',
  '{{eq .nothing nil}} {{eq nil nil}}',
  '{{eq .nothing "x"}}',
  '{{eq .clusters .clusters}}',
  '{{eq . 1}}',
  '{{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt "b" "a"}} {{ge 1.5 2.5}}',
  '{{lt true false}}',
  '{{lt 1 "a"}}',
  '{{lt .nothing 1}}',
  '{{len .kind}} {{len .clusters}} {{len .}} {{len "é"}}',
  '{{len 1}}',
  '{{len .nothing}}',
  '{{slice .kind 1 3}} {{slice .kind 2}} {{slice .kind}} {{slice .contexts 0 1}}',
  '{{slice .kind 3 1}}',
  '{{slice .kind 0 99}}',
  '{{slice .kind 0 1 2}}',
  '{{slice 1}}',
  '{{print 1 2 "a" "b" 3 true .nothing}}',
  '{{println 1 "a"}}{{println}}',
  '{{print .clusters}}',
  '{{html "<a href=\\"x\\">\'&" 1 2}} {{html .nothing}} {{html 1.5}}',
  '{{js "it\'s \\"<>&=\\n\\t\\u00e9\\u200b\\\\"}} {{js 1 "a"}}',
  '{{urlquery "a b&c=é/~"}} {{urlquery 1 2}}',
  '{{range .contexts}}{{html .name}} {{js .name}} {{urlquery .name}} {{printf "%q" .name}}{{end}}',
  '{{base64decode "YWJj"}} {{"aMOp" | base64decode}}',
  '{{base64decode "no"}}',
  '{{base64decode 1}}',
  '{{base64decode .nothing}}',
  '{{exists . "kind"}} {{exists . "nothing"}} {{exists .clusters 0 "name"}} {{exists .clusters 5}} {{exists .clusters "x"}} {{exists .kind 0}} {{exists .nothing}}',
  '{{call .kind}}',
  '{{call nil}}',
  '{{nil}}',
  '{{nil.x}}',
  '{{1.x}}',
  '{{"a".x}}',
  '{{.kind 1}}',
  '{{1 | .kind}}',
  '{{.nothing 1}}',
  '{{.kind | 1}}',
  '{{.kind | "x"}}',
  '{{.kind | printf "%s %s" "a"}}',
  '{{.kind | .kind}}',
  '{{nonsense}}',
  '{{.kind | nonsense}}',
  '{{"a" "b"}}',
  "{{\"a\"  }}{{ `raw \\n \"x\"` }}{{'a'}} {{'\\n'}} {{'\\u00e9'}}",
  "{{'ab'}}",
  "{{'}}",
  '{{"open}}',
  '{{`open}}',
  '{{"bad \\q"}}',
  '{{"\\a\\x41\\101\\u00e9\\U0001F600\\t"}}',
  '{{1}} {{-1}} {{+1}} {{0x1F}} {{0b11}} {{0o17}} {{017}} {{1_000}} {{1.5}} {{1e3}} {{.5}} {{1e21}} {{1e-7}} {{123456789.0}}',
  '{{1a}}',
  '{{0xZ}}',
  '{{9999999999999999999999}}',
  '{{true}} {{false}}',
  '{{(1)}} {{((.kind))}} {{(.kind)}} {{(printf "%d" 1)}}',
  '{{(1}}',
  '{{1)}}',
  '{{()}}',
  '{{}}',
  '{{ }}',
  '{{',
  '{{.kind',
  '{{.kind}',
  '{{|}}',
  '{{.kind |}}',
  '{{,}}',
  '{{:=}}',
  '{{#}}',
  '{{.a#}}',
  '{{/* a comment */}}x{{- /* trimmed */ -}} y',
  '{{/* open}}',
  '{{/* a */ }}',
  'a {{- .kind -}} b {{.kind -}}  c  {{- .kind}}',
  'a{{-1}}b',
  '{{- .kind}}\n\n  {{- .kind -}}\n',
  '{{.kind\n}}',
  '{{define "x"}}[{{.}}]{{end}}{{template "x" .kind}}{{template "x"}}',
  '{{template "x" 1}}{{define "x"}}{{.}}{{end}}',
  '{{template "none"}}',
  '{{template .kind}}',
  '{{define "x"}}a{{end}}{{define "x"}}b{{end}}',
  '{{define "x"}} {{end}}{{define "x"}}b{{end}}{{template "x"}}',
  '{{if true}}{{define "x"}}{{end}}{{end}}',
  '{{define "x"}}{{$.name}}{{end}}{{range .clusters}}{{template "x" .}}{{end}}',
  '{{block "x" .kind}}<{{.}}>{{end}}{{template "x" 2}}',
  '{{define "x"}}{{else}}{{end}}',
  `${E}{{$e.num}} {{$e.i}} {{$e.f}} {{$e.s}}|{{$e.z}} {{$e.t}} {{$e.l}} {{$e.int}}`,
  `${E}{{$e}}`,
  `${E}{{print $e.z $e.num $e.l}}`,
  `${E}{{$e.z.x}}`,
  `${E}{{range $e.l}}{{.}};{{end}}`,
  `${E}{{range $k, $v := $e}}{{$k}}:{{printf "%v %T" $v $v}};{{end}}`,
  `${E}{{eq $e.i 3}}`,
  `${E}{{eq $e.i 3.0}} {{lt $e.f 2.0}} {{eq $e.z nil}} {{eq $e.s ""}}`,
  `${E}{{len $e.z}}`,
  `${E}{{if $e.z}}a{{else}}b{{end}}{{if $e.i}}a{{end}}{{if $e.int}}a{{end}}`,
  `${E}{{index $e.l 1 0}} {{index $e.l 2 "m"}}`,
  `${E}{{index $e "int" "int"}}`,
  `${E}{{printf "%v|%s|%d|%5v|%q" $e.l $e.l $e.l $e.l $e.l}}`,
  `${E}{{printf "%#v" $e}}`,
  `${E}{{printf "%v %d %s %t %q %x %f %.2f %e %g %6.1f|%-8v|%08.3f|%+v" $e.num $e.num $e.num $e.num $e.num $e.s $e.num $e.h $e.f $e.f $e.f $e.f $e.f $e.f}}`,
  `${E}{{printf "%.0f %.0f %.1f %.3g %.1e" $e.h $e.f $e.h $e.num $e.f}}`,
  '{{printf "%d %5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%b|%c|%U|%q" 1 2 3 4 5 6 255 255 255 8 5 65 233 65}}',
  '{{printf "%s|%10s|%-10s|%.2s|%q|%x|% x|%X|%#q|%v|%#v" "abc" "abc" "abc" "abc" "a\\"b" "abc" "abc" "abc" "abc" "abc" "abc"}}',
  '{{printf "%t %v %5t %d" true false true true}}',
  '{{printf "%d" "x"}} {{printf "%s" 1}} {{printf "%d" 1.5}} {{printf "%z" 1}} {{printf "%d"}} {{printf "x" 1 "a"}} {{printf "%"}} {{printf "%%"}} {{printf "%!"}}',
  '{{printf "%[2]d %[1]d" 1 2}} {{printf "%[3]d" 1}} {{printf "%*d|%-*d|%.*f" 5 1 5 1 1 2.25}} {{printf "%*d" "x" 1}}',
  '{{printf "%v %s %d %T" nil nil nil nil}}',
  '{{printf 1}}',
  '{{printf .nothing}}',
  '{{printf}}',
  '{{printf "%6.2f|%g|%g|%g" 3.14159 1e6 1e20 0.00001}}',
  '{{printf "%.3v|%10.3v|%5q" "abcdef" "abcdef" "a"}}',
  '{{printf "%é" 1}}',
];

describeWith(['kubectl'], "Go's templates beside kubectl", () => {
  let place: Console;
  beforeAll(() => {
    place = openConsole();
    writeFileSync(join(place.cwd, 'config'), DOCUMENT);
  });
  afterAll(() => {
    place.remove();
  });

  test.each(TEMPLATES)('%s', async (template) => {
    // Where nothing is missing, it makes no difference whether keys may be.
    for (const allowed of template.includes('nothing') || template.includes('$e.')
      ? ['true', 'false']
      : ['true']) {
      const argv = [
        'view',
        '--kubeconfig=config',
        '--raw',
        `--allow-missing-template-keys=${allowed}`,
        `--output=go-template=${template}`,
      ];
      const env = { PATH: process.env['PATH'] ?? '', HOME: place.cwd };
      const theirs = await run('kubectl', ['config', ...argv], { cwd: place.cwd, env });
      const ours = await place.kubepki(['kubeconfig', ...argv], { env });
      const answer = ({ code, stdout }: { readonly code: number; readonly stdout: string }): object => ({
        allowed,
        code,
        stdout: code === 0 ? stdout : '',
      });
      expect(answer(ours)).toEqual(answer(theirs));
    }
  });
});
