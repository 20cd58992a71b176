import type { TextPart } from './certificate.ts';
import type { UnknownExtensions } from './extensions.ts';
import { optionWords } from './option-list.ts';

/** What `-certopt` says. */
export interface CertificateOptions {
  readonly without: ReadonlySet<TextPart>;
  readonly unknownExtensions: UnknownExtensions;
}

export const DEFAULT_CERTIFICATE_OPTIONS: CertificateOptions = Object.freeze({
  without: new Set<TextPart>(),
  unknownExtensions: 'octets',
});

const PARTS = new Map<string, TextPart>([
  ['no_header', 'header'],
  ['no_version', 'version'],
  ['no_serial', 'serial'],
  ['no_signame', 'signame'],
  ['no_validity', 'validity'],
  ['no_subject', 'subject'],
  ['no_issuer', 'issuer'],
  ['no_pubkey', 'pubkey'],
  ['no_extensions', 'extensions'],
  ['no_sigdump', 'sigdump'],
  ['no_aux', 'aux'],
  ['no_attributes', 'attributes'],
]);

const UNKNOWN = new Map<string, UnknownExtensions>([
  ['ext_default', 'octets'],
  ['ext_error', 'error'],
  ['ext_parse', 'parse'],
  ['ext_dump', 'dump'],
]);

const CA_DEFAULT: readonly TextPart[] = ['issuer', 'pubkey', 'header', 'version'];

/**
 * Reads the value of `-certopt` (apps/lib/apps.c, set_cert_ex): names with commas between.
 *
 * @param before what earlier options said
 * @returns `undefined` where a name is not known
 */
export function parseCertificateOptions(
  text: string,
  before: CertificateOptions = DEFAULT_CERTIFICATE_OPTIONS,
): CertificateOptions | undefined {
  const without = new Set(before.without);
  let { unknownExtensions } = before;
  for (const word of optionWords(text)) {
    const isTakenBack = word.startsWith('-');
    const name = word.replace(/^[+-]/, '').toLowerCase();
    const part = PARTS.get(name);
    const unknown = UNKNOWN.get(name);
    if (part !== undefined) {
      if (isTakenBack) without.delete(part);
      else without.add(part);
    } else if (unknown !== undefined) unknownExtensions = isTakenBack ? 'octets' : unknown;
    else if (name === 'compatible' || name === 'ca_default') {
      without.clear();
      unknownExtensions = 'octets';
      if (name === 'ca_default' && !isTakenBack) for (const one of CA_DEFAULT) without.add(one);
    } else return undefined;
  }
  return { without, unknownExtensions };
}
