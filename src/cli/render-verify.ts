import { toHex } from '../asn1/bytes.ts';
import { subjectText } from '../inspect/path/check-path.ts';
import type { Predictions } from '../inspect/path/predict/predictions.ts';
import type { CandidatePath, VerifyReason, VerifyResult } from '../inspect/path/result.ts';
import type { CertificateInfo } from '../inspect/read/certificate.ts';
import { renderName } from '../inspect/text/name.ts';
import { renderTime } from '../inspect/text/time.ts';
import { printable, type Paint } from './text.ts';

/** Candidates that are shown as text; `-o json` has all. */
const SHOWN = 3;

/** The answer about a certificate as text: the path, or each way that was tried with what is against it. */
export function renderVerifyResult(result: VerifyResult, paint: Paint): string {
  if (result.path !== undefined) return `${paint('accepted', 'green')}\n${pathLines(result.path, true)}`;
  const shown = result.candidates.filter(({ reasons }) => reasons.length > 0).slice(0, SHOWN);
  const more = result.candidates.length - shown.length;
  return [
    `${paint('not accepted', 'red')}\n`,
    ...result.reasons.map((one) => reasonLines(one, paint)),
    ...shown.map((candidate) => candidateLines(candidate, paint)),
    shown.length === SHOWN && more > 0 ? `${more} further ways are shown by -o json\n` : '',
  ].join('');
}

/** The certificates of a path, from the leaf up. */
function pathLines(path: readonly CertificateInfo[], isComplete: boolean): string {
  const lines = path.map((certificate, depth) => {
    const until = renderTime(certificate.notAfter);
    const isTrusted = isComplete && depth === path.length - 1;
    const role = isTrusted ? 'trusted' : depth === 0 ? 'certificate' : 'intermediate';
    return `${depth}  ${role.padEnd(12)}  ${printable(subjectText(certificate))}  (until ${printable(until)})\n`;
  });
  return lines.join('');
}

function candidateLines({ certificates, isComplete, reasons }: CandidatePath, paint: Paint): string {
  const end = isComplete ? '' : '   (ends here: no trusted certificate is reached)\n';
  const lines = pathLines(certificates, isComplete);
  return `${paint('tried:', 'bold')}\n${lines}${end}${reasons.map((one) => reasonLines(one, paint)).join('')}`;
}

function reasonLines({ code, depth, subject, message, fix }: VerifyReason, paint: Paint): string {
  const who = subject === '' ? '' : ` ${depth} ${printable(subject)}:`;
  const hint = fix === undefined ? '' : `   fix: ${printable(fix)}\n`;
  return ` ${paint(code, 'red')}${who} ${printable(message)}\n${hint}`;
}

/** Programs whose words are predicted, as people call them. */
const PROGRAMS = Object.freeze([
  ['go', 'Go'],
  ['openssl', 'OpenSSL'],
  ['node', 'Node'],
] as const satisfies readonly (readonly [keyof Predictions, string])[]);

/** What other programs will say, in their own words; nothing where all of them accept what is accepted. */
export function renderPredictions({ accepted }: VerifyResult, predictions: Predictions | undefined): string {
  if (predictions === undefined) return '';
  const said = PROGRAMS.map(([program, name]) => ({ name, error: predictions[program] }));
  if (accepted && said.every(({ error }) => error === undefined)) return '';
  return said
    .map(({ name, error }) =>
      error === undefined
        ? `${name} accepts it\n`
        : error
            .split('\n')
            .map((line) => `${name} says: ${printable(line)}\n`)
            .join(''),
    )
    .join('');
}

/** The answer as the fields of a document; of programs that accept the certificate, null stands for their words. */
export function verifyFields(
  { accepted, path, candidates, reasons }: VerifyResult,
  predictions?: Predictions,
): Record<string, unknown> {
  return {
    accepted,
    ...(path === undefined ? {} : { path: path.map(certificateFields) }),
    candidates: candidates.map((candidate) => ({
      complete: candidate.isComplete,
      certificates: candidate.certificates.map(certificateFields),
      reasons: candidate.reasons,
    })),
    reasons,
    ...(predictions === undefined
      ? {}
      : {
          predictions: Object.fromEntries(
            PROGRAMS.map(([program]) => [program, predictions[program] ?? null]),
          ),
        }),
  };
}

function certificateFields(certificate: CertificateInfo): Record<string, string> {
  const { notBefore, notAfter } = certificate;
  return {
    subject: renderName(certificate.subject),
    issuer: renderName(certificate.issuer),
    serialNumber: toHex(certificate.serialNumber),
    ...(notBefore.date === undefined ? {} : { notBefore: notBefore.date.toISOString() }),
    ...(notAfter.date === undefined ? {} : { notAfter: notAfter.date.toISOString() }),
  };
}
