// Nearly all keys are ASCII: to compile an expression with Unicode properties takes longer than to sort the keys of a file.
const isAscii = (rune: string): boolean => rune < '\u0080';

function isLetter(rune: string): boolean {
  return isAscii(rune) ? /^[A-Za-z]$/.test(rune) : /^\p{L}$/u.test(rune);
}

function isDigit(rune: string | undefined): rune is string {
  return rune !== undefined && (isAscii(rune) ? /^[0-9]$/.test(rune) : /^\p{Nd}$/u.test(rune));
}

/** A number read digit by digit as Go reads it, and where it ends. */
function readNumber(runes: readonly string[], from: number, start: bigint): readonly [bigint, number] {
  let value = start;
  let at = from;
  for (let rune = runes[at]; isDigit(rune); rune = runes[++at]) {
    value = value * 10n + BigInt((rune.codePointAt(0) ?? 0x30) - 0x30);
  }
  return [BigInt.asIntN(64, value), at];
}

function startValue(left: readonly string[], at: number): bigint {
  for (let j = at - 1; j >= 0 && isDigit(left[j]); j--) if (left[j] !== '0') return 1n;
  return 0n;
}

function compareAt(left: readonly string[], right: readonly string[], at: number): number {
  const [l = '', r = ''] = [left[at], right[at]];
  const byRune = (l.codePointAt(0) ?? 0) - (r.codePointAt(0) ?? 0);
  const [leftLetter, rightLetter] = [isLetter(l), isLetter(r)];
  if (leftLetter && rightLetter) return byRune;
  if (leftLetter || rightLetter) return rightLetter ? -1 : 1;
  const start = l === '0' || r === '0' ? startValue(left, at) : 0n;
  const [leftNumber, leftEnd] = readNumber(left, at, start);
  const [rightNumber, rightEnd] = readNumber(right, at, start);
  if (leftNumber !== rightNumber) return leftNumber < rightNumber ? -1 : 1;
  return leftEnd === rightEnd ? byRune : leftEnd - rightEnd;
}

/** Orders the keys of a mapping as go-yaml writes them: letters last, numbers inside of names by value (sorter.go). */
export function compareGoKeys(a: string, b: string): number {
  // Nearly always two letters tell them apart, and nothing has to be taken to pieces: files may have thousands of mappings.
  let same = 0;
  while (same < a.length && a.charCodeAt(same) === b.charCodeAt(same)) same++;
  const [l, r] = [a.charCodeAt(same), b.charCodeAt(same)];
  return isAsciiLetter(l) && isAsciiLetter(r) ? l - r : compareRunes(a, b);
}

function isAsciiLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function compareRunes(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) if (left[at] !== right[at]) return compareAt(left, right, at);
  return left.length - right.length;
}
