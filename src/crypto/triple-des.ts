/**
 * DES in its triple form, for reading only: what PKCS#12 files of old programs are encrypted by. WebCrypto has none.
 */

/** The eight S-boxes (FIPS 46-3 appendix 1), a hexadecimal digit for each value, row after row. */
const S_BOXES: readonly string[] = Object.freeze([
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b',
]);

/** The tables of FIPS 46-3; bits count from 1, the most significant. */
const P = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22,
  11, 4, 25,
];
const PC1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
  63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];
const PC2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47,
  55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];
const IP = [58, 60, 62, 64, 57, 59, 61, 63].flatMap((first) =>
  [0, 8, 16, 24, 32, 40, 48, 56].map((by) => first - by),
);

/** S-box and P in one: what six bits of each of the eight groups add to the other half. */
const SP: readonly Uint32Array[] = S_BOXES.map((box, group) =>
  Uint32Array.from({ length: 64 }, (_, six) => {
    const row = ((six >> 4) & 2) | (six & 1);
    const value = Number.parseInt(box.charAt(row * 16 + ((six >> 1) & 15)), 16);
    return permute(value << (28 - 4 * group));
  }),
);

function permute(word: number): number {
  return P.reduce((out, from) => (out << 1) | ((word >>> (32 - from)) & 1), 0);
}

/** Six bits for each of eight groups for each of sixteen rounds, in the order of use. */
type Schedule = Uint8Array;

function schedule(key: Uint8Array, order: 'encrypt' | 'decrypt'): Schedule {
  const bits = PC1.map((from) => ((key[(from - 1) >> 3] ?? 0) >> (7 - ((from - 1) & 7))) & 1);
  const out = new Uint8Array(128);
  let turned = 0;
  for (const [index, shift] of SHIFTS.entries()) {
    turned += shift;
    const round = order === 'encrypt' ? index : 15 - index;
    for (const [at, from] of PC2.entries()) {
      const half = from > 28 ? 28 : 0;
      const bit = bits[half + ((from - 1 - half + turned) % 28)] ?? 0;
      const group = round * 8 + Math.floor(at / 6);
      out[group] = ((out[group] ?? 0) << 1) | bit;
    }
  }
  return out;
}

/** Both halves of a block. */
interface Halves {
  left: number;
  right: number;
}

/** The sixteen rounds, and the exchange of the halves behind them. */
function rounds(block: Halves, keys: Schedule): void {
  let { left, right } = block;
  for (let at = 0; at < 128; at += 8) {
    let mixed = left;
    for (let group = 0; group < 8; group++) {
      const turn = (4 * group + 5) & 31;
      const six = ((right << turn) | (right >>> (32 - turn))) & 63;
      mixed ^= SP[group]?.[six ^ (keys[at + group] ?? 0)] ?? 0;
    }
    left = right;
    right = mixed;
  }
  block.left = right;
  block.right = left;
}

const bitOf = ({ left, right }: Halves, from: number): number =>
  from > 32 ? (right >>> (64 - from)) & 1 : (left >>> (32 - from)) & 1;

function initial(block: Halves): Halves {
  const out = { left: 0, right: 0 };
  for (let at = 0; at < 32; at++) {
    out.left = (out.left << 1) | bitOf(block, IP[at] ?? 1);
    out.right = (out.right << 1) | bitOf(block, IP[at + 32] ?? 1);
  }
  return out;
}

function final(block: Halves): Halves {
  const out = { left: 0, right: 0 };
  for (let at = 0; at < 64; at++) {
    const to = IP[at] ?? 1;
    const bit = bitOf(block, at + 1);
    if (to > 32) out.right |= bit << (64 - to);
    else out.left |= bit << (32 - to);
  }
  return out;
}

/**
 * Decrypts one block of 8 octets after the other, without chaining: DES-EDE3 (SP 800-67).
 *
 * @param key 24 octets, or 16, of which the first 8 count for the last as well
 */
export function tripleDesDecryptor(key: Uint8Array): (block: Uint8Array) => Uint8Array {
  const part = (at: number): Uint8Array => key.subarray(at, at + 8);
  const steps = [
    schedule(part(key.length > 16 ? 16 : 0), 'decrypt'),
    schedule(part(8), 'encrypt'),
    schedule(part(0), 'decrypt'),
  ];
  return (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
    const block = initial({ left: view.getUint32(0), right: view.getUint32(4) });
    for (const keys of steps) rounds(block, keys);
    const { left, right } = final(block);
    const out = new Uint8Array(8);
    const target = new DataView(out.buffer);
    target.setUint32(0, left >>> 0);
    target.setUint32(4, right >>> 0);
    return out;
  };
}
