import { BerReader } from '../../read/ber.ts';
import { isPkiError } from '../../../errors/pki-error.ts';

/**
 * How an extension is printed: from its content, the lines at an indent. `undefined` where its content does not have
 * its form, or OpenSSL gives up over it.
 */
export type RenderExtension = (reader: BerReader, indent: number) => string | undefined;

/** Runs a renderer over an extension's content; what cannot be read gives `undefined`. */
export function renderOrGiveUp(
  render: RenderExtension,
  content: Uint8Array,
  indent: number,
): string | undefined {
  try {
    return render(new BerReader(content), indent);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/**
 * Values in one line with commas between, or each on a line of its own (X509V3_EXT_val_prn).
 *
 * @returns `<EMPTY>` for an empty list
 */
export function valueList(
  values: readonly string[],
  { indent, lines = false }: { readonly indent: number; readonly lines?: boolean },
): string {
  const blanks = ' '.repeat(indent);
  if (values.length === 0) return `${blanks}<EMPTY>\n`;
  return blanks + values.join(lines ? `\n${blanks}` : ', ');
}

/** The same for lists that OpenSSL does not make where they are empty: then it gives up. */
export function valuesIfAny(
  values: readonly string[],
  layout: { readonly indent: number; readonly lines?: boolean },
): string | undefined {
  return values.length === 0 ? undefined : valueList(values, layout);
}

/** Reads the rest of a reader, element by element. */
export function each<T>(reader: BerReader, read: (reader: BerReader) => T): T[] {
  const out: T[] = [];
  while (!reader.done) out.push(read(reader));
  return out;
}
