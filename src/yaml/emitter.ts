import { analyze, escapeCharacter, needsEscape } from './analyze.ts';
import { isPlainString } from './resolve.ts';

// emitterc.go, yaml_emitter_emit_stream_start.
const WIDTH = 80;
const INDENT = 2;
// emitterc.go, yaml_emitter_check_simple_key: bytes of UTF-8.
const MAX_SIMPLE_KEY = 128;

type Style = 'plain' | 'single' | 'double' | 'literal';

function utf8Length(text: string): number {
  if (text.length > MAX_SIMPLE_KEY) return text.length;
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) length += code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return length;
}

/** Writes the tokens of one document as go-yaml v2's emitter does: see the functions of emitterc.go named below. */
export class Emitter {
  indent = -1;
  private out = '';
  private column = 0;
  private whitespace = true;
  private indention = true;

  /** The text so far, its last line ended. */
  finish(): string {
    this.indent = 0;
    this.writeIndent();
    return this.out;
  }

  /** Whether the next token would stand at the start of its line, but for indentation and indicators. */
  get atIndention(): boolean {
    return this.indention;
  }

  private put(text: string): void {
    this.out += text;
    this.column += text.length;
  }

  private putBreak(): void {
    this.out += '\n';
    this.column = 0;
  }

  /** yaml_emitter_write_indent */
  writeIndent(): void {
    const indent = Math.max(this.indent, 0);
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace))
      this.putBreak();
    if (this.column < indent) this.put(' '.repeat(indent - this.column));
    this.whitespace = true;
    this.indention = true;
  }

  /** yaml_emitter_write_indicator for the indicators `-`, `?`, `:`, `[]`, `{}` and quotes. */
  writeIndicator(
    indicator: string,
    as: { readonly space?: boolean; readonly indention?: boolean } = {},
  ): void {
    if (as.space === true && !this.whitespace) this.put(' ');
    this.put(indicator);
    this.whitespace = false;
    this.indention = this.indention && as.indention === true;
  }

  /** Whether a string fits in front of `:`; else it needs `?`. */
  isSimpleKey(key: string): boolean {
    return utf8Length(key) <= MAX_SIMPLE_KEY && !analyze(key).multiline;
  }

  /** A string that is not a key, or a key behind `?`. */
  writeString(text: string): void {
    this.writeScalar(text, false);
  }

  /** A string in front of `:`. */
  writeKey(text: string): void {
    this.writeScalar(text, true);
  }

  /** A scalar that is no string: `null`, `true`, `1.5`. */
  writeWord(text: string): void {
    this.writePlain(text, false);
  }

  private writeScalar(text: string, isKey: boolean): void {
    const outer = this.indent;
    this.indent = outer < 0 ? INDENT : outer + INDENT;
    const style = this.styleOf(text, { isKey, isRoot: outer < 0 });
    if (style === 'plain') this.writePlain(text, !isKey);
    else if (style === 'single') this.writeSingleQuoted(text, !isKey);
    else if (style === 'double') this.writeDoubleQuoted(text, !isKey);
    else this.writeLiteral(text);
    this.indent = outer;
  }

  /** encode.go, stringv, then yaml_emitter_select_scalar_style */
  private styleOf(text: string, place: { readonly isKey: boolean; readonly isRoot: boolean }): Style {
    const { isKey, isRoot } = place;
    const analysis = analyze(text);
    // What an indentation hint at the root means, libyaml and YAML 1.2 do not agree on.
    if (text.includes('\n'))
      return analysis.literal && !isKey && !(isRoot && /^[ \n]/.test(text)) ? 'literal' : 'double';
    // Go writes the key `<<` plain, and then reads it as a merge.
    if (!isPlainString(text) || (isKey && (analysis.multiline || text === '<<'))) return 'double';
    if (analysis.plain) return 'plain';
    return analysis.singleQuoted ? 'single' : 'double';
  }

  /** yaml_emitter_write_plain_scalar; no plain scalar has a line break here. */
  private writePlain(text: string, folds: boolean): void {
    if (!this.whitespace) this.put(' ');
    if (folds && this.mayFold(text)) this.writeFolding(text, { from: 0, to: text.length });
    else this.put(text);
    this.whitespace = false;
    this.indention = false;
  }

  /** yaml_emitter_write_single_quoted_scalar; neither has a single-quoted one. */
  private writeSingleQuoted(text: string, folds: boolean): void {
    this.writeIndicator("'", { space: true });
    if (folds && this.mayFold(text)) this.writeFolding(text, { from: 1, to: text.length - 1 });
    else this.put(text.replaceAll("'", "''"));
    this.writeIndicator("'");
  }

  private mayFold(text: string): boolean {
    return this.column + text.length * 2 > WIDTH && text.includes(' ');
  }

  /** Breaks lines at single spaces beyond the width; between quotes not at the ends. */
  private writeFolding(text: string, range: { readonly from: number; readonly to: number }): void {
    let spaces = false;
    for (let i = 0; i < text.length; i++) {
      const character = text.charAt(i);
      const inRange = i >= range.from && i < range.to;
      if (character === ' ' && inRange && !spaces && this.column > WIDTH && text.charAt(i + 1) !== ' ') {
        this.writeIndent();
      } else {
        this.put(character === "'" && range.from === 1 ? "''" : character);
        if (character !== ' ') this.indention = false;
      }
      spaces = character === ' ';
    }
  }

  /** yaml_emitter_write_double_quoted_scalar */
  private writeDoubleQuoted(text: string, folds: boolean): void {
    this.writeIndicator('"', { space: true });
    if (needsEscape(text) || (folds && this.mayFold(text))) this.writeEscaped(text, folds);
    else this.put(text);
    this.writeIndicator('"');
  }

  private writeEscaped(text: string, folds: boolean): void {
    // is_bom looks at the beginning of the text whatever character it is asked about, so all are escaped.
    const all = text.startsWith('\ufeff');
    let spaces = false;
    let at = 0;
    for (const character of text) {
      const next = at + character.length;
      if (all || needsEscape(character)) this.put(escapeCharacter(character));
      else if (character === ' ' && folds && !spaces && this.column > WIDTH && at > 0 && next < text.length) {
        this.writeIndent();
        if (text.charAt(next) === ' ') this.put('\\');
      } else this.put(character);
      spaces = character === ' ' && !all;
      at = next;
    }
  }

  /** yaml_emitter_write_literal_scalar */
  private writeLiteral(text: string): void {
    this.writeIndicator('|', { space: true });
    if (/^[ \n]/.test(text)) this.put(String(INDENT));
    if (!text.endsWith('\n')) this.put('-');
    else if (text === '\n' || text.endsWith('\n\n')) this.put('+');
    this.putBreak();
    this.whitespace = true;
    this.indention = true;
    for (const line of text.split(/(?<=\n)/)) {
      if (line !== '\n') {
        this.writeIndent();
        this.put(line.endsWith('\n') ? line.slice(0, -1) : line);
        this.indention = false;
      }
      if (!line.endsWith('\n')) continue;
      this.putBreak();
      this.indention = true;
    }
  }
}
