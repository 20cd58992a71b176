/** Least width of a column, and the blanks between two, as kubectl has them (cli-runtime, GetNewTabWriter). */
const LEAST = 6;
const GAP = 3;

const lengthOf = (cell: string): number => Array.from(cell).length;

/**
 * Text whose cells end with tabs, in columns, as kubectl's table writer lays it out (github.com/liggitt/tabwriter): a
 * column is as wide as its widest cell in the lines that follow one another, and not narrower than it was above. Names
 * with tabs and line breaks in them make cells and lines of their own.
 */
export function renderColumns(text: string): string {
  const lines = text.split(/[\n\f]/).map((line) => line.split(/[\t\v]/));
  const out: string[] = [];
  layOut(lines, { widths: [], widest: [], out });
  return out.join('\n');
}

interface Layout {
  /** Of the columns that are laid out already, from the left. */
  readonly widths: number[];
  /** The widest that each column ever was. */
  readonly widest: number[];
  readonly out: string[];
}

function layOut(lines: readonly (readonly string[])[], layout: Layout): void {
  const { widths, widest, out } = layout;
  const column = widths.length;
  // The last cell of a line is in no column.
  const isIn = (line: readonly string[] | undefined): boolean =>
    line !== undefined && column < line.length - 1;
  for (let start = 0; start < lines.length;) {
    if (!isIn(lines[start])) {
      out.push(fill(lines[start] ?? [], widths));
      start++;
      continue;
    }
    let end = start;
    while (isIn(lines[end])) end++;
    const block = lines.slice(start, end);
    const width = Math.max(
      LEAST,
      widest[column] ?? 0,
      ...block.map((line) => lengthOf(line[column] ?? '') + GAP),
    );
    widest[column] = width;
    layOut(block, { ...layout, widths: [...widths, width] });
    start = end;
  }
}

function fill(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell))))
    .join('');
}
