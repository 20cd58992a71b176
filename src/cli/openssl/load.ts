import { isPkiError, PkiError } from '../../errors/pki-error.ts';
import { lenientBlocks } from '../../inspect/text/pem.ts';
import { STANDARD } from '../input.ts';
import type { Form } from './values.ts';

/** What a command reads, and how it is told apart from what else an input holds. */
export interface Wanted<T> {
  /** What to call it in errors, with its article. */
  readonly what: string;
  /** PEM labels. */
  readonly labels: readonly string[];
  /** Reads one; a string is the reason why not. It may throw `invalid-der`. */
  readonly read: (der: Uint8Array, label: string | undefined) => T | string;
  /** Whether the first block decides, or the first that can be read. */
  readonly firstBlockOnly?: true;
  /** How long the lines before a blank line may be, to be passed over; default 0. */
  readonly longestHeader?: number;
}

/** What OpenSSL's store takes for no header: less than `Proc-Type:` (providers/implementations/encode_decode/decode_pem2der.c). */
export const HEADER_PASSED_OVER = 10;

/** Where an input comes from, and the form it must have; without one, either. */
export interface Source {
  readonly path: string;
  readonly form: Form | undefined;
}

/**
 * Reads the first object of a kind in an input, in PEM or DER, as OpenSSL's programs do.
 *
 * @throws PkiError `invalid-pem`
 */
export function loadFirst<T extends object>(input: Uint8Array, { path, form }: Source, wanted: Wanted<T>): T {
  let problem: string | undefined;
  let hasBlock = false;
  for (const block of form === 'DER' ? [] : lenientBlocks(input)) {
    const isBroken = block === undefined || block.header.length > (wanted.longestHeader ?? 0);
    if (isBroken && wanted.firstBlockOnly === true) break;
    if (isBroken || !wanted.labels.includes(block.label)) continue;
    hasBlock = true;
    const found = attempt(wanted, block.der, block.label);
    if (typeof found !== 'string') return found;
    problem ??= found;
    if (wanted.firstBlockOnly === true) break;
  }
  if (!hasBlock && form !== 'PEM') {
    const found = attempt(wanted, input, undefined);
    if (typeof found !== 'string') return found;
    problem = input[0] === 0x30 ? found : undefined;
  }
  const source = path === STANDARD ? '<stdin>' : path;
  const expected = `${wanted.what} in ${form ?? 'PEM or DER'}`;
  throw new PkiError(
    'invalid-pem',
    `could not read ${expected} from ${source}: ${problem ?? 'there is none'}`,
    {
      details: { source, expected },
      hint: 'kubepki check FILE says what a file holds',
    },
  );
}

function attempt<T>({ read }: Wanted<T>, der: Uint8Array, label: string | undefined): T | string {
  try {
    return read(der, label);
  } catch (error) {
    if (isPkiError(error)) return error.message;
    throw error;
  }
}
