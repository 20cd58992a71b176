import { fromHex, lowerHex } from './bytes.ts';
import { CURVE_TABLE } from './curve-table.ts';

/** An elliptic curve: y² = x³ + ax + b over a prime field, or y² + xy = x³ + ax² + b over a binary one. */
export interface Curve {
  readonly isPrime: boolean;
  /** The prime; of a binary field, its polynomial. */
  readonly field: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly order: bigint;
}

/** A curve that OpenSSL has itself. */
export interface BuiltInCurve extends Curve {
  /** Its name at NIST: `P-256`. */
  readonly nist: string | undefined;
  /** Both coordinates in hexadecimal. */
  readonly generator: string;
  /** In hexadecimal; empty where it has none. */
  readonly seed: string;
}

let curves: ReadonlyMap<string, BuiltInCurve> | undefined;

function table(): ReadonlyMap<string, BuiltInCurve> {
  curves ??= new Map(CURVE_TABLE.trim().split('\n').map(parseRow));
  return curves;
}

function parseRow(line: string): [oid: string, curve: BuiltInCurve] {
  const [oid = '', order, nist, kind, field, a, b, generator = '', seed = ''] = line.split('|');
  const number = (hex = '0'): bigint => BigInt(`0x${hex}`);
  const shape = { isPrime: kind === 'p', field: number(field), a: number(a), b: number(b) };
  return [oid, { ...shape, order: number(order), nist: nist === '' ? undefined : nist, generator, seed }];
}

/** A curve by its object identifier; `undefined` for those that OpenSSL does not have. */
export function curveByOid(oid: string): BuiltInCurve | undefined {
  return table().get(oid);
}

/** The curve that OpenSSL has with the same field, coefficients, generator (uncompressed) and order. */
export function builtInCurve({ field, a, b, order }: Curve, generator: Uint8Array): BuiltInCurve | undefined {
  const coordinates = lowerHex(generator.subarray(1));
  for (const curve of table().values()) {
    const isSame = curve.field === field && curve.a === a && curve.b === b && curve.order === order;
    if (isSame && curve.generator === coordinates) return curve;
  }
  return undefined;
}

/** Octets of a field element. */
export function fieldLength({ isPrime, field }: Curve): number {
  const bits = field.toString(2).length - (isPrime ? 0 : 1);
  return Math.ceil(bits / 8);
}

/** Whether octets are a point of the curve (SEC 1 2.3.4), not at infinity: what is none is no public key. */
export function isOnCurve(curve: Curve, point: Uint8Array): boolean {
  const length = fieldLength(curve);
  const form = point[0] ?? 0;
  const number = (start: number): bigint => BigInt(`0x${lowerHex(point.subarray(start, start + length))}`);
  if (form === 2 || form === 3) return point.length === 1 + length && hasPoint(curve, number(1));
  if (point.length !== 1 + 2 * length || ![4, 6, 7].includes(form)) return false;
  const [x, y] = [number(1), number(1 + length)];
  if (!inField(curve, x) || !inField(curve, y)) return false;
  if (form !== 4 && curve.isPrime && Number(y & 1n) !== (form & 1)) return false;
  return curve.isPrime ? onPrime(curve, x, y) : onBinary(curve, x, y);
}

function inField({ isPrime, field }: Curve, value: bigint): boolean {
  return isPrime ? value < field : value.toString(2).length < field.toString(2).length;
}

const cubic = ({ field, a, b }: Curve, x: bigint): bigint => (x * x * x + a * x + b) % field;

function onPrime(curve: Curve, x: bigint, y: bigint): boolean {
  return (y * y) % curve.field === cubic(curve, x);
}

/** Whether a compressed point exists. Of binary fields it is taken to: its half-trace is not worth the code. */
function hasPoint(curve: Curve, x: bigint): boolean {
  if (!inField(curve, x)) return false;
  if (!curve.isPrime) return true;
  const square = cubic(curve, x);
  return square === 0n || power(square, (curve.field - 1n) / 2n, curve.field) === 1n;
}

/** A point with both coordinates written out. Of binary fields it stays as it is. */
export function uncompressed(curve: Curve, point: Uint8Array): Uint8Array {
  const form = point[0] ?? 0;
  if (form === 6 || form === 7) return Uint8Array.of(4, ...point.subarray(1));
  if ((form !== 2 && form !== 3) || !curve.isPrime) return point;
  const root = squareRoot(cubic(curve, BigInt(`0x${lowerHex(point.subarray(1))}`)), curve.field);
  const y = Number(root & 1n) === (form & 1) ? root : curve.field - root;
  const hex = y.toString(16).padStart(2 * fieldLength(curve), '0');
  return Uint8Array.of(4, ...point.subarray(1), ...fromHex(hex));
}

/** A square root modulo a prime, of a number that has one (Tonelli and Shanks). */
function squareRoot(square: bigint, prime: bigint): bigint {
  let [odd, twos] = [prime - 1n, 0];
  for (; (odd & 1n) === 0n; odd >>= 1n) twos++;
  let nonResidue = 2n;
  while (power(nonResidue, (prime - 1n) / 2n, prime) === 1n && nonResidue < 1000n) nonResidue++;
  let [factor, rest, root] = [
    power(nonResidue, odd, prime),
    power(square, odd, prime),
    power(square, (odd + 1n) / 2n, prime),
  ];
  while (rest !== 1n && rest !== 0n) {
    let order = 0;
    for (let one = rest; one !== 1n && order < twos; one = (one * one) % prime) order++;
    // The modulus of a hostile curve may be no prime: then there is nothing to find.
    if (order >= twos) return root;
    const step = power(factor, 1n << BigInt(twos - order - 1), prime);
    [factor, twos] = [(step * step) % prime, order];
    [rest, root] = [(rest * factor) % prime, (root * step) % prime];
  }
  return root;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function onBinary({ field, a, b }: Curve, x: bigint, y: bigint): boolean {
  const multiply = (left: bigint, right: bigint): bigint => multiplyBinary(left, right, field);
  const square = multiply(x, x);
  const left = multiply(y, y) ^ multiply(x, y);
  return left === (multiply(square, x) ^ multiply(a, square) ^ b);
}

function multiplyBinary(left: bigint, right: bigint, polynomial: bigint): bigint {
  const top = 1n << BigInt(polynomial.toString(2).length - 1);
  let [result, shifted] = [0n, left];
  for (let rest = right; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result ^= shifted;
    shifted <<= 1n;
    if ((shifted & top) !== 0n) shifted ^= polynomial;
  }
  return result;
}
