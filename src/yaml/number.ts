interface Decimal {
  readonly negative: boolean;
  /** Significant digits, the point after the first. */
  readonly digits: string;
  readonly exponent: number;
}

function split(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.split('e');
  return {
    negative: mantissa.startsWith('-'),
    digits: mantissa.replace(/[-.]/g, '').replace(/0+$/, '') || '0',
    exponent: Number(exponent),
  };
}

// Shortest digits that read back as the same number of 32 bits; nine always do.
function shortest32(value: number): string {
  const single = Math.fround(value);
  for (let digits = 0; digits < 8; digits++) {
    const text = single.toExponential(digits);
    if (Math.fround(Number(text)) === single) return text;
  }
  return single.toExponential(8);
}

/**
 * A floating point number as go-yaml writes it: `strconv.FormatFloat(value, 'g', -1, bits)`, so with an exponent of
 * at least two digits below 1e-4 and from 1e6 on (`bits` is 32 for map keys, as sigs.k8s.io/yaml formats those).
 */
export function formatGoFloat(value: number, bits: 32 | 64): string {
  const rounded = bits === 32 ? Math.fround(value) : value;
  if (Number.isNaN(rounded)) return '.nan';
  if (!Number.isFinite(rounded)) return rounded > 0 ? '.inf' : '-.inf';
  const { negative, digits, exponent } = split(bits === 32 ? shortest32(value) : value.toExponential());
  const sign = negative || Object.is(rounded, -0) ? '-' : '';
  if (exponent < -4 || exponent >= 6) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits.slice(0, 1)}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
