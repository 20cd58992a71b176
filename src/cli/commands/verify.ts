import { equalBytes } from '../../asn1/bytes.ts';
import { platformCrypto } from '../../crypto/environment.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { CertificateInfo } from '../../inspect/read/certificate.ts';
import type { CrlInfo } from '../../inspect/read/crl.ts';
import { predictErrors, type Predictions } from '../../inspect/path/predict/predictions.ts';
import { verifyCertificate } from '../../inspect/path/verify.ts';
import type { VerifyReason, VerifyRequest, VerifyResult, VerifyUsage } from '../../inspect/path/result.ts';
import { subjectText } from '../../inspect/path/check-path.ts';
import { parseInstant } from '../../x509/duration.ts';
import { readPrivateKey } from '../../x509/key-file.ts';
import { certificatesIn, crlsIn } from '../certificates-in.ts';
import type { CommandInput } from '../command.ts';
import { clockOf, wholeNumber } from '../environment.ts';
import { usageError } from '../usage-error.ts';
import { readInput } from '../input.ts';
import type { Io } from '../io.ts';
import { renderDocument } from '../json.ts';
import { renderPredictions, renderVerifyResult, verifyFields } from '../render-verify.ts';
import { painter, printable } from '../text.ts';
import type { Values } from '../values.ts';

const MAX_DEPTH = 1000;

/**
 * `kubepki verify`: whether a certificate is accepted.
 *
 * @returns 0 where it is, 1 where it is not
 */
export async function verify({ values }: CommandInput, io: Io): Promise<number> {
  const [path = ''] = values.operands;
  const at = values.text('at');
  const now = at === undefined ? clockOf(values, io) : parseInstant(at);
  const { certificates, problems } = certificatesIn(await readInput(path, io), path);
  const [certificate, ...further] = certificates;
  const answer: Answer =
    certificate === undefined || problems.has(0)
      ? { result: refused(problems.get(0) ?? 'it cannot be read'), predictions: undefined }
      : await judge(await requestOf(values, io, { certificate, further }), {
          values,
          io,
          now,
          crypto: platformCrypto(),
        });
  const { result, predictions } = answer;
  const isJson = values.text('output') === 'json';
  io.stdout(
    isJson
      ? renderDocument('VerifyResult', verifyFields(result, predictions))
      : renderVerifyResult(result, painter(io)) + renderPredictions(result, predictions),
  );
  return result.accepted ? 0 : 1;
}

/** The answer about a certificate that cannot be read. */
function refused(problem: string): VerifyResult {
  const reason: VerifyReason = {
    code: 'malformed',
    depth: 0,
    subject: '',
    message: `the certificate cannot be read: ${problem}`,
  };
  return { accepted: false, path: undefined, candidates: [], reasons: [reason] };
}

interface Surroundings {
  readonly values: Values;
  readonly io: Io;
  readonly now: Date;
  readonly crypto: CryptoProvider;
}

/** Our answer, and those of others; they have none where the certificate cannot be read. */
interface Answer {
  readonly result: VerifyResult;
  readonly predictions: Predictions | undefined;
}

async function judge(request: VerifyRequest, surroundings: Surroundings): Promise<Answer> {
  const { now, crypto } = surroundings;
  const result = await verifyCertificate(request, { now, crypto });
  const predictions = await predictErrors(request, { now, crypto });
  return { result: await withKey(result, request, surroundings), predictions };
}

/** The result, and what is against it where the private key that is given is another one's. */
async function withKey(
  result: VerifyResult,
  request: VerifyRequest,
  { values, io, crypto }: Surroundings,
): Promise<VerifyResult> {
  const keyFile = values.text('key');
  if (keyFile === undefined) return result;
  const key = await readPrivateKey(await readInput(keyFile, io), { source: keyFile }, crypto);
  if (equalBytes(key.publicKey.spki, request.certificate.publicKey.der)) return result;
  const reason: VerifyReason = {
    code: 'key-mismatch',
    depth: 0,
    subject: subjectText(request.certificate),
    message: `the private key in ${keyFile} is another certificate's`,
    fix: 'find the key that was made with this certificate, or issue it anew',
  };
  return { ...result, accepted: false, path: undefined, reasons: [...result.reasons, reason] };
}

async function requestOf(
  values: Values,
  io: Io,
  {
    certificate,
    further,
  }: { readonly certificate: CertificateInfo; readonly further: readonly CertificateInfo[] },
): Promise<VerifyRequest> {
  const [roots, between] = [await readAll('ca', values, io), await readAll('intermediates', values, io)];
  const crls: CrlInfo[] = [];
  for (const file of values.texts('crl')) crls.push(...crlsIn(await readInput(file, io), file));
  const [host, usage] = [values.text('host'), values.text('usage') as VerifyUsage | undefined];
  const maxDepth = wholeNumber(values, 'max-depth', MAX_DEPTH);
  return {
    certificate,
    roots,
    intermediates: [...between, ...further],
    crls,
    ...(host === undefined ? {} : { host }),
    ...(usage === undefined ? {} : { usage }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...policiesOf(values),
  };
}

/** The policies that are asked for: one of them must be valid then, whether a CA demands it or not. */
function policiesOf(values: Values): Pick<VerifyRequest, 'policies'> {
  const acceptable = values.texts('policy');
  const wrong = acceptable.find((text) => !/^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(text));
  if (wrong !== undefined)
    throw usageError(
      `--policy is an object identifier such as 1.3.6.1.4.1.99999.1, got ${JSON.stringify(wrong)}`,
      {
        option: '--policy',
      },
    );
  return acceptable.length === 0 ? {} : { policies: { acceptable, requireExplicit: true } };
}

/** Every certificate of some files; those that cannot be read are said, and trusted by nobody. */
async function readAll(option: string, values: Values, io: Io): Promise<CertificateInfo[]> {
  const all: CertificateInfo[] = [];
  for (const file of values.texts(option)) {
    const { certificates, problems } = certificatesIn(await readInput(file, io), file);
    for (const [index, problem] of problems)
      io.stderr(`warning: ${printable(file)}: certificate ${index + 1} is left out: ${printable(problem)}\n`);
    all.push(...certificates);
  }
  return all;
}
