import { toHex } from '../../asn1/bytes.ts';
import { certificatesUnder, folderOf, groupBy } from './lookup.ts';
import type { Machine } from './machine.ts';
import { afterwards, overwriteCommand } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { shellWord } from './words.ts';

/** What all control planes have in common (kubeadm: app/phases/copycerts), and of CAs what nodes have as well. */
const SHARED = [
  'ca.crt',
  'front-proxy-ca.crt',
  'etcd/ca.crt',
  'ca.key',
  'front-proxy-ca.key',
  'etcd/ca.key',
  'sa.key',
  'sa.pub',
];
const OF_ANOTHER = /^(.*)\/nodes\/[^/]+\/etc\/kubernetes\/pki\/(.+)$/;

/** Places at which the same stands. */
interface Version {
  readonly places: readonly string[];
  /** How many certificates its CA has signed. */
  readonly signed: number;
}

/** The rule about what machines have in common: which of two is right, no machine's rank says. */
export const SHARED_FILE_RULE: Rule = Object.freeze<Rule>({
  code: 'shared-file-differs',
  severity: 'error',
  title: 'a file that all control planes or nodes have in common is not the same in the files of all',
  source: 'kubernetes.io, "Creating Highly Available Clusters with kubeadm": manual certificate distribution',
  fix: 'find out which is right, copy it over the others, then restart what uses it there',
  evaluate: (machine) => {
    const others = [...new Set([...machine.byPlace.keys(), ...machine.keysByPlace.keys()])].flatMap(
      (place) => {
        const [, root, base] = OF_ANOTHER.exec(place) ?? [];
        return root === undefined || base === undefined || !SHARED.includes(base)
          ? []
          : [{ root, base, place }];
      },
    );
    return [...groupBy(others, ({ root, base }) => `${root}#${base}`).values()].flatMap((group) => {
      const [one] = group;
      return one === undefined
        ? []
        : unlike(
            machine,
            one,
            group.map(({ place }) => place),
          );
    });
  },
});

function unlike(
  machine: Machine,
  { root, base }: { readonly root: string; readonly base: string },
  others: readonly string[],
): Violation[] {
  const first = [`${root}/pki/${base}`, `${root}/etc/kubernetes/pki/${base}`].find(
    (place) => contentAt(machine, place) !== undefined,
  );
  if (first === undefined) return [];
  const versions = [...groupBy([first, ...others], (place) => contentAt(machine, place) ?? '').values()].map(
    (places): Version => ({ places, signed: certificatesUnder(machine, keysAt(machine, places[0] ?? '')) }),
  );
  if (versions.length < 2) return [];
  const right = rightOf(versions);
  const wrong = [first, ...others].filter(
    (place) => !(right?.places ?? versions[0]?.places)?.includes(place),
  );
  return wrong.map((place): Violation => {
    const model = right?.places[0] ?? first;
    return {
      path: place,
      message: `is not the same as ${model}, which all machines have in common`,
      expected: right === undefined ? 'one content on all machines' : `the content of ${model}`,
      actual: 'another certificate or key',
      fix: right === undefined ? undecided(base, [model, place]) : copied(machine, model, place),
    };
  });
}

/** The content of a file as far as it counts: its certificates and its keys' public halves. */
function contentAt(machine: Machine, place: string): string | undefined {
  const certificates = (machine.byPlace.get(place) ?? []).map(({ entry }) => entry.fingerprint);
  const all = [...certificates, ...publicKeysAt(machine, place)];
  return all.length === 0 ? undefined : all.sort().join(' ');
}

function publicKeysAt({ keysByPlace }: Machine, place: string): string[] {
  return (keysByPlace.get(place) ?? []).map(({ facts }) =>
    facts.publicKey === undefined ? 'unknown' : toHex(facts.publicKey),
  );
}

/** The public keys of a file's certificates and keys. */
const keysAt = (machine: Machine, place: string): string[] => [
  ...(machine.byPlace.get(place) ?? []).map(({ publicKey }) => publicKey),
  ...publicKeysAt(machine, place),
];

/** The version under which more stands, else the one that more machines have; `undefined` where neither tells. */
function rightOf(versions: readonly Version[]): Version | undefined {
  const compare = (a: Version, b: Version): number =>
    b.signed - a.signed || b.places.length - a.places.length;
  const [first, second] = [...versions].sort(compare);
  return first === undefined || (second !== undefined && compare(first, second) === 0) ? undefined : first;
}

function copied(machine: Machine, model: string, place: string): string {
  const folder = folderOf(place).replace(/\/etcd$/, '');
  const component = machine.files.has(`${folder}/apiserver.crt`) ? 'kube-apiserver' : 'kubelet';
  const user = place.includes('/pki/etcd/') ? 'etcd' : component;
  return `${overwriteCommand(place, `cat ${shellWord(model)}`)}, then ${afterwards(machine, place, user)}`;
}

function undecided(base: string, [one, other]: readonly [string, string]): string {
  const how = base.startsWith('sa.')
    ? 'it is the one whose public half kubectl get --raw /openid/v1/jwks shows on a cluster that works'
    : 'it is the one of the CA that the certificates of running servers are signed by: kubepki verify CERT --ca CA';
  return `which of ${shellWord(one)} and ${shellWord(other)} is right is not known here: ${how}; keep both, copy the right one over the other, then restart what uses it`;
}
