import { toHex } from '../../asn1/bytes.ts';
import type { KeyEntry } from '../inventory.ts';
import { folderOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { KeyPair } from './pairs.ts';
import type { Rule, Violation } from './rule.ts';
import { dutyOf, reissue } from './words.ts';

const PAIR = 'Go crypto/tls X509KeyPair; kubernetes.io, "PKI certificates and requirements"';

function privateKeyAt({ keysByPlace }: Machine, place: string): KeyEntry | undefined {
  return keysByPlace.get(place)?.find(({ isPrivate }) => isPrivate);
}

const publicKeyOf = ({ facts }: KeyEntry): string | undefined =>
  facts.publicKey === undefined ? undefined : toHex(facts.publicKey);

/** Whether keys of that folder were looked at: of a certificate that is checked by itself, none was. */
function isLookedAt({ files, inventory }: Machine, keyPlace: string): boolean {
  const folder = folderOf(keyPlace);
  return files.has(keyPlace) || inventory.keys.some(({ path }) => folderOf(path) === folder);
}

/** What is wrong with a pair: the one rule that tells of it. */
function faultOf(machine: Machine, { certificate, keyPlace }: KeyPair): string | undefined {
  const key = privateKeyAt(machine, keyPlace);
  if (key === undefined) return isLookedAt(machine, keyPlace) ? 'key-missing' : undefined;
  const own = publicKeyOf(key);
  if (own === undefined) return key.facts.encrypted ? 'key-encrypted' : undefined;
  if (own !== certificate.publicKey) return 'key-mismatch';
  if (key.facts.encrypted) return 'key-encrypted';
  return certificate.entry.index > 0 ? 'certificate-order' : undefined;
}

const pairRule =
  (code: string, tell: (machine: Machine, pair: KeyPair) => Violation) =>
  (machine: Machine): Violation[] =>
    machine.pairs
      .filter(
        (pair) => faultOf(machine, pair) === code && (pair.by !== undefined || code !== 'key-encrypted'),
      )
      .map((pair) => {
        const fix =
          pair.by === undefined ? undefined : reissue(machine, dutyOf(machine, pair.certificate), 'remake');
        return { ...(fix === undefined ? {} : { fix }), ...tell(machine, pair) };
      });

const needs = ({ by }: KeyPair): string => (by === undefined ? '' : `, and ${by} needs both`);

/** Rules about certificates and the keys that belong to them. */
export const PAIR_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'key-mismatch',
    severity: 'error',
    title: 'a key is not the one of its certificate',
    source: PAIR,
    fix: 'put back the key that belongs to the certificate, or issue both again: kubepki apply',
    evaluate: pairRule('key-mismatch', (_machine, pair) => ({
      path: pair.certificate.id,
      message: `${pair.certificate.subject} does not match the key in ${pair.keyPlace}${needs(pair)}`,
      expected: 'the same public key in both',
      actual: 'two different ones',
    })),
  },
  {
    code: 'key-missing',
    severity: 'error',
    title: 'a certificate that a component shows has no private key where it looks for one',
    source: PAIR,
    fix: 'put the key back, or issue certificate and key again: kubepki apply',
    yieldsTo: ['file-missing', 'file-unreadable', 'no-permission', 'malformed-key', 'kubelet-link-dead'],
    evaluate: pairRule('key-missing', (_machine, pair) => ({
      path: pair.keyPlace,
      message: `holds no private key for ${pair.certificate.subject} of ${pair.certificate.id}${needs(pair)}`,
      expected: 'a private key',
      actual: 'none',
    })),
  },
  {
    code: 'key-encrypted',
    severity: 'error',
    title: 'a key is encrypted where a component needs it plain',
    source: 'Go crypto/tls X509KeyPair: no password can be given',
    fix: 'openssl pkey -in KEY -out KEY.plain, or issue certificate and key again: kubepki apply',
    evaluate: pairRule('key-encrypted', (machine, pair) => ({
      path: privateKeyAt(machine, pair.keyPlace)?.id ?? pair.keyPlace,
      message: `is encrypted, and ${pair.by ?? 'its component'} cannot give a password`,
      expected: 'a key that is not encrypted',
      actual: 'an encrypted key',
      fix: `openssl pkey -in ${pair.keyPlace} -out ${pair.keyPlace}.plain (asks for the password), then mv it into place with mode 600`,
    })),
  },
  {
    code: 'certificate-order',
    severity: 'error',
    title: 'the certificate of a key is not the first in its file',
    source: 'RFC 8446 4.4.2; Go crypto/tls X509KeyPair takes the first',
    fix: 'put the certificate first, then its intermediates',
    evaluate: pairRule('certificate-order', (_machine, pair) => ({
      path: pair.certificate.place,
      message: `begins with another certificate than ${pair.certificate.subject}, whose key lies in ${pair.keyPlace}${needs(pair)}`,
      expected: 'the certificate of the key first',
      actual: `it is number ${pair.certificate.entry.index + 1}`,
      fix: `reorder ${pair.certificate.entry.path}: the certificate of the key first, its issuers behind it`,
    })),
  },
]);
