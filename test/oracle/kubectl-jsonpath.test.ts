/** JSONPath as `kubectl config view -o jsonpath` has it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, run } from '../support/foreign.ts';
import { openConsole, type Console } from '../unit/cli/support/console.ts';

/** A document in which every step of a path finds something. */
const DOCUMENT = `apiVersion: v1
kind: Config
current-context: b
clusters:
- name: a
  cluster: { server: 'https://a', insecure-skip-tls-verify: true }
- name: b
  cluster: { server: 'https://b?x=1&y=<2>', extensions: [{ name: e, extension: { num: 1000000, int: { int: 7 }, f: 1.5, s: "", z: null, l: [3, [4], { m: 5 }] } }] }
contexts:
- name: a
  context: { cluster: a, user: u, namespace: team }
- name: b
  context: { cluster: b, user: u }
- name: it's
  context: { cluster: b, user: none }
users:
- name: u
  user: { exec: { command: c, args: [one, "two words", "3"], env: [{ name: K, value: V }] } }
`;
const E = '.clusters[1].cluster.extensions[0].extension';

/** Templates: right ones, odd ones, and ones that kubectl refuses. */
const TEMPLATES = [
  '{.contexts[*].name}',
  '{.contexts[0,2].name}',
  '{.contexts[1:].name}',
  '{.contexts[:2].name}',
  '{.contexts[-1].name}',
  '{.contexts[-2:].name}',
  '{.contexts[::2].name}',
  '{.contexts[0:3:2].name}',
  '{.contexts[0:0].name}',
  '{.contexts[2:1].name}',
  '{.contexts[3].name}',
  '{.contexts[0:9].name}',
  '{.contexts[::0].name}',
  "{['kind']}",
  "{.contexts[0]['name']}",
  "{.contexts[0]['name','context']}",
  "{.contexts[?(@.name=='a')].context.namespace}",
  '{.contexts[?(@.name=="it\'s")].context.user}',
  '{.contexts[?(@.name == "a")].name}',
  '{.contexts[?(@.context.namespace)].name}',
  '{.contexts[?(@.name>="b")].name}',
  '{.contexts[?(@.name<"b")].name}',
  '{.contexts[?(@.name=~"b")].name}',
  '{.contexts[?(@.name==1)].name}',
  '{.contexts[?(@.context=="x")].name}',
  '{.kind[?(@.name)]}',
  '{.clusters[?(@.cluster.insecure-skip-tls-verify==true)].name}',
  '{.clusters[?(@.cluster.insecure-skip-tls-verify>true)].name}',
  `{${E}.num}`,
  `{${E}.int}`,
  `{${E}.f} {${E}.s}|{${E}.z}`,
  `{${E}.l}`,
  `{${E}.l[1][0]}`,
  `{${E}.l[*].m}`,
  `{${E}.l[?(@==3)]}`,
  `{${E}}`,
  '{range .contexts[*]}{.name}={.context.cluster}{"\\n"}{end}',
  '{range .contexts[*]}{@.name}{","}{end}done',
  '{range .users[*].user.exec.args[*]}[{@}]{end}',
  '{range .clusters[*]}{.name}{range .cluster.extensions[*]}({.name}){end};{end}',
  '{range .nothing[*]}{.x}{end}after',
  '{range .nothing}{.x}{end}after',
  '{range .contexts[*]}{.name}',
  '{end}',
  '{..extensions}',
  '{.users..name}',
  '{.kind.*}',
  '{$.kind}{@.kind}{ .kind }',
  '{.current\\-context}',
  '{.kind .apiVersion}',
  '{"quoted \\t \\x41 \\u00e9 \\101 }"}',
  "{'single \\' \"'}",
  '{"bad \\q"}',
  '{"open}',
  '{.kind',
  '{}',
  'text',
  'a}b',
  '{1}{-2}{+3}{1.5}{1e3}{true}{false}',
  '{1.2.3}',
  '{word}',
  '{#}',
  '{.contexts[a]}',
  '{.contexts[1}',
  '{.contexts[?(@.name]}',
  '{.contexts[?(@.name)}',
  '{.kind}{.nothing}{.kind}',
  '{.clusters[*].cluster.server}',
];

/** Templates that ask for what is not there, with --allow-missing-template-keys=false. */
const STRICT = [
  '{.kind}',
  '{.nothing}',
  '{.nothing.more}',
  '{.contexts[-9:].name}',
  '{.contexts[0:0].name}',
  '{.contexts[*].context.namespace}',
  '{.contexts[1].context.namespace}',
  '{.contexts[?(@.context.namespace)].name}',
  '{.contexts[?(@.nothing=="x")].name}',
  '{range .contexts[*]}{.name}{.context.namespace}{end}',
  '{range .contexts[*]}{.name}{end}',
  '{..nothing}',
  "{.contexts[0]['name','nothing']}",
];

/** Templates of which kubectl prints the parts in no fixed order: that of Go's maps. */
const UNORDERED = ['{..name}', '{...name}', '{.users[0].*}', '{.contexts[0].context.*}'];

describeWith(['kubectl'], 'JSONPath beside kubectl', () => {
  let place: Console;
  beforeAll(() => {
    place = openConsole();
    writeFileSync(join(place.cwd, 'config'), DOCUMENT);
  });
  afterAll(() => {
    place.remove();
  });

  const expectSame = async (template: string, more: readonly string[] = []): Promise<void> => {
    for (const form of template.includes('[') ? ['jsonpath'] : ['jsonpath', 'jsonpath-as-json']) {
      const argv = ['view', '--kubeconfig=config', `--output=${form}=${template}`, ...more];
      const env = { PATH: process.env['PATH'] ?? '', HOME: place.cwd };
      const theirs = await run('kubectl', ['config', ...argv], { cwd: place.cwd, env });
      const ours = await place.kubepki(['kubeconfig', ...argv], { env });
      const answer = ({ code, stdout }: { readonly code: number; readonly stdout: string }): object => ({
        form,
        code,
        stdout: code !== 0 ? '' : UNORDERED.includes(template) ? stdout.split(/[ ,\n]+/).sort() : stdout,
      });
      expect(answer(ours)).toEqual(answer(theirs));
    }
  };

  test.each([...TEMPLATES, ...UNORDERED])('%s', async (template) => {
    await expectSame(template);
  });

  test.each(STRICT)('%s, where keys must not be missing', async (template) => {
    await expectSame(template, ['--allow-missing-template-keys=false']);
  });
});
