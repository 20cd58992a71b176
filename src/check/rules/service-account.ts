import { toHex } from '../../asn1/bytes.ts';
import type { KeyEntry } from '../inventory.ts';
import { componentsNamed, folderOf, pathsOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import { afterwards, appendCommand, overwriteCommand } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { restartOf, shellWord } from './words.ts';

const SOURCE =
  'kubernetes.io, "Managing Service Accounts"; kubeadm certs.go CreateServiceAccountKeyAndPublicKeyFiles';
/** What the API server signs tokens with (pkg/serviceaccount/jwt.go: RS256, ES256, ES384, ES512). */
const SIGNING_KEYS: readonly string[] = ['rsa', 'ec', 'unknown'];

const publicKeyOf = ({ facts }: KeyEntry): string | undefined =>
  facts.publicKey === undefined ? undefined : toHex(facts.publicKey);

/** The public keys at a place: of private keys and of certificates too, as the API server takes them. */
function keysAt(machine: Machine, place: string): string[] {
  const keys = (machine.keysByPlace.get(place) ?? []).flatMap((key) => publicKeyOf(key) ?? []);
  return [...keys, ...(machine.byPlace.get(place) ?? []).map(({ publicKey }) => publicKey)];
}

/** Rules about the keys of service accounts. */
export const SERVICE_ACCOUNT_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'sa-key-mismatch',
    severity: 'error',
    title: 'sa.pub is not the public half of sa.key',
    source: SOURCE,
    fix: 'find out which is right: kubectl get --raw /openid/v1/jwks shows what the running API server checks tokens by; then put its other half beside it',
    evaluate: (machine) =>
      [...machine.keysByPlace.keys()]
        .filter((place) => place.endsWith('/sa.key'))
        .flatMap((place) => unlikePair(machine, place)),
  },
  {
    code: 'sa-signing-key-mismatch',
    severity: 'error',
    title: 'tokens of service accounts are signed by a key that the API server does not check them by',
    source: SOURCE,
    fix: 'name the public half of the signing key in --service-account-key-file as well, then restart kube-apiserver',
    yieldsTo: ['sa-key-mismatch'],
    evaluate: unknownSigners,
  },
  {
    code: 'sa-key-unsupported',
    severity: 'error',
    title: 'the key that signs tokens of service accounts is neither RSA nor ECDSA',
    source: 'kubernetes pkg/serviceaccount/jwt.go, signerFromPrivateKey',
    fix: 'make an RSA or ECDSA key, and rotate: add its public half first, then sign with it',
    evaluate: (machine) =>
      machine.inventory.keys
        .filter(({ path, uses, facts, isPrivate }) => {
          const signs = path.endsWith('/sa.key') || uses.some(({ role }) => role === 'service-account-key');
          return isPrivate && signs && !SIGNING_KEYS.includes(facts.algorithm.toLowerCase());
        })
        .map(({ id, facts }) => ({
          path: id,
          message: `is of algorithm ${facts.algorithm}, which cannot sign tokens`,
          expected: 'RSA or ECDSA',
          actual: facts.algorithm,
        })),
  },
]);

function unlikePair(machine: Machine, place: string): Violation[] {
  const publicPlace = place.replace(/key$/, 'pub');
  const [own] = keysAt(machine, place);
  const others = keysAt(machine, publicPlace);
  if (own === undefined || others.length === 0 || others.includes(own)) return [];
  return [
    {
      path: publicPlace,
      message: `does not belong to ${place}: every token of a service account is refused`,
      expected: `the public half of ${place}`,
      actual: 'another key',
      fix: pairFix(machine, { place, publicPlace, own, others }),
    },
  ];
}

const publicHalf = (key: string): string => `openssl pkey -in ${shellWord(key)} -pubout`;

/** Other files of service account keys: copies of other machines, and what flags name. */
function witnesses({ inventory }: Machine, pair: readonly string[]): KeyEntry[] {
  return inventory.keys.filter(
    ({ path, uses }) =>
      !pair.includes(path) &&
      (/\/sa\.(?:key|pub)$/.test(path) || uses.some(({ role }) => role.startsWith('service-account'))),
  );
}

/** Either of the two may be the wrong one: what else has one of them tells. */
function pairFix(
  machine: Machine,
  {
    place,
    publicPlace,
    own,
    others,
  }: {
    readonly place: string;
    readonly publicPlace: string;
    readonly own: string;
    readonly others: readonly string[];
  },
): string {
  const elsewhere = witnesses(machine, [place, publicPlace]);
  const like = (keys: readonly string[]): KeyEntry[] =>
    elsewhere.filter((key) => keys.includes(publicKeyOf(key) ?? ''));
  const [ofKey, ofPublic] = [like([own]), like(others)];
  const after = afterwards(machine, place, 'kube-apiserver');
  if (ofKey.length > ofPublic.length)
    return `${overwriteCommand(publicPlace, publicHalf(place))}, then ${after}`;
  const key = ofPublic.find(({ isPrivate, field }) => isPrivate && field === undefined);
  if (ofPublic.length > ofKey.length && key !== undefined)
    return `${overwriteCommand(place, `cat ${shellWord(key.path)}`)}, then ${after}`;
  return `which of the two is right is not known here: kubectl get --raw /openid/v1/jwks shows what the running API server checks tokens by; where that is ${place}: ${overwriteCommand(publicPlace, publicHalf(place))}; where it is ${publicPlace}: put its key back from another control plane or a backup; then ${after}`;
}

function unknownSigners(machine: Machine): Violation[] {
  return componentsNamed(machine, 'kube-apiserver').flatMap((server) => {
    const [first] = pathsOf(server, 'service-account-key-file');
    const checking = pathsOf(server, 'service-account-key-file').flatMap((path) => keysAt(machine, path));
    if (first === undefined || checking.length === 0) return [];
    const signing = [
      ...pathsOf(server, 'service-account-signing-key-file').map((path) => ({ path, by: server.name })),
      ...componentsNamed(machine, 'kube-controller-manager').flatMap((manager) =>
        pathsOf(manager, 'service-account-private-key-file').map((path) => ({ path, by: manager.name })),
      ),
    ];
    const told = new Set<string>();
    return signing.flatMap(({ path, by }): Violation[] => {
      const [own] = keysAt(machine, path);
      // A public half that does not belong to its key is the deeper cause, and told of that file.
      const isPairBroken = folderOf(path) === folderOf(first) && unlikePair(machine, path).length > 0;
      if (own === undefined || checking.includes(own) || told.has(path) || isPairBroken) return [];
      told.add(path);
      return [
        {
          path,
          message: `signs tokens for ${by}, and kube-apiserver --service-account-key-file does not hold its public half`,
          expected: `its public half in ${first}`,
          actual: 'another key',
          fix: `${appendCommand(first, publicHalf(path))}, then ${restartOf(machine, 'kube-apiserver')}`,
        },
      ];
    });
  });
}
