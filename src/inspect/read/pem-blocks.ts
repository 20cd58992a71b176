import { decodeBase64 } from '../../asn1/base64.ts';

/** A PEM block as it stands in a text. */
export interface FoundBlock {
  readonly label: string;
  /** Offset of its first hyphen in the text. */
  readonly offset: number;
  /** `undefined` where its content is no base64, or it has no end. */
  readonly der: Uint8Array | undefined;
  /** Headers of RFC 1421, which encrypted keys have. */
  readonly headers: readonly string[];
  /** What is wrong with it. */
  readonly problem: string | undefined;
}

const BOUNDARY = /^[ \t]*-----(BEGIN|END) ([A-Z0-9][A-Z0-9 #-]{0,62})-----[ \t]*\r?$/gm;

/** How many blocks are read of one input: no PKI's bundle has more. */
const MAX_BLOCKS = 50_000;

/** Every PEM block of a text, broken ones too: what is around them is passed over. */
export function findBlocks(text: string): FoundBlock[] {
  const blocks: FoundBlock[] = [];
  let open: { readonly label: string; readonly offset: number; readonly start: number } | undefined;
  for (const boundary of text.matchAll(BOUNDARY)) {
    const [line, kind, label = ''] = boundary;
    if (blocks.length >= MAX_BLOCKS) break;
    if (kind === 'BEGIN') {
      if (open !== undefined) blocks.push(broken(open, 'it has no end line'));
      open = { label, offset: boundary.index, start: boundary.index + line.length };
    } else if (open !== undefined) {
      const body = text.slice(open.start, boundary.index);
      blocks.push(label === open.label ? decoded(open, body) : broken(open, `it ends as ${label}`));
      open = undefined;
    }
  }
  if (open !== undefined) blocks.push(broken(open, 'it is cut off: it has no end line'));
  return blocks;
}

type Opened = Pick<FoundBlock, 'label' | 'offset'>;

function broken({ label, offset }: Opened, problem: string): FoundBlock {
  return { label, offset, der: undefined, headers: [], problem };
}

function decoded(open: Opened, body: string): FoundBlock {
  const lines = body.split(/\r?\n|\r/).map((line) => line.trim());
  const lastHeader = lines.findLastIndex((line) => line.includes(':'));
  const headers = lines.slice(0, lastHeader + 1).filter((line) => line !== '');
  const der = decodeBase64(lines.slice(lastHeader + 1).join(''));
  if (der === undefined || der.length === 0)
    return broken(open, der === undefined ? 'its content is no base64, or is cut off' : 'it is empty');
  return { label: open.label, offset: open.offset, der, headers, problem: undefined };
}
