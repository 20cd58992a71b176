import { toHex } from '../../asn1/bytes.ts';
import type { KeyEntry } from '../inventory.ts';
import type { CertificateFacts } from './facts.ts';
import { certificatesUnder, folderOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { KeyPair } from './pairs.ts';
import { afterwards, certificateCommand, overwriteCommand, reissue, type Mending } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { shellWord } from './words.ts';

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
  (code: string, tell: (machine: Machine, pair: KeyPair) => Violation, how: Mending = 'rekey') =>
  (machine: Machine): Violation[] =>
    machine.pairs
      .filter(
        (pair) => faultOf(machine, pair) === code && (pair.by !== undefined || code !== 'key-encrypted'),
      )
      .map((pair) => {
        const fix = fixOf(machine, pair, how);
        return { ...(fix === undefined ? {} : { fix }), ...tell(machine, pair) };
      });

/** The duty of this very pair: a copy of its certificate may well lie in another, which is sound. */
function fixOf(machine: Machine, { certificate, keyPlace, by }: KeyPair, how: Mending): string | undefined {
  const duty = machine.duties.find(
    (one) => one.certificate.id === certificate.id && one.keyPlace === keyPlace,
  );
  if (by === undefined) return undefined;
  return reissue(machine, duty, how);
}

/** Asks for the password. */
function decrypting(keyPlace: string): string {
  const [key, plain] = [keyPlace, `${keyPlace}.plain`].map(shellWord);
  return keyPlace.includes('#')
    ? 'decrypt it: openssl pkey -in KEY -out KEY.plain, and embed that'
    : `openssl pkey -in ${key ?? ''} -out ${plain ?? ''} && ${overwriteCommand(keyPlace, `cat ${plain ?? ''}`)} && rm ${plain ?? ''}`;
}

/** Names what else belongs to the key and to the certificate: with that, either can be put back. */
function mismatched(machine: Machine, pair: KeyPair): Violation {
  const { certificate, keyPlace } = pair;
  const key = privateKeyAt(machine, keyPlace);
  const own = key === undefined ? undefined : publicKeyOf(key);
  const owner = machine.certificates.find(({ publicKey }) => publicKey === own);
  const right = machine.inventory.keys.find(
    (one) => one.isPrivate && publicKeyOf(one) === certificate.publicKey,
  );
  const whose = owner === undefined ? '' : `, which is that of ${owner.subject} in ${owner.id}`;
  const where = right === undefined ? '' : `; its own key is in ${right.id}`;
  const fix = backFix(machine, pair, { owner, right });
  return {
    path: certificate.id,
    message: `${certificate.subject} does not match the key in ${keyPlace}${whose}${where}${needs(pair)}`,
    expected: 'the same public key in both',
    actual: 'two different ones',
    ...(fix === undefined ? {} : { fix }),
  };
}

interface OtherHalves {
  readonly owner: CertificateFacts | undefined;
  readonly right: KeyEntry | undefined;
}

/** Of a CA, what stands under certificate and key tells which of them is the wrong one; of others, whether the right key lies loose. */
function backFix(machine: Machine, pair: KeyPair, { owner, right }: OtherHalves): string | undefined {
  const { certificate, keyPlace } = pair;
  const component = machine.duties.find((one) => one.keyPlace === keyPlace)?.component ?? 'kube-apiserver';
  const after = afterwards(machine, certificate.entry.path, component);
  const balance = certificate.isCa
    ? certificatesUnder(machine, [certificate.publicKey]) -
      certificatesUnder(machine, [owner?.publicKey ?? ''])
    : 0;
  if (owner?.isCa === true && balance < 0)
    return `${certificateCommand(machine, owner, certificate.place)}, then ${after}`;
  const isUsable =
    right?.field === undefined && machine.files.has(keyPlace) && !machine.byPlace.has(keyPlace);
  if (right === undefined || !isUsable || machine.byPlace.has(right.path)) return undefined;
  const isLoose = !machine.pairs.some((other) => other.keyPlace === right.path);
  if (certificate.isCa ? balance <= 0 : !isLoose) return undefined;
  return `${overwriteCommand(keyPlace, `cat ${shellWord(right.path)}`)}, then ${after}`;
}

const needs = ({ by }: KeyPair): string => (by === undefined ? '' : `, and ${by} needs both`);

/** Rules about certificates and the keys that belong to them. */
export const PAIR_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'key-mismatch',
    severity: 'error',
    title: 'a key is not the one of its certificate',
    source: PAIR,
    fix: 'put back the key that belongs to the certificate, or issue both again: kubepki apply --config FILE; of a CA, never make either anew: find the other half on another control plane or in a backup',
    evaluate: pairRule('key-mismatch', mismatched, 'remake'),
  },
  {
    code: 'key-missing',
    severity: 'error',
    title: 'a certificate that a component shows has no private key where it looks for one',
    source: PAIR,
    fix: 'put the key back, or issue certificate and key again: kubepki apply --config FILE',
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
    fix: 'openssl pkey -in KEY -out KEY.plain, or issue certificate and key again: kubepki apply --config FILE',
    evaluate: pairRule('key-encrypted', (machine, pair) => ({
      path: privateKeyAt(machine, pair.keyPlace)?.id ?? pair.keyPlace,
      message: `is encrypted, and ${pair.by ?? 'its component'} cannot give a password`,
      expected: 'a key that is not encrypted',
      actual: 'an encrypted key',
      fix: decrypting(pair.keyPlace),
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
