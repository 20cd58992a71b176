import { lowerHex } from './bytes.ts';
import { CURVE_TABLE } from './curve-table.ts';

/** A named elliptic curve: y² = x³ + ax + b over a prime field, or y² + xy = x³ + ax² + b over a binary one. */
export interface Curve {
  readonly orderBits: number;
  /** Its name at NIST: `P-256`. */
  readonly nist: string | undefined;
  readonly isPrime: boolean;
  /** The prime; of a binary field, its polynomial. */
  readonly field: bigint;
  readonly a: bigint;
  readonly b: bigint;
}

let curves: ReadonlyMap<string, Curve> | undefined;

function table(): ReadonlyMap<string, Curve> {
  curves ??= new Map(
    CURVE_TABLE.trim()
      .split('\n')
      .map((line) => {
        const [oid = '', bits, nist = '', kind, field = '', a = '', b = ''] = line.split('|');
        const [f, aa, bb] = [field, a, b].map((hex) => BigInt(`0x${hex}`));
        return [
          oid,
          {
            orderBits: Number(bits),
            nist: nist === '' ? undefined : nist,
            isPrime: kind === 'p',
            field: f ?? 0n,
            a: aa ?? 0n,
            b: bb ?? 0n,
          },
        ];
      }),
  );
  return curves;
}

/** A curve by its object identifier; `undefined` for those that OpenSSL does not have. */
export function curveByOid(oid: string): Curve | undefined {
  return table().get(oid);
}

/** The curve that OpenSSL has with the same field and coefficients, and as large an order. */
export function builtInCurve({ field, a, b, orderBits }: Curve): Curve | undefined {
  for (const curve of table().values()) {
    if (curve.field === field && curve.a === a && curve.b === b && curve.orderBits === orderBits)
      return curve;
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
  const octets = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return Uint8Array.of(4, ...point.subarray(1), ...octets);
}

/** A square root modulo a prime, of a number that has one (Tonelli and Shanks). */
function squareRoot(square: bigint, prime: bigint): bigint {
  let [odd, twos] = [prime - 1n, 0];
  for (; (odd & 1n) === 0n; odd >>= 1n) twos++;
  let nonResidue = 2n;
  while (power(nonResidue, (prime - 1n) / 2n, prime) === 1n) nonResidue++;
  let [factor, rest, root] = [
    power(nonResidue, odd, prime),
    power(square, odd, prime),
    power(square, (odd + 1n) / 2n, prime),
  ];
  while (rest !== 1n && rest !== 0n) {
    let order = 0;
    for (let one = rest; one !== 1n; one = (one * one) % prime) order++;
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
