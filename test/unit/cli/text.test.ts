import { createProgress, renderBar, type Schedule } from '../../../src/cli/progress.ts';
import { reportRecovered } from '../../../src/cli/render-apply.ts';
import { renderPlan } from '../../../src/cli/render-plan.ts';
import { suggest } from '../../../src/errors/suggest.ts';
import { painter, reportFindings } from '../../../src/cli/text.ts';
import type { Io } from '../../../src/cli/io.ts';
import type { Action, PlanStep } from '../../../src/pki/plan/step.ts';

interface Fake {
  readonly io: Io;
  readonly errors: string[];
}

function fake({
  env = {},
  isTerminal = true,
}: { readonly env?: Record<string, string>; readonly isTerminal?: boolean } = {}): Fake {
  const errors: string[] = [];
  const io: Io = {
    stdout: () => undefined,
    stderr: (text) => void errors.push(text),
    stdin: () => Promise.resolve(new Uint8Array()),
    env,
    cwd: '/',
    isTerminal: { stdout: isTerminal, stderr: isTerminal },
    columns: 80,
    now: () => new Date(0),
    stoppable: (run) => run({ aborted: false }),
    version: '1.2.3',
  };
  return { io, errors };
}

const step = (action: Action, target: string, more: Partial<PlanStep> = {}): PlanStep => ({
  action,
  target,
  owner: 'cp-1',
  files: [`/${target}`],
  reasons: [],
  ...more,
});

describe('a plan as text', () => {
  const plain = painter(fake({ isTerminal: false }).io);

  test('goes by owner, with the reasons beneath and a summary', () => {
    const drift = {
      code: 'missing-san',
      message: 'it lacks IP:10.0.0.2',
      expected: 'IP:10.0.0.1, IP:10.0.0.2',
      actual: 'IP:10.0.0.1',
    };
    const blocked = { code: 'no-ca-key', message: 'the key of its CA ca is not here', fix: 'put it back' };
    const note = {
      code: 'expires-soon',
      message: 'it expires in 3 days',
      expected: '30 days',
      actual: '3 days',
    };
    const steps = [
      step('reuse', 'ca'),
      step('reissue', 'apiserver', { reasons: [drift] }),
      step('blocked', 'etcd-server', { reasons: [drift, blocked] }),
      step('reuse', 'admin.conf', { reasons: [note] }),
      step('reuse', 'kubelet.conf', { owner: 'node01' }),
      step('create', 'jane.conf', { owner: 'jane' }),
    ];
    expect(renderPlan({ steps }, plain)).toBe(`cp-1
  reuse    ca
  reissue  apiserver    it lacks IP:10.0.0.2
                          expected  IP:10.0.0.1, IP:10.0.0.2
                          actual    IP:10.0.0.1
  blocked  etcd-server  it lacks IP:10.0.0.2
                          expected  IP:10.0.0.1, IP:10.0.0.2
                          actual    IP:10.0.0.1
                        the key of its CA ca is not here
                          fix       put it back
  reuse    admin.conf   it expires in 3 days

node01
  1 unchanged

jane
  create   jane.conf

1 to create, 1 to reissue, 1 blocked, 3 unchanged
`);
  });

  test('is painted on a terminal alone, and not where NO_COLOR or a dumb terminal says so', () => {
    const plan = { steps: [step('create', 'ca')] };
    const isPainted = (options: Parameters<typeof fake>[0]): boolean =>
      renderPlan(plan, painter(fake(options).io)).includes('\u001b[32mcreate');
    expect(isPainted({})).toBe(true);
    expect(isPainted({ isTerminal: false })).toBe(false);
    expect(isPainted({ env: { NO_COLOR: '1' } })).toBe(false);
    expect(isPainted({ env: { NO_COLOR: '' } })).toBe(true);
    expect(isPainted({ env: { TERM: 'dumb' } })).toBe(false);
  });
});

