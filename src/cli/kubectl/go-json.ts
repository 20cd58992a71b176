import { compareBytes } from '../../kubeconfig/canonical.ts';

const INDENT = '    ';

const ESCAPES: Readonly<Record<string, string>> = Object.freeze({
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
});

/** Fields of a kubeconfig whose values are maps to Go: their keys are sorted. Those of structs have an order of their own. */
const MAPS: readonly string[] = ['extension', 'config', 'as-user-extra'];

/**
 * JSON as Go writes it (encoding/json, MarshalIndent): four blanks, and what HTML would read escaped.
 *
 * @param options `isMap`: it is a map to Go from the top, with sorted keys
 */
export function goJson(value: unknown, { isMap = false }: { readonly isMap?: boolean } = {}): string {
  return `${render(value, { line: '\n', space: ' ', indent: INDENT, isMap })}\n`;
}

/** The same of a map on one line (encoding/json, Marshal). */
export function goJsonLine(value: unknown): string {
  return render(value, { line: '', space: '', indent: '', isMap: true });
}

interface Layout {
  /** What comes before each element: a break and the blanks of what it stands in, or nothing. */
  readonly line: string;
  readonly space: string;
  readonly indent: string;
  readonly isMap: boolean;
}

function render(value: unknown, layout: Layout): string {
  if (typeof value === 'string') return goString(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { line, space, indent, isMap } = layout;
  const inner = { ...layout, line: line + indent };
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((one: unknown) => render(one, inner))
    : entriesOf(value, isMap).map(([key, one]) => {
        const text = render(one, { ...inner, isMap: isMap || MAPS.includes(key) });
        return `${goString(key)}:${space}${text}`;
      });
  const [open = '', close = ''] = isList ? '[]' : '{}';
  if (parts.length === 0) return open + close;
  return `${open}${parts.map((part) => inner.line + part).join(',')}${line}${close}`;
}

function entriesOf(value: object, isMap: boolean): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(value);
  return isMap ? entries.sort(([a], [b]) => compareBytes(a, b)) : entries;
}

function goString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] ?? character);
}
