import { EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import { decodeBase64 } from '../asn1/base64.ts';
import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import { keyOf, resolveScalar } from './resolve.ts';
import type { Resolved } from './resolve.ts';
import { limitError, positionAt, YAML_LIMITS, yamlError } from './source.ts';
import type { YamlOptions } from './source.ts';

type Mapping = Record<string, unknown>;

/** A node once it is read: its value, and how much of a tree it stands for. */
interface Node {
  readonly kind: 'scalar' | 'mapping' | 'sequence';
  readonly value: unknown;
  /** Its name when it is used as a key; undefined when it cannot be one. */
  readonly key: string | undefined;
  readonly size: number;
  readonly height: number;
  readonly isAlias: boolean;
}

interface Frame {
  readonly kind: 'mapping' | 'sequence';
  readonly map: Mapping;
  readonly list: unknown[];
  readonly anchor: string | undefined;
  /** The key whose value comes next; undefined when a key comes next. */
  key: string | undefined;
  merging: boolean;
  /** Keys that came by merging and may be overridden. */
  merged: Set<string> | undefined;
  size: number;
  height: number;
}

const IDENTIFIER = /^[A-Za-z_][\w-]*$/;

/** Sets a field as JSON.parse does: `__proto__` is a name like any other. */
export function setField(target: Mapping, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The path of a field, as messages name it: `clusters[0].name`, `data["a.b"]`. */
export function joinPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (!IDENTIFIER.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** Builds the value of one document from the events of js-yaml, by the rules of go-yaml v2 and sigs.k8s.io/yaml. */
export class Composer {
  /** Paths of the keys that a mapping has twice; the last one wins, as in Go. */
  readonly duplicateKeys: string[] = [];
  root: unknown = null;
  private readonly text: string;
  private readonly options: YamlOptions;
  private readonly tagPrefixes: ReadonlyMap<string, string>;
  private readonly frames: Frame[] = [];
  private readonly anchors = new Map<string, Node | 'open'>();
  private aliases = 0;
  private aliasedNodes = 0;
  private position = 0;

  constructor(text: string, options: YamlOptions, tagPrefixes: ReadonlyMap<string, string>) {
    this.text = text;
    this.options = options;
    this.tagPrefixes = tagPrefixes;
  }

  /** Takes the next event of the document. */
  add(event: Event): void {
    switch (event.type) {
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        this.open(event);
        break;
      case EVENT_ID.SCALAR:
        this.scalar(event);
        break;
      case EVENT_ID.ALIAS:
        this.alias(event);
        break;
      case EVENT_ID.POP:
        this.close();
        break;
      case EVENT_ID.DOCUMENT:
        break;
    }
  }

  private fail(problem: string): never {
    throw yamlError(problem, { source: this.options.source, ...positionAt(this.text, this.position) });
  }

  private anchorOf(event: ScalarEvent | MappingEvent | SequenceEvent): string | undefined {
    return event.anchorStart === -1 ? undefined : this.text.slice(event.anchorStart, event.anchorEnd);
  }

  private tagOf(event: ScalarEvent): string {
    if (event.tagStart === -1) return '';
    const raw = this.text.slice(event.tagStart, event.tagEnd);
    if (raw.startsWith('!<')) return raw.slice(2, -1);
    const end = raw.indexOf('!', 1);
    const handle = end === -1 ? '!' : raw.slice(0, end + 1);
    const prefix = this.tagPrefixes.get(handle) ?? (handle === '!!' ? 'tag:yaml.org,2002:' : handle);
    return prefix + raw.slice(handle.length);
  }

  private contentOf(event: ScalarEvent): string {
    if (event.style === SCALAR_STYLE.DOUBLE_QUOTED)
      this.checkEscapes(this.text.slice(event.valueStart, event.valueEnd));
    const content = getScalarValue(this.text, event);
    const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
    // A last line that no line break ends has none in Go; js-yaml adds one.
    const isCut =
      isBlock && event.valueEnd >= this.text.length && /[^ \t\r\n][ \t]*$/.test(this.text.slice(-1000));
    return isCut && content.endsWith('\n') ? content.slice(0, -1) : content;
  }

  /** Go refuses escapes beyond Unicode and halves of surrogate pairs; js-yaml makes other characters of them. */
  private checkEscapes(raw: string): void {
    if (!raw.includes('\\')) return;
    for (const [escape, , digits = ''] of raw.matchAll(/\\(?:([uU])([0-9A-Fa-f]{4,8})|[^])/g)) {
      const code = parseInt(escape.startsWith('\\U') ? digits.slice(0, 8) : digits.slice(0, 4), 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        this.fail(`the escape ${escape} is no character of Unicode`);
      }
    }
  }

  private open(event: MappingEvent | SequenceEvent): void {
    this.position = event.start;
    const anchor = this.anchorOf(event);
    if (anchor !== undefined) this.anchors.set(anchor, 'open');
    const kind = event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence';
    const parent = this.frames.at(-1);
    if (parent?.kind === 'mapping' && parent.key === undefined && !parent.merging) {
      this.fail(`a ${kind} cannot be the key of a mapping`);
    }
    this.frames.push({
      kind,
      map: {},
      list: [],
      anchor,
      key: undefined,
      merging: false,
      merged: undefined,
      size: 1,
      height: 1,
    });
  }

  private close(): void {
    const frame = this.frames.pop();
    if (frame === undefined) return;
    const { kind, size, height } = frame;
    const value = kind === 'mapping' ? frame.map : frame.list;
    const node: Node = { kind, value, key: undefined, size, height, isAlias: false };
    if (frame.anchor !== undefined) this.anchors.set(frame.anchor, node);
    this.place(node);
  }

  private scalar(event: ScalarEvent): void {
    if (event.valueStart !== -1) this.position = event.valueStart;
    const text = this.contentOf(event);
    const tag = this.tagOf(event);
    const plain = (event.style === SCALAR_STYLE.PLAIN && tag === '') || tag === '!';
    const parent = this.frames.at(-1);
    if (text === '<<' && parent?.kind === 'mapping' && parent.key === undefined && !parent.merging) {
      if (plain || tag === 'tag:yaml.org,2002:merge') {
        parent.merging = true;
        return;
      }
    }
    const resolved =
      event.style !== SCALAR_STYLE.PLAIN && tag === '' ? asString(text) : resolveScalar(text, tag);
    if (resolved === undefined) this.fail('the value does not fit its tag');
    const node = this.scalarNode(resolved);
    const anchor = this.anchorOf(event);
    if (anchor !== undefined) this.anchors.set(anchor, node);
    this.place(node);
  }

  private scalarNode(resolved: Resolved): Node {
    let final = resolved;
    if (resolved.tag === 'binary') {
      const bytes = binary(resolved.value);
      if (bytes === undefined) this.fail('a !!binary value is not base64 of text');
      final = asString(bytes);
    }
    const value = final.tag === 'int' ? this.integer(final) : final.value;
    return { kind: 'scalar', value, key: keyOf(final), size: 1, height: 0, isAlias: false };
  }

  private integer({ value, exact }: Extract<Resolved, { tag: 'int' }>): number | bigint {
    return this.options.exactIntegers === true && !Number.isSafeInteger(value) ? exact : value;
  }

  private alias(event: AliasEvent): void {
    this.position = event.anchorStart;
    const { source } = this.options;
    const maximum = this.options.maxAliases ?? YAML_LIMITS.maxAliases;
    if (++this.aliases > maximum) throw limitError('aliases', maximum, source);
    const node = this.anchors.get(this.text.slice(event.anchorStart, event.anchorEnd));
    if (node === undefined) this.fail('an alias names no anchor');
    if (node === 'open') this.fail('an alias stands inside of what it names');
    this.aliasedNodes += node.size;
    if (this.aliasedNodes > YAML_LIMITS.maxAliasedNodes) {
      throw limitError('nodes through aliases', YAML_LIMITS.maxAliasedNodes, source);
    }
    const maxDepth = this.options.maxDepth ?? YAML_LIMITS.maxDepth;
    if (this.frames.length + node.height > maxDepth) throw limitError('levels of nesting', maxDepth, source);
    this.place({ ...node, isAlias: true });
  }

  /** Puts a finished node where it belongs. */
  private place(node: Node): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) {
      this.root = this.jsonValue(node);
      return;
    }
    frame.size += node.size;
    frame.height = Math.max(frame.height, node.height + 1);
    if (frame.kind === 'sequence') frame.list.push(this.jsonValue(node));
    else if (frame.merging) this.merge(frame, node);
    else if (frame.key === undefined) {
      if (node.key === undefined) this.fail(`${describe(node)} cannot be the key of a mapping`);
      frame.key = node.key;
    } else this.setValue(frame, frame.key, node);
  }

  private jsonValue(node: Node): unknown {
    if (typeof node.value === 'number' && !Number.isFinite(node.value)) this.fail('json has no such number');
    return node.value;
  }

  private setValue(frame: Frame, key: string, node: Node): void {
    if (Object.hasOwn(frame.map, key) && frame.merged?.delete(key) !== true) this.reportDuplicate(frame, key);
    setField(frame.map, key, this.jsonValue(node));
    frame.key = undefined;
  }

  private reportDuplicate(frame: Frame, key: string): void {
    let path = '';
    for (const outer of this.frames) {
      if (outer === frame) break;
      path = joinPath(path, outer.kind === 'sequence' ? outer.list.length : (outer.key ?? '<<'));
    }
    this.duplicateKeys.push(joinPath(path, key));
  }

  // decode.go, merge: in the order of the document, so that a merge after a key overrides it; of a list, the first wins.
  private merge(frame: Frame, node: Node): void {
    frame.merging = false;
    const list: unknown = node.isAlias ? undefined : node.value;
    const sources: unknown[] = Array.isArray(list) ? list.toReversed() : [node.value];
    frame.merged ??= new Set();
    for (const source of sources) {
      if (!isMapping(source)) this.fail('only a mapping, or a list of mappings, can be merged');
      for (const [key, value] of Object.entries(source)) {
        setField(frame.map, key, value);
        frame.merged.add(key);
      }
    }
  }
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asString(value: string): Resolved {
  return { tag: 'str', value };
}

function describe(node: Node): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  return node.value === null ? 'null' : 'an integer beyond 63 bits';
}

function binary(text: string): string | undefined {
  const bytes = decodeBase64(text.replace(/[\r\n]/g, ''));
  try {
    // Go would put U+FFFD for what is not UTF-8; data that is damaged in silence helps nobody.
    return bytes === undefined ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
