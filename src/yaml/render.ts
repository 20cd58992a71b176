import { Emitter } from './emitter.ts';
import { formatGoFloat } from './number.ts';
import { compareGoKeys } from './sort-keys.ts';

/** How {@link renderYaml} writes. */
export interface RenderYamlOptions {
  /** Keys in Go's order rather than in the order given; default false. */
  readonly sortKeys?: boolean;
}

const MAX_DEPTH = 1000;
const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const SURROGATE = /[\ud800-\udfff]/;

/** Text as Go's encoding/json passes it on: what UTF-8 cannot say becomes U+FFFD. */
function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replace(LONE_SURROGATES, '\ufffd') : text;
}

const fits64 = (value: bigint): boolean => value >= -(2n ** 63n) && value < 2n ** 64n;

function formatInteger(value: bigint): string {
  if (fits64(value)) return String(value);
  throw new TypeError('an integer for yaml has at most 64 bits');
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('yaml for kubernetes has no NaN and no infinity');
  // JSON comes first: its digits are an integer to go-yaml as long as they have 64 bits, and else a float.
  if (!Number.isInteger(value) || Math.abs(value) >= 1e21) return formatGoFloat(value, 64);
  const digits = String(value);
  if (Number.isSafeInteger(value)) return digits;
  return fits64(BigInt(digits)) ? digits : formatGoFloat(value, 64);
}

function isMapping(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

interface Place {
  /** It is the value of a mapping's key, so that a list needs no indentation of its own. */
  readonly inMapping: boolean;
  readonly depth: number;
}

class Renderer {
  private readonly emitter = new Emitter();
  private readonly sortKeys: boolean;

  constructor(options: RenderYamlOptions) {
    this.sortKeys = options.sortKeys === true;
  }

  render(value: unknown): string {
    this.node(value, { inMapping: false, depth: 0 });
    return this.emitter.finish();
  }

  private node(value: unknown, place: Place): void {
    if (place.depth > MAX_DEPTH)
      throw new TypeError(`a value for yaml is circular or deeper than ${MAX_DEPTH} levels`);
    if (typeof value === 'string') this.emitter.writeString(wellFormed(value));
    else if (typeof value === 'number') this.emitter.writeWord(formatNumber(value));
    else if (typeof value === 'bigint') this.emitter.writeWord(formatInteger(value));
    else if (typeof value === 'boolean' || value === null || value === undefined) {
      this.emitter.writeWord(String(value ?? null));
    } else if (Array.isArray(value)) this.sequence(value, place);
    else if (typeof value === 'object' && isMapping(value)) this.mapping(value, place);
    else throw new TypeError(`a value for yaml must be plain data, got a ${typeof value} that is not`);
  }

  private increaseIndent(indentless: boolean): number {
    const outer = this.emitter.indent;
    if (outer < 0) this.emitter.indent = 0;
    else if (!indentless) this.emitter.indent = outer + 2;
    return outer;
  }

  private sequence(list: readonly unknown[], place: Place): void {
    if (list.length === 0) {
      this.emitter.writeIndicator('[]', { space: true });
      return;
    }
    const outer = this.increaseIndent(place.inMapping && !this.emitter.atIndention);
    for (const item of list) {
      this.emitter.writeIndent();
      this.emitter.writeIndicator('-', { space: true, indention: true });
      this.node(item, { inMapping: false, depth: place.depth + 1 });
    }
    this.emitter.indent = outer;
  }

  private mapping(map: Readonly<Record<string, unknown>>, place: Place): void {
    const keys = Object.keys(map).filter((key) => map[key] !== undefined);
    if (keys.length === 0) {
      this.emitter.writeIndicator('{}', { space: true });
      return;
    }
    if (this.sortKeys) keys.sort(compareGoKeys);
    const outer = this.increaseIndent(false);
    for (const key of keys) this.pair(wellFormed(key), map[key], place.depth + 1);
    this.emitter.indent = outer;
  }

  private pair(key: string, value: unknown, depth: number): void {
    this.emitter.writeIndent();
    if (this.emitter.isSimpleKey(key)) {
      this.emitter.writeKey(key);
      this.emitter.writeIndicator(':');
    } else {
      this.emitter.writeIndicator('?', { space: true, indention: true });
      this.emitter.writeString(key);
      this.emitter.writeIndent();
      this.emitter.writeIndicator(':', { space: true, indention: true });
    }
    this.node(value, { inMapping: true, depth });
  }
}

/**
 * Plain data as YAML, byte for byte as `sigs.k8s.io/yaml` (so kubectl and kubeadm) writes it: strings that Go would
 * read as something else in double quotes, lists without indentation under their key, lines folded at 80 columns, text
 * of several lines as a literal block. Fields whose value is undefined are left out.
 *
 * Three things are written otherwise, so that every reader gets them right: the key `<<` is quoted; text with the line
 * separators of YAML 1.1 (U+0085, U+2028, U+2029) is in double quotes with escapes, and so is a document that is one
 * text of several lines whose first begins with a space.
 *
 * @throws TypeError when the value is circular, deeper than 1000 levels, or neither data that JSON knows nor an integer
 *   of 64 bits
 */
export function renderYaml(value: unknown, options: RenderYamlOptions = {}): string {
  return new Renderer(options).render(value);
}