describe('the progress bar', () => {
  /** A clock that runs when it is told to. */
  function clock(): { readonly schedule: Schedule; readonly tick: () => void; readonly waits: number[] } {
    let next: (() => void) | undefined;
    const waits: number[] = [];
    return {
      waits,
      schedule: (callback, milliseconds) => {
        waits.push(milliseconds);
        next = callback;
        return () => {
          next = undefined;
        };
      },
      tick: () => next?.(),
    };
  }

  test('shows nothing for work that is soon done', () => {
    const { io, errors } = fake();
    const bar = createProgress(io, { quiet: false, schedule: clock().schedule });
    bar.update?.({ done: 1, total: 2 });
    bar.end();
    expect(errors).toEqual([]);
  });

  test('is drawn after a while, again when there is progress, and is gone in the end', () => {
    const { io, errors } = fake();
    const { schedule, tick, waits } = clock();
    const bar = createProgress(io, { quiet: false, schedule });
    tick();
    bar.update?.({ done: 1, total: 2 });
    tick();
    tick();
    bar.end();
    tick();
    expect(waits[0]).toBe(300);
    expect(errors).toEqual([
      `\r\u001b[K[${'-'.repeat(30)}] working`,
      `\r\u001b[K[${'#'.repeat(15)}${'-'.repeat(15)}] 1/2`,
      '\r\u001b[K',
    ]);
  });

  test.each([
    ['where standard error is no terminal', { isTerminal: false }, false],
    ['on a dumb terminal', { env: { TERM: 'dumb' } }, false],
    ['with --quiet', {}, true],
  ])('is not there %s', (_title, options, quiet) => {
    const { io, errors } = fake(options);
    const { schedule, tick } = clock();
    createProgress(io, { quiet, schedule });
    tick();
    expect(errors).toEqual([]);
  });

  test.each([1, 5, 10, 20, 40, 200])('fits into %i columns', (columns) => {
    expect(renderBar({ done: 123, total: 1000 }, columns).length).toBeLessThanOrEqual(Math.max(0, columns));
  });
});

test('runs that were cut short are told, and what someone else changed since', () => {
  const { io, errors } = fake();
  const conflicts = [{ path: '/pki/ca.crt', keptAs: '/pki/ca.crt.kept' }, { path: '/pki/sa.pub' }];
  const run = {
    id: 'x',
    since: '2027-01-31T12:00:00Z',
    roots: [],
    outcome: 'undone',
    files: [],
    conflicts,
  } as const;
  const result = { steps: [], written: [], backups: [], notices: [], recovered: [run] };
  reportRecovered(result, io, { quiet: false });
  expect(errors).toEqual([
    'note: a run of 2027-01-31T12:00:00Z was cut short; it is now undone\n',
    'warning: /pki/ca.crt: someone else changed it since; what was found is kept as /pki/ca.crt.kept\n',
    'warning: /pki/sa.pub: someone else changed it since; it is left as it was found\n',
  ]);
});

test('findings go to standard error, notes not with --quiet', () => {
  const { io, errors } = fake();
  const findings = [
    { code: 'a', severity: 'warning', path: 'validity', message: 'is cut', fix: 'renew' },
    { code: 'b', severity: 'info', path: '', message: 'good to know' },
  ] as const;
  reportFindings(findings, io, { quiet: true });
  reportFindings(findings.slice(1), io, { quiet: false });
  expect(errors.join('')).toBe('warning: validity: is cut\nhint: renew\nnote: good to know\n');
});

describe('a suggestion', () => {
  test.each([
    ['aply', 'apply'],
    ['palpy', undefined],
    ['paln', 'plan'],
    ['comp', 'completion'],
    ['PLAN', 'plan'],
    ['p', undefined],
    ['xyz', undefined],
  ])('for %s is %s', (word, expected) => {
    expect(suggest(word, ['apply', 'plan', 'completion'])).toBe(expected);
  });
});
