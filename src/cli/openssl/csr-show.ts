import { readRequest, EXTENSION_REQUEST, type RequestInfo } from '../../inspect/read/request.ts';
import { refusalOfName } from '../../inspect/text/accept.ts';
import { bareHex, signedNumber, unsigned } from '../../inspect/text/number.ts';
import { renderKey } from '../../inspect/text/public-key.ts';
import { reencoded, reencodedPublicKey } from '../../inspect/text/re-encode.ts';
import { renderRequestText } from '../../inspect/text/request.ts';
import { encodePem } from '../../x509/pem.ts';
import type { CommandInput } from '../command.ts';
import { readInput } from '../input.ts';
import type { Io } from '../io.ts';
import { printable } from '../text.ts';
import { CSR_OPTIONS } from './csr-options.ts';
import { digestByName } from './digest.ts';
import { loadFirst, type Wanted } from './load.ts';
import { readOptions, unknownOption } from './options.ts';
import { outputOf, writeOutput } from './output.ts';
import { isSignedBy } from './signed-by.ts';
import { checkPassword, formOf, inputOf, lastValue, printStyle, type PrintStyle } from './values.ts';
import { nameLine } from './x509-print.ts';

const REQUEST = Object.freeze<Wanted<RequestInfo>>({
  what: 'a certificate request',
  labels: ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'],
  read: (der) => {
    const request = readRequest(der);
    return refusalOfName(request.subject) ?? request;
  },
  firstBlockOnly: true,
});

/** A piece of output, and why OpenSSL ends there, if it does. */
interface Piece {
  readonly bytes: Uint8Array | string;
  readonly failure?: string;
  /** That exit code then is 0 all the same: OpenSSL takes the result of printing for it. */
  readonly isForgiven?: true;
}

/** What printing options write, in the order in which OpenSSL writes it, which is not that of the options (apps/req.c). */
const PRINTERS: ReadonlyMap<string, (request: RequestInfo, style: PrintStyle) => Piece> = new Map([
  ['pubkey', printPublicKey],
  ['text', printText],
  ['subject', printSubject],
  ['modulus', printModulus],
]);

/**
 * `kubepki csr show`: what `openssl req` prints of a request.
 *
 * @returns the exit code of openssl: 0, or 1 also for wrong usage and unreadable input
 */
export async function csrShow({ argv }: CommandInput, io: Io): Promise<number> {
  const given = readOptions(argv, CSR_OPTIONS, { takesOperands: true });
  const { options, digest } = given;
  if (digest !== undefined && digestByName(digest) === undefined) throw unknownOption(`-${digest}`);
  const has = (name: string): boolean => lastValue(options, name) !== undefined;
  const input = {
    path: inputOf(given, { mayBeOperand: true }),
    form: formOf(options, 'inform') ?? 'PEM',
  } as const;
  checkPassword(options);
  const outform = formOf(options, 'outform');
  const style = printStyle(options);
  const request = loadFirst(await readInput(input.path, io), input, REQUEST);
  const warn = (message: string): void => {
    io.stderr(`kubepki: csr show: ${printable(message)}\n`);
  };
  if (has('verify') && !(await reportSignature(request, warn))) return 1;
  const out: (Uint8Array | string)[] = [];
  const failure = print(request, { style, has, out });
  if (failure !== undefined) warn(failure.reason);
  else if (!has('noout')) {
    const { info: signed, signatureAlgorithm, signature } = request;
    const der = reencoded({ signed, signatureAlgorithm, signature });
    const label = has('newhdr') ? 'NEW CERTIFICATE REQUEST' : 'CERTIFICATE REQUEST';
    out.push(outform === 'DER' ? der : encodePem(label, der));
  }
  await writeOutput(Buffer.concat(out.map((piece) => Buffer.from(piece))), outputOf(options), io);
  return failure === undefined || failure.isForgiven === true ? 0 : 1;
}

/** Says whether a request is signed by its own key; `false` where that cannot be told. */
async function reportSignature(request: RequestInfo, warn: (message: string) => void): Promise<boolean> {
  const { info: data, signatureAlgorithm: algorithm, signature, publicKey } = request;
  const answer = await isSignedBy({ data, algorithm, signature }, publicKey);
  if (answer === undefined) warn('the signature cannot be checked: its algorithm or its key is not known');
  else warn(`the request is ${answer ? '' : 'NOT '}signed by its own key`);
  return answer !== undefined;
}

/** Prints what is asked for, up to what cannot be printed; answers why not. */
function print(
  request: RequestInfo,
  {
    style,
    has,
    out,
  }: {
    readonly style: PrintStyle;
    readonly has: (name: string) => boolean;
    readonly out: (Uint8Array | string)[];
  },
): { readonly reason: string; readonly isForgiven: true | undefined } | undefined {
  for (const [name, printer] of PRINTERS) {
    if (!has(name)) continue;
    const { bytes, failure: reason, isForgiven } = printer(request, style);
    out.push(bytes);
    if (reason !== undefined) return { reason, isForgiven };
  }
  return undefined;
}

function printPublicKey({ publicKey }: RequestInfo): Piece {
  if (renderKey(publicKey) === undefined) return { bytes: '', failure: 'the public key cannot be read' };
  const der = reencodedPublicKey(publicKey);
  return { bytes: der === undefined ? '' : encodePem('PUBLIC KEY', der) };
}

function printText(request: RequestInfo, { nameOptions, certificateOptions }: PrintStyle): Piece {
  const { without, unknownExtensions } = certificateOptions;
  const bytes = renderRequestText(request, { nameOptions, without, unknownExtensions });
  const isBroken =
    !without.has('attributes') &&
    request.attributes.some(({ oid, values }) => values.length === 0 && !EXTENSION_REQUEST.includes(oid));
  return isBroken ? { bytes, failure: 'an attribute has no value', isForgiven: true } : { bytes };
}

function printSubject({ subject }: RequestInfo, { nameOptions }: PrintStyle): Piece {
  return { bytes: nameLine('subject=', subject, nameOptions) };
}

function printModulus({ publicKey }: RequestInfo): Piece {
  if (renderKey(publicKey) === undefined)
    return { bytes: '', failure: 'the modulus is unavailable: the public key cannot be read' };
  const { material } = publicKey;
  if (material.kind !== 'rsa' && material.kind !== 'rsa-pss')
    return { bytes: 'Modulus=Wrong Algorithm type\n' };
  return { bytes: `Modulus=${bareHex(signedNumber(unsigned(material.modulus)))}\n` };
}
