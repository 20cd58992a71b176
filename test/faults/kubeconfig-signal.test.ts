/** SIGINT, SIGTERM and SIGHUP while a kubeconfig changes: it is wholly old or new, and no lock is left. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signalAt } from './support/moment.ts';
import { openDir } from './support/open-dir.ts';
import { start } from './support/program.ts';

jest.setTimeout(120_000);

const ROUNDS = 4;

/** Large enough that to read and write it takes as long as a signal needs. */
const LARGE = JSON.stringify({
  users: Array.from({ length: 4000 }, (_, at) => ({ name: `user-${at}`, user: { token: 't'.repeat(400) } })),
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', async (signal) => {
  const folder = openDir();
  const file = join(folder, 'config');
  const outcomes: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    writeFileSync(file, LARGE);
    const running = start([
      'kubeconfig',
      'set-cluster',
      'new',
      '--server',
      'https://a',
      '--kubeconfig',
      file,
    ]);
    const moment = { seen: /^config\.lock$/, in: folder, after: (round / ROUNDS) * 200 };
    const { code, signal: ended } = await signalAt(running, moment, signal);
    const text = readFileSync(file, 'utf8');
    const state =
      text === LARGE ? 'old' : text.endsWith('\n') && text.includes('server: https://a') ? 'new' : 'broken';
    outcomes.push(`${ended ?? code ?? ''} ${state}`);
    expect(readdirSync(folder)).toEqual(['config']);
  }
  expect(
    outcomes.filter((one) => one !== '0 new' && one !== `${signal} old` && one !== `${signal} new`),
  ).toEqual([]);
});
