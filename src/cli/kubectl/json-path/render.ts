import { setField } from '../../../yaml/compose.ts';
import { formatGoFloat } from '../../../yaml/number.ts';
import { goJson, goJsonLine } from '../go-json.ts';
import { GoInt } from '../go-int.ts';
import { evaluate } from './evaluate.ts';
import type { Template } from './parse.ts';

/**
 * What kubectl prints of a document by a JSONPath template (client-go util/jsonpath/jsonpath.go, PrintResults).
 *
 * @param options `asJson`: each piece is a list in JSON, as with `-o jsonpath-as-json`; `isStrict`: a field that is not
 *   there is an error
 */
export function renderJsonPath(
  template: Template,
  document: unknown,
  { asJson = false, isStrict = false }: { readonly asJson?: boolean; readonly isStrict?: boolean } = {},
): string {
  const pieces = evaluate(template, asFloats(document), { isStrict });
  if (asJson) return pieces.map((values) => goJson(values.map(plain), { isMap: true })).join('');
  return pieces.map((values) => values.map(printed).join(' ')).join('');
}

/** All numbers as floats, which they are to encoding/json. */
function asFloats(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(asFloats);
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) setField(out, key, asFloats(one));
  return out;
}

const plain = (value: unknown): unknown => (value instanceof GoInt ? value.int : value);

function printed(value: unknown): string {
  if (value instanceof GoInt) return String(value.int);
  if (typeof value === 'number') return formatGoFloat(value, 64);
  if (typeof value === 'object' && value !== null) return goJsonLine(value);
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
