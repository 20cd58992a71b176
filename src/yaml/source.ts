import { PkiError } from '../errors/pki-error.ts';

/** Bounds for reading YAML that nobody vouches for, and the name that errors give it. */
export interface YamlOptions {
  /** Name of the input in errors, such as a file's path. */
  readonly source?: string | undefined;
  /** Most bytes of UTF-8 that are read; default 4 MiB. */
  readonly maxBytes?: number | undefined;
  /** Most alias nodes (`*name`) in one document; default 1000. */
  readonly maxAliases?: number | undefined;
  /** Most levels of nesting, aliases followed; default 100. */
  readonly maxDepth?: number | undefined;
  /** Integers beyond 2^53 as bigint, rather than rounded to what a number holds; default false. */
  readonly exactIntegers?: boolean | undefined;
}

/** The defaults of {@link YamlOptions}, and how many nodes all aliases of a document may stand for together. */
export const YAML_LIMITS = Object.freeze({
  maxBytes: 4 * 1024 * 1024,
  maxAliases: 1000,
  maxDepth: 100,
  maxAliasedNodes: 100_000,
});

/** Line and column of an offset into text; both count from 1. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return { line: 1 + countLines(text, 0, lineStart), column: offset - lineStart + 1 };
}

/** How many line breaks lie between two offsets of text. */
export function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Where in the input an error lies. */
export interface YamlPlace {
  readonly source: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** A {@link PkiError} `invalid-yaml` whose message names the source and the line. */
export function yamlError(problem: string, place: YamlPlace): PkiError<'invalid-yaml'> {
  const { source, line, column } = place;
  const where = [
    source,
    line === undefined ? undefined : `line ${line}`,
    column === undefined ? undefined : `column ${column}`,
  ];
  const prefix = where.filter((part) => part !== undefined).join(', ');
  return new PkiError('invalid-yaml', prefix === '' ? problem : `${prefix}: ${problem}`, {
    details: {
      ...(source === undefined ? {} : { source }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    },
  });
}

/** A {@link PkiError} `limit-exceeded` for one of the bounds in {@link YamlOptions}. */
export function limitError(
  limit: string,
  maximum: number,
  source: string | undefined,
): PkiError<'limit-exceeded'> {
  const prefix = source === undefined ? '' : `${source}: `;
  return new PkiError(
    'limit-exceeded',
    `${prefix}the yaml has more ${limit} than allowed, which is ${maximum}`,
    {
      details: { limit, maximum, ...(source === undefined ? {} : { source }) },
    },
  );
}

// kubectl reads UTF-16 with a byte order mark, which is what PowerShell's `>` writes (go-yaml, readerc.go).
function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function decode(bytes: Uint8Array, source: string | undefined): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw yamlError(`the bytes are not ${encoding.toUpperCase()} text`, { source });
  }
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * The input as text without its byte order mark.
 *
 * @throws PkiError `limit-exceeded` when it is larger than `maxBytes`; `invalid-yaml` when bytes are not text.
 */
export function readText(input: string | Uint8Array, options: YamlOptions): string {
  const maximum = options.maxBytes ?? YAML_LIMITS.maxBytes;
  if (typeof input !== 'string') {
    if (!(input instanceof Uint8Array)) throw new TypeError('yaml input must be a string or a Uint8Array');
    if (input.length > maximum) throw limitError('bytes', maximum, options.source);
    return decode(input, options.source);
  }
  // A UTF-16 unit is one to three bytes of UTF-8, so the exact length is counted only near the limit.
  const tooLong = input.length > maximum;
  if (tooLong || (input.length * 3 > maximum && new TextEncoder().encode(input).length > maximum)) {
    throw limitError('bytes', maximum, options.source);
  }
  const lone = LONE_SURROGATE.exec(input);
  if (lone !== null)
    throw yamlError('half of a surrogate pair', { source: options.source, ...positionAt(input, lone.index) });
  return input.startsWith('\ufeff') ? input.slice(1) : input;
}
