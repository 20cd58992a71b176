import { apply as applyTree, type ApplyOptions, type ApplyResult } from '../../pki/apply.ts';
import { filesOfTree } from '../../pki/layout/layout.ts';
import { renderRbacManifest } from '../../pki/rbac-manifest.ts';
import type { CommandInput } from '../command.ts';
import { durationOption, wholeNumber } from '../environment.ts';
import { STANDARD } from '../input.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { createProgress } from '../progress.ts';
import { rbacFile, refuseFileOfTree, writeRbacFile } from '../rbac-file.ts';
import { renderApplied, reportNotYetValid, reportRecovered } from '../render-apply.ts';
import { painter, reportFindings } from '../text.ts';
import { readTree } from '../tree-input.ts';
import type { Values } from '../values.ts';
import { plan } from './plan.ts';

/** The largest user and group id; the one above means "leave it" (chown(2)). */
const MAX_ID = 2 ** 32 - 2;

/**
 * `kubepki apply`: makes the directories what the configuration says.
 *
 * @returns 0, or 1 where something is blocked; with `--dry-run` what plan returns
 */
export async function apply(input: CommandInput, io: Io): Promise<number> {
  const { values } = input;
  const writing = writeOptions(values);
  if (values.flag('dry-run')) return plan(input, io);
  const manifest = await rbacFile(values, io);
  const { spec, options, environment } = await readTree(values, io);
  if (manifest !== undefined) refuseFileOfTree(manifest, () => filesOfTree(spec, options));
  const quiet = values.flag('quiet');
  const progress = createProgress(io, { quiet });
  const telling = {
    ...(progress.update && { onProgress: progress.update }),
    onWait: quiet ? () => undefined : sayWaiting(io),
  };
  const result = await io.stoppable((signal) =>
    applyTree(spec, { ...options, ...writing, ...telling, signal }, environment).finally(progress.end),
  );
  reportRecovered(result, io, { quiet });
  reportNotYetValid(result, io);
  reportFindings(result.notices, io, { quiet });
  const { steps } = result;
  if (manifest !== undefined && manifest !== STANDARD) {
    await writeRbacFile(manifest, spec, { io, now: environment.now });
  }
  io.stdout(manifest === STANDARD ? renderRbacManifest(spec) : rendered(result, values, io));
  return steps.some(({ action }) => action === 'blocked') ? 1 : 0;
}

function rendered(result: ApplyResult, values: Values, io: Io): string {
  const { steps, written, backups, notices, recovered } = result;
  return values.text('output') === 'json'
    ? renderDocument('ApplyResult', { steps, written, backups, notices, recovered })
    : renderApplied(result, painter(io));
}

function sayWaiting(io: Io): NonNullable<ApplyOptions['onWait']> {
  return (holder) => {
    const who =
      holder === undefined
        ? 'another run'
        : `process ${holder.pid} on ${holder.host}, which runs since ${holder.since}`;
    io.stderr(`note: waiting for ${who}\n`);
  };
}

function writeOptions(values: Values): Pick<ApplyOptions, 'lockTimeout' | 'owner' | 'group'> {
  const lockTimeout = durationOption(values, 'lock-timeout');
  const owner = wholeNumber(values, 'owner', MAX_ID);
  const group = wholeNumber(values, 'group', MAX_ID);
  return {
    ...(lockTimeout === undefined ? {} : { lockTimeout }),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  };
}
