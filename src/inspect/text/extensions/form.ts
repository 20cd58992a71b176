import { isPkiError } from '../../../errors/pki-error.ts';
import { BerReader } from '../../read/ber.ts';

/** That OpenSSL gives up over an extension whose content it could read: its octets follow what it had written. */
export class GaveUp {
  readonly written: string;

  constructor(written = '') {
    this.written = written;
  }
}

/** The lines of an extension, one character for each byte; without the end of the last where OpenSSL leaves it out. */
export type Rendered = string | GaveUp;

/**
 * How an extension is printed: from its content, at an indent.
 *
 * @throws PkiError `invalid-der` where the content does not have its form
 */
export type RenderExtension = (reader: BerReader, indent: number) => Rendered;

/** Runs a renderer over an extension's content; what cannot be read gives `undefined`. */
export function renderIfReadable(
  render: RenderExtension,
  content: Uint8Array,
  indent: number,
): Rendered | undefined {
  try {
    return render(new BerReader(content), indent);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** Puts parts together, up to the first over which OpenSSL gives up. */
export function joined(parts: Iterable<Rendered>): Rendered {
  let out = '';
  for (const part of parts) {
    if (part instanceof GaveUp) return new GaveUp(out + part.written);
    out += part;
  }
  return out;
}

/** How a list of values is laid out: in one line with commas between, or each on a line of its own. */
interface ValueLayout {
  readonly indent: number;
  readonly lines?: boolean;
}

/**
 * Values as X509V3_EXT_val_prn writes them; `undefined` among them is one over which OpenSSL gives up.
 *
 * @returns `<EMPTY>` for an empty list
 */
export function valueList(
  values: readonly (string | undefined)[],
  { indent, lines = false }: ValueLayout,
): Rendered {
  const blanks = ' '.repeat(indent);
  if (values.length === 0) return `${blanks}<EMPTY>\n`;
  if (values.includes(undefined)) return new GaveUp();
  return blanks + values.join(lines ? `\n${blanks}` : ', ');
}

/** The same for lists that OpenSSL does not make where they are empty: then it gives up. */
export function valuesIfAny(values: readonly (string | undefined)[], layout: ValueLayout): Rendered {
  return values.length === 0 ? new GaveUp() : valueList(values, layout);
}

/** Reads the rest of a reader, element by element. */
export function each<T>(reader: BerReader, read: (reader: BerReader) => T): T[] {
  const out: T[] = [];
  while (!reader.done) out.push(read(reader));
  return out;
}

/** Reads a SEQUENCE OF to its end. */
export function listOf<T>(reader: BerReader, tag: number, read: (reader: BerReader) => T): T[] {
  return each(reader.enterList(tag), read);
}

/** Reads a SEQUENCE whole: something left in it is an error. */
export function inside<T>(reader: BerReader, tag: number, read: (reader: BerReader) => T): T {
  const inner = reader.enter(tag);
  const value = read(inner);
  inner.finish();
  return value;
}
