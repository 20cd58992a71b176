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

/** JSON as Go writes it (encoding/json, MarshalIndent): four blanks, and what HTML would read escaped. */
export function goJson(value: unknown): string {
  return `${render(value, '', false)}\n`;
}

function render(value: unknown, indent: string, isMap: boolean): string {
  if (typeof value === 'string') return goString(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent + INDENT;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((one: unknown) => render(one, inner, isMap))
    : entriesOf(value, isMap).map(
        ([key, one]) => `${goString(key)}: ${render(one, inner, isMap || MAPS.includes(key))}`,
      );
  const [open, close] = isList ? '[]' : '{}';
  if (parts.length === 0) return `${open ?? ''}${close ?? ''}`;
  return `${open ?? ''}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close ?? ''}`;
}

function entriesOf(value: object, isMap: boolean): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(value);
  return isMap ? entries.sort(([a], [b]) => compareBytes(a, b)) : entries;
}

function goString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] ?? character);
}
