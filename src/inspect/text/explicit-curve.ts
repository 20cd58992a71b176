import { TAG } from '../../asn1/der.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { BerReader, smallIntegerValue } from '../read/ber.ts';
import type { ExplicitCurve } from '../read/public-key.ts';
import { fromHex, lowerHex } from './bytes.ts';
import { builtInCurve, isOnCurve, uncompressed, type Curve } from './curves.ts';
import { keyLines, labeledNumber, magnitudeValue, positiveContent, signedNumber } from './number.ts';
import { objectNames } from './objects.ts';

/** The largest field that OpenSSL computes in (crypto/ec/ec_local.h, OPENSSL_ECC_MAX_FIELD_BITS). */
const MAX_FIELD_BITS = 661;

const POINT_FORMS = new Map([
  [2, 'compressed'],
  [4, 'uncompressed'],
  [6, 'hybrid'],
]);

/** A curve whose parameters are written out, as OpenSSL reads them (crypto/ec/ec_asn1.c). */
interface Group {
  readonly curve: Curve;
  /** The basis of a binary field by OpenSSL's name. */
  readonly basis: string | undefined;
}

/**
 * A key on a curve whose parameters are written out.
 *
 * @returns `undefined` where OpenSSL does not take the curve, or the point
 */
export function renderExplicitKey(explicit: ExplicitCurve, point: Uint8Array): string | undefined {
  const group = readIfSound(explicit);
  const [seed, given] = [explicit.seed?.bytes, explicit.cofactor && signed(explicit.cofactor)];
  if (group === undefined || seed?.length === 0 || (given ?? 0n) < 0n) return undefined;
  const { curve, basis } = group;
  const { order } = curve;
  if (!isOnCurve(curve, explicit.generator) || !isOnCurve(curve, point)) return undefined;
  // A curve that OpenSSL has itself takes the place of what is written.
  const whole = uncompressed(curve, explicit.generator);
  const builtIn = builtInCurve(curve, whole);
  const generator = builtIn === undefined ? explicit.generator : whole;
  const form = POINT_FORMS.get((generator[0] ?? 0) & ~1) ?? '';
  const cofactor =
    builtIn !== undefined || given === undefined || given === 0n ? guessedCofactor(group) : given;
  return [
    `Public-Key: (${bits(order)} bit)\npub:\n${keyLines(point)}`,
    `Field Type: ${curve.isPrime ? 'prime-field' : `characteristic-two-field\nBasis Type: ${basis ?? ''}`}\n`,
    labeledNumber(curve.isPrime ? 'Prime:' : 'Polynomial:', positiveContent(curve.field)),
    labeledNumber('A:   ', positiveContent(curve.a)),
    labeledNumber('B:   ', positiveContent(curve.b)),
    `Generator (${form}):\n${keyLines(generator)}`,
    labeledNumber('Order: ', positiveContent(order)),
    labeledNumber('Cofactor: ', positiveContent(cofactor)),
    seed === undefined ? '' : seedLines(builtIn === undefined ? seed : fromHex(builtIn.seed)),
  ].join('');
}

function seedLines(seed: Uint8Array): string {
  return seed.length === 0 ? '' : `Seed:\n${keyLines(seed)}`;
}

function readIfSound(explicit: ExplicitCurve): Group | undefined {
  try {
    return readGroup(explicit);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

function readGroup(explicit: ExplicitCurve): Group | undefined {
  const field = explicit.field === 'prime' ? primeField(explicit.prime) : binaryField(explicit);
  const order = signed(explicit.order);
  if (field === undefined || order < 1n) return undefined;
  const isPrime = field.basis === undefined;
  const fieldBits = bits(field.value) - (isPrime ? 0 : 1);
  if (fieldBits > MAX_FIELD_BITS || bits(order) > fieldBits + 1) return undefined;
  const [a, b] = [explicit.a, explicit.b].map((bytes) => {
    const value = bytes.length === 0 ? 0n : BigInt(`0x${lowerHex(bytes)}`);
    return isPrime ? value % field.value : value;
  });
  if (a === undefined || b === undefined) return undefined;
  return { curve: { isPrime, field: field.value, a, b, order }, basis: field.basis };
}

interface Field {
  readonly value: bigint;
  readonly basis: string | undefined;
}

function primeField(content: Uint8Array): Field | undefined {
  const value = signed(content);
  return value > 3n && (value & 1n) === 1n ? { value, basis: undefined } : undefined;
}

const TRINOMIAL = '1.2.840.10045.1.2.3.2';
const PENTANOMIAL = '1.2.840.10045.1.2.3.3';

function binaryField({ field, prime: parameters }: ExplicitCurve): Field | undefined {
  if (field !== 'binary') return undefined;
  const reader = new BerReader(parameters).enter(TAG.sequence, 'the field');
  const degree = smallIntegerValue(reader.integer('the degree')) ?? 0;
  const basis = reader.oid('the basis');
  if (degree > MAX_FIELD_BITS || (basis !== TRINOMIAL && basis !== PENTANOMIAL)) return undefined;
  const inner = basis === PENTANOMIAL ? reader.enter(TAG.sequence, 'the basis') : reader;
  const exponents: number[] = [];
  while (!inner.done) exponents.push(smallIntegerValue(inner.integer('an exponent')) ?? 0);
  reader.finish('the field');
  const ascending = [0, ...exponents, degree];
  const isOrdered = ascending.every((one, index) => index === 0 || one > (ascending[index - 1] ?? 0));
  if (exponents.length !== (basis === TRINOMIAL ? 1 : 3) || !isOrdered) return undefined;
  const value = ascending.reduce((sum, one) => sum | (1n << BigInt(one)), 0n);
  return { value, basis: objectNames(basis)?.short };
}

/** What OpenSSL takes for a cofactor that is left out (crypto/ec/ec_lib.c, ec_guess_cofactor). */
function guessedCofactor({ curve: { field, isPrime, order } }: Group): bigint {
  if (bits(order) <= Math.floor((bits(field) + 1) / 2) + 3) return 0n;
  const size = isPrime ? field : 1n << BigInt(bits(field) - 1);
  return ((order >> 1n) + size + 1n) / order;
}

function signed(content: Uint8Array): bigint {
  const { negative, magnitude } = signedNumber(content);
  return negative ? -magnitudeValue(magnitude) : magnitudeValue(magnitude);
}

function bits(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}
