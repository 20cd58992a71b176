import { EVENT_ID, parseEvents } from 'js-yaml';
import type { DocumentEvent, Event } from 'js-yaml';
import type { PkiError } from '../errors/pki-error.ts';
import { Composer } from './compose.ts';
import { countLines, limitError, positionAt, readText, YAML_LIMITS, yamlError } from './source.ts';
import type { YamlOptions } from './source.ts';

/** One document of a YAML stream, as Kubernetes reads it. */
export interface YamlDocument {
  /** Null, boolean, number, string, list or map of these, as `JSON.parse` would give it; null for an empty document. */
  readonly value: unknown;
  /** Position among the documents, from 0. */
  readonly index: number;
  /** Line of its first content, or of the `---` that starts it when it is empty; from 1. */
  readonly line: number;
  /** Paths of keys that one mapping has twice. The last one wins, as in Go; kubeadm warns about them. */
  readonly duplicateKeys: readonly string[];
  /** It has no content: nothing, blank lines or comments. An explicit `null` is content. */
  readonly empty: boolean;
  /** It is empty but for comments, which kubeadm refuses as a document without a kind. */
  readonly commentOnly: boolean;
}

// Not `^` with the m flag, which would match after U+2028 too.
const MARKER = /(?<![^\r\n])---(?=[ \t\r\n]|$)/g;

function isYamlException(
  error: unknown,
): error is { readonly reason: string; readonly mark?: { readonly position: number } } {
  // By name: the ESM and the CommonJS build of js-yaml have classes of their own.
  return error instanceof Error && error.name === 'YAMLException' && 'reason' in error;
}

function translate(error: unknown, text: string, options: YamlOptions): PkiError {
  const { source } = options;
  if (!isYamlException(error)) return yamlError('the text cannot be read as yaml', { source });
  if (error.reason.startsWith('nesting exceeded')) {
    return limitError('levels of nesting', options.maxDepth ?? YAML_LIMITS.maxDepth, source);
  }
  // Two of its reasons quote the text after a colon or in quotes, which may be a password; the cause does too.
  const reason = error.reason.replace(/(characters): [^]*$/, '$1').replace(/ "[^]*"/, '');
  const place = error.mark === undefined ? {} : positionAt(text, error.mark.position);
  return yamlError(reason, { source, ...place });
}

function readEvents(text: string, options: YamlOptions): readonly Event[] {
  try {
    return parseEvents(text, { maxDepth: options.maxDepth ?? YAML_LIMITS.maxDepth });
  } catch (error) {
    throw translate(error, text, options);
  }
}

function tagPrefixes(event: DocumentEvent): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>();
  for (const directive of event.directives)
    if (directive.kind === 'tag') prefixes.set(directive.handle, directive.prefix);
  return prefixes;
}

function startOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return firstOf(event.valueStart, event.tagStart, event.anchorStart);
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return -1;
  }
}

function firstOf(...offsets: readonly number[]): number {
  const present = offsets.filter((offset) => offset !== -1);
  return present.length === 0 ? -1 : Math.min(...present);
}

/** Walks the `---` lines beside the events, which do not say where a document starts. */
class Markers {
  private readonly text: string;
  private readonly starts: readonly number[];
  private next = 0;
  private lineOffset = 0;
  private line = 1;

  constructor(text: string) {
    this.text = text;
    this.starts = Array.from(text.matchAll(MARKER), (match) => match.index);
  }

  /** Offset of the marker of the next document that has one. */
  take(): number {
    return this.starts[this.next++] ?? 0;
  }

  /** Whether only comments stand between an offset and the next marker. */
  hasComment(from: number): boolean {
    return this.text.slice(from, this.starts[this.next] ?? this.text.length).includes('#');
  }

