/** Random sequences of `kubectl config`, run by kubectl and by kubepki: the same output, exit codes and files. */
import fc from 'fast-check';
import { describeWith } from '../support/foreign.ts';
import { COMMAND, PROPERTIES } from './support/kubectl-config/commands.ts';
import { Sides, type Answer } from './support/kubectl-config/sides.ts';
import { SITUATION } from './support/kubectl-config/situations.ts';
import type { Words } from './support/kubectl-config/words.ts';

const RUNS = Number(process.env['KUBEPKI_SEQUENCES'] ?? 40);

/** An entry of each kind, in which every field is there. */
const FULL = `current-context: a
preferences: { colors: true, extensions: [{ name: x, extension: 1 }] }
extensions: [{ name: x, extension: { a: b } }]
clusters:
- name: a
  cluster: { server: s, tls-server-name: t, certificate-authority: c, certificate-authority-data: YQ==, proxy-url: p, disable-compression: true, insecure-skip-tls-verify: true, extensions: [{ name: x, extension: 1 }] }
contexts:
- name: a
  context: { cluster: a, user: a, namespace: n, extensions: [{ name: x, extension: 1 }] }
users:
- name: a
  user:
    client-certificate: c
    client-certificate-data: YQ==
    client-key: k
    client-key-data: YQ==
    token: t
    tokenFile: f
    as: root
    as-uid: "1"
    as-groups: [g]
    as-user-extra: { x: [y] }
    username: u
    password: p
    auth-provider: { name: p, config: { x: y } }
    exec: { command: c, args: [x], env: [{ name: K, value: V }], apiVersion: v }
    extensions: [{ name: x, extension: 1 }]
`;

describeWith(['kubectl'], 'sequences of kubectl config', () => {
  let sides: Sides;
  beforeAll(async () => {
    sides = await Sides.open();
  });
  afterAll(() => {
    sides.remove();
  });

  /** What each says of what is wrong helps whoever looks for the reason, and is not compared. */
  function expectSame(words: Words, ours: Answer, theirs: Answer): void {
    const stderr = `${ours.stderr}${theirs.stderr}`;
    expect({ words, ...ours, stderr }).toEqual({ words, ...theirs, stderr });
  }

  test('leave the same files, and say the same', async () => {
    let steps = 0;
    let done = 0;
    const sequence = fc.array(COMMAND, { minLength: 4, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(SITUATION, sequence, (situation, commands) =>
        sides.run(situation, commands, (words, ours, theirs) => {
          steps++;
          if (theirs.code === 0) done++;
          expectSame(words, ours, theirs);
        }),
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    console.log(`${RUNS} sequences of ${steps} commands, of which ${done} did what they were asked`);
  }, 6_000_000);

  test('every property is set and unset alike', async () => {
    const file = { kind: 'file', path: 'one', text: FULL, mode: 0o600, isRoots: false } as const;
    const home = { kubeconfig: 'one', explicit: undefined, hasHome: true, things: [file] };
    const commands = PROPERTIES.flatMap((property) => [
      ['set', property, 'YWJj'],
      ['set', property, 'true', '--set-raw-bytes'],
      ['unset', property],
    ]);
    await sides.run(home, commands, expectSame);
  });
});
