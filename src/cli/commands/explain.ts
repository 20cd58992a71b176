import { explain as explainText, MAX_TEXT, type Explanation } from '../../check/explain/explain.ts';
import type { Culprit } from '../../check/explain/row.ts';
import { platformCrypto } from '../../crypto/environment.ts';
import type { CommandInput } from '../command.ts';
import { clockOf } from '../environment.ts';
import { readInput, STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { placesOf } from '../places.ts';
import { painter, printable, type Paint } from '../text.ts';

/**
 * `kubepki explain`: what an error means, and whose fault it is.
 *
 * @returns 0 where it is known, 1 where it is not
 */
export async function explain({ values }: CommandInput, io: Io): Promise<number> {
  const [given = '', ...paths] = values.operands;
  const text = given === STANDARD ? endOf(await readInput(STANDARD, io), io) : given;
  const environment = { now: clockOf(values, io), crypto: platformCrypto() };
  const explanations = await explainText(text, undefined, environment);
  const culprits = new Map<string, Culprit[]>();
  const unread = new Set<string>();
  for (const { root, files, paths: inside } of paths.length === 0 ? [] : await placesOf(paths, io)) {
    const looked = await explainText(text, { files, paths: inside }, environment);
    for (const path of looked[0]?.unread ?? []) unread.add(below(root, path));
    for (const one of looked)
      culprits.set(one.id, [
        ...(culprits.get(one.id) ?? []),
        ...one.culprits.map((culprit) => ({ ...culprit, path: below(root, culprit.path) })),
      ]);
  }
  const all = explanations.map((one) => ({
    ...one,
    culprits: culprits.get(one.id) ?? [],
    unread: [...unread],
  }));
  if (values.text('output') === 'json') io.stdout(renderDocument('Explanation', { explanations: all }));
  else if (all.length > 0)
    io.stdout(all.map((one) => render(one, { paint: painter(io), looked: paths.length > 0 })).join('\n'));
  reportUnread([...unread], io);
  if (all.length > 0) return 0;
  io.stderr(`kubepki: explain: none of the errors that are known is in this text\n`);
  io.stderr(
    `hint: paste the whole line, with what stands behind "x509:" or "tls:"; kubepki check looks at the files themselves\n`,
  );
  return 1;
}

/** The end of a log, where the errors are that count. */
function endOf(bytes: Uint8Array, io: Io): string {
  if (bytes.length > MAX_TEXT)
    io.stderr(`kubepki: explain: only the last ${MAX_TEXT} of ${bytes.length} bytes are searched\n`);
  return new TextDecoder().decode(bytes.subarray(-MAX_TEXT));
}

function below(root: string, path: string): string {
  return root === '/' || !path.startsWith('/') ? path : root + path;
}

/** Unread files that are named; there may be hundreds. */
const NAMED = 5;

/** Says what was not seen: the cause may lie there. */
function reportUnread(unread: readonly string[], io: Io): void {
  if (unread.length === 0) return;
  const rest = unread.length - NAMED;
  const names = `${unread.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  io.stderr(`warning: kept from this user, and not looked at: ${printable(names)}\n`);
  io.stderr('hint: run it as root: the cause may be in there\n');
}

function render(
  { matched, programs, meaning, causes, next, logs, culprits, unread }: Explanation,
  { paint, looked }: { readonly paint: Paint; readonly looked: boolean },
): string {
  const list = (title: string, lines: readonly string[]): string =>
    lines.length === 0
      ? ''
      : `${paint(title, 'bold')}\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`;
  const found = culprits.flatMap(({ path, message, fix }) => [
    `${path}: ${message}`,
    ...(fix === undefined ? [] : [`  fix: ${fix}`]),
  ]);
  return [
    `${paint(printable(matched), 'cyan')}\n`,
    `${paint('means', 'bold')} (${programs.join(', ')})\n  ${meaning}\n`,
    looked && found.length === 0
      ? `found there: nothing that explains it${unread.length === 0 ? '' : ' in what could be read'}\n`
      : list('found there', found),
    list('likely causes', causes),
    list('next', next),
    list('read', logs),
  ].join('');
}
