/** Run in a process of its own: one transaction as its first argument, JSON, says; the outcome goes to standard output as JSON. */
import { readFileSync } from 'node:fs';
import { isPkiError } from '../../../../../src/errors/pki-error.ts';
import { withTransaction } from '../../../../../src/pki/disk/transaction.ts';
import type { DriverJob, DriverOutcome } from './run-driver.ts';
import { faultyFileSystem } from './faulty-fs.ts';

const job = JSON.parse(process.argv[2] ?? '') as DriverJob;
if (job.umask !== undefined) process.umask(job.umask);
const encoder = new TextEncoder();

async function main(): Promise<DriverOutcome> {
  const fault = job.killAt === undefined ? {} : { fs: faultyFileSystem({ kind: 'kill', at: job.killAt }) };
  const { owner, group } = job;
  const ownership = { ...(owner === undefined ? {} : { owner }), ...(group === undefined ? {} : { group }) };
  return withTransaction(
    job.roots,
    { lockTimeout: job.lockTimeout ?? 60_000, ...fault, ...ownership },
    async (transaction) => {
      const counted = job.count === undefined ? '' : String(Number(readFileSync(job.count, 'utf8')) + 1);
      for (const file of job.files) {
        const data = encoder.encode(job.count === undefined ? file.text : counted);
        await transaction.stage({ path: file.path, data, mode: file.mode });
      }
      const { written } = job.files.length > 0 ? await transaction.commit() : { written: [] };
      return { written, recovered: transaction.recovered.map(({ outcome }) => outcome) };
    },
  );
}

main().then(
  (outcome) => process.stdout.write(JSON.stringify(outcome)),
  (error: unknown) => {
    const outcome: DriverOutcome = isPkiError(error)
      ? {
          error: { code: error.code, message: error.message, hint: error.hint ?? '', details: error.details },
        }
      : { error: { code: 'unknown', message: String(error), hint: '', details: {} } };
    process.stdout.write(JSON.stringify(outcome));
  },
);
