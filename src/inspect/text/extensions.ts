import type { ExtensionInfo } from '../read/extension.ts';
import { renderIfReadable } from './extensions/form.ts';
import { EXTENSION_RENDERERS } from './extensions/table.ts';
import { printable } from './general-name.ts';
import { longName } from './objects.ts';
import { dumpUnknown } from './dump.ts';

/** What is printed of extensions that are not known, or whose content is broken (`-certopt ext_…`). */
export type UnknownExtensions = 'octets' | 'error' | 'parse' | 'dump';

/** How a list of extensions is printed. */
export interface ExtensionsLayout {
  /** The line before them; none where it is left out. */
  readonly title?: string;
  /** Blanks before that line; four more before each extension. */
  readonly indent: number;
  readonly unknown: UnknownExtensions;
}

/** Extensions as X509V3_extensions_print writes them; nothing where there are none. */
export function renderExtensions(
  extensions: readonly ExtensionInfo[],
  { title, indent, unknown }: ExtensionsLayout,
): string {
  if (extensions.length === 0) return '';
  const head = title === undefined ? '' : `${' '.repeat(indent)}${title}:\n`;
  const inner = title === undefined ? indent : indent + 4;
  return head + extensions.map((one) => renderExtension(one, inner, unknown)).join('');
}

function renderExtension(
  { oid, critical, value }: ExtensionInfo,
  indent: number,
  unknown: UnknownExtensions,
): string {
  const head = `${' '.repeat(indent)}${longName(oid)}: ${critical ? 'critical' : ''}\n`;
  return `${head}${extensionValue(oid, value, { indent: indent + 4, unknown })}\n`;
}

/** What an extension says, without its title. */
export function extensionValue(
  oid: string,
  value: Uint8Array,
  { indent, unknown }: { readonly indent: number; readonly unknown: UnknownExtensions },
): string {
  const render = EXTENSION_RENDERERS.get(oid);
  const known = render && renderIfReadable(render, value, indent);
  if (typeof known === 'string') return known;
  const gaveUp =
    known === undefined && unknown !== 'octets'
      ? dumpUnknown(value, { indent, how: unknown, isKnown: render !== undefined })
      : known;
  if (typeof gaveUp === 'string') return gaveUp;
  return (gaveUp?.written ?? '') + ' '.repeat(indent) + printable(value);
}
