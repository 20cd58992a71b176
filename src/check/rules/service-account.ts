import { toHex } from '../../asn1/bytes.ts';
import type { KeyEntry } from '../inventory.ts';
import { componentsNamed, folderOf, pathsOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import type { Rule, Violation } from './rule.ts';
import { restartOf } from './words.ts';

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
    fix: 'openssl pkey -in /etc/kubernetes/pki/sa.key -pubout -out /etc/kubernetes/pki/sa.pub, then restart kube-apiserver',
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
      fix: `openssl pkey -in ${place} -pubout -out ${publicPlace}, then ${restartOf(machine, 'kube-apiserver')}`,
    },
  ];
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
          fix: `add the public half (openssl pkey -in ${path} -pubout) to ${first}, then ${restartOf(machine, 'kube-apiserver')}`,
        },
      ];
    });
  });
}
