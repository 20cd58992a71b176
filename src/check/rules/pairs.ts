import type { Duty } from './duties.ts';
import { placeOf, type CertificateFacts } from './facts.ts';
import { componentsNamed, pathsOf, type Index } from './lookup.ts';

/** A certificate and the place of the key that belongs to it. */
export interface KeyPair {
  readonly certificate: CertificateFacts;
  /** File or field of the key. */
  readonly keyPlace: string;
  /** Who needs both; `undefined` where only their names say that they belong together. */
  readonly by: string | undefined;
}

/** Names of keys by names of certificates: `x.crt` and `x.key`, `x.pem` and `x-key.pem`, `tls.crt` and `tls.key`. */
const KEY_NAMES: readonly (readonly [RegExp, string])[] = [
  [/\.crt$/, '.key'],
  [/\.pem$/, '-key.pem'],
  [/\.pem$/, '.key'],
  [/\.cert$/, '.key'],
];

/** The pairs that components need, that sign, and that belong together by name. */
export function pairsOf(index: Index, duties: readonly Duty[]): KeyPair[] {
  const used = duties.flatMap(({ certificate, keyPlace, by }): KeyPair[] =>
    keyPlace === undefined ? [] : [{ certificate, keyPlace, by }],
  );
  const pairs = [...used, ...signingPairs(index)];
  const known = new Set(pairs.map(({ certificate }) => certificate.place));
  const named = index.certificates
    .filter(({ place, entry }) => entry.index === 0 && !known.has(place))
    .flatMap((certificate) => namedPair(index, certificate));
  return [...pairs, ...named];
}

function signingPairs(index: Index): KeyPair[] {
  return componentsNamed(index, 'kube-controller-manager').flatMap((component): KeyPair[] => {
    const [path] = pathsOf(component, 'cluster-signing-cert-file');
    const [keyPlace] = pathsOf(component, 'cluster-signing-key-file');
    const certificate = path === undefined ? undefined : index.byPlace.get(path)?.[0];
    if (certificate === undefined || keyPlace === undefined) return [];
    return [{ certificate, keyPlace, by: 'kube-controller-manager --cluster-signing-cert-file' }];
  });
}

function namedPair(index: Index, certificate: CertificateFacts): KeyPair[] {
  const { path, field } = certificate.entry;
  const inField = field?.replace('client-certificate-data', 'client-key-data').replace('tls.crt', 'tls.key');
  const candidates =
    inField === undefined
      ? [path, ...KEY_NAMES.filter(([end]) => end.test(path)).map(([end, other]) => path.replace(end, other))]
      : [placeOf(path, inField)];
  const keyPlace = candidates.find((place) =>
    index.keysByPlace.get(place)?.some(({ isPrivate }) => isPrivate),
  );
  return keyPlace === undefined ? [] : [{ certificate, keyPlace, by: undefined }];
}