  /** Offset of the first line of what lies before all markers, when that is only comments; else undefined. */
  leadingComment(): number | undefined {
    const before = this.text.slice(0, this.starts[0] ?? this.text.length);
    const lines = before.split(/\r\n|[\r\n]/).map((line) => line.trim());
    const isComment =
      lines.some((line) => line.startsWith('#')) &&
      lines.every((line) => line === '' || line.startsWith('#'));
    return isComment ? before.search(/\S/) : undefined;
  }

  /** The line of an offset; offsets must not go back. */
  lineOf(offset: number): number {
    if (offset > this.lineOffset) {
      this.line += countLines(this.text, this.lineOffset, offset);
      this.lineOffset = offset;
    }
    return this.line;
  }
}

/**
 * The documents of a YAML stream, in the dialect of Kubernetes: YAML 1.1 as go-yaml v2 reads it, turned into JSON by
 * sigs.k8s.io/yaml. `yes` is true, `012` is 10, `1:30` and dates are strings, `<<` merges, JSON is YAML.
 * Integers beyond 2^53 are rounded to what a JavaScript number holds, but with `exactIntegers`.
 *
 * @param text YAML text, or its bytes in UTF-8 (or UTF-16 with a byte order mark)
 * @throws PkiError `invalid-yaml` with line and column; `limit-exceeded` beyond the bounds of the options
 */
export function parseYamlDocuments(text: string | Uint8Array, options: YamlOptions = {}): YamlDocument[] {
  const source = readText(text, options);
  const events = readEvents(source, options);
  const markers = new Markers(source);
  const documents: YamlDocument[] = [];
  const leading = markers.leadingComment();
  if (leading !== undefined) {
    const line = markers.lineOf(leading);
    documents.push({ value: null, index: 0, line, duplicateKeys: [], empty: true, commentOnly: true });
  }
  for (let at = 0; at < events.length;)
    at = readDocument(at, { source, events, markers, documents, options });
  return documents;
}

interface Stream {
  readonly source: string;
  readonly events: readonly Event[];
  readonly markers: Markers;
  readonly documents: YamlDocument[];
  readonly options: YamlOptions;
}

/** Reads the document whose first event is at an index, and returns the index after its last. */
function readDocument(at: number, stream: Stream): number {
  const { source, events, markers, documents, options } = stream;
  const start = events[at];
  if (start?.type !== EVENT_ID.DOCUMENT) throw new TypeError('js-yaml gave an event outside of a document');
  const marker = start.explicitStart ? markers.take() : 0;
  const first = events[at + 1];
  const offset = first === undefined ? -1 : startOf(first);
  const empty = offset === -1;
  const composer = new Composer(source, options, tagPrefixes(start));
  let end = at + 1;
  for (let depth = 0; end < events.length; end++) {
    const event = events[end];
    if (event === undefined || (event.type === EVENT_ID.POP && depth === 0)) break;
    if (event.type === EVENT_ID.POP) depth--;
    else if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) depth++;
    composer.add(event);
  }
  documents.push({
    value: composer.root,
    index: documents.length,
    line: markers.lineOf(empty ? marker : offset),
    duplicateKeys: composer.duplicateKeys,
    empty,
    commentOnly: empty && markers.hasComment(marker),
  });
  return end + 1;
}

/**
 * The one document of a text, in the dialect of {@link parseYamlDocuments}. Empty documents beside it do not count;
 * a text without any content gives an empty document, as Go does.
 *
 * @throws PkiError `invalid-yaml`, also when there is a second document with content; `limit-exceeded`
 */
export function parseYaml(text: string | Uint8Array, options: YamlOptions = {}): YamlDocument {
  const documents = parseYamlDocuments(text, options);
  const [only, second] = documents.filter((document) => !document.empty);
  if (second !== undefined) {
    throw yamlError('a second document, where one is expected', {
      source: options.source,
      line: second.line,
      column: 1,
    });
  }
  const nothing = { value: null, index: 0, line: 1, duplicateKeys: [], empty: true, commentOnly: false };
  return only ?? documents[0] ?? nothing;
}
