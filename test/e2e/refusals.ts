/** Clients that must not get in, beside one that does: with certificates that kubepki made wrong on purpose. */
import type { ControlPlane, Running } from './support/control-plane.ts';
import type { Answer } from './support/https.ts';
import { issue, strangerCa, type Pair } from './support/kubepki.ts';

/** Whom the certificates are for, and the CA that the server believes. */
interface Door {
  readonly title: string;
  readonly ca: string;
  readonly caName: string;
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** A request for which the client must be known; by nobody where no certificate is given. */
  readonly knock: (cluster: ControlPlane, as: Partial<Pair>) => Promise<Answer>;
  /** What a client with a wrong certificate sees. */
  readonly refused: Readonly<Record<'wrong' | 'none', unknown>>;
}

// The API server reads the certificate after the handshake and answers; etcd ends the handshake.
const UNAUTHORIZED = { status: 401 };
const CUT_OFF = { error: expect.stringMatching(/alert|ECONNRESET|socket hang up|EPIPE/) as unknown };

const DOORS: readonly Door[] = [
  {
    title: 'kube-apiserver',
    ...{ ca: 'ca', caName: 'kubernetes', commonName: 'root', organizations: ['system:masters'] },
    knock: (cluster, as) => cluster.askApiServer('/api/v1/nodes', as),
    // Who shows no certificate is anonymous, and may not list nodes.
    refused: { wrong: UNAUTHORIZED, none: { status: 403 } },
  },
  {
    title: 'etcd',
    ...{ ca: 'etcd/ca', caName: 'etcd-ca', commonName: 'client', organizations: [] },
    knock: (cluster, as) => cluster.etcds.ask('/v3/kv/range', { as, body: '{"key":"AA=="}' }),
    refused: { wrong: CUT_OFF, none: CUT_OFF },
  },
  {
    title: "etcd's port for peers",
    ...{ ca: 'etcd/ca', caName: 'etcd-ca', commonName: 'cp-9', organizations: [] },
    knock: (cluster, as) => cluster.etcds.askPeer('cp-1', as),
    refused: { wrong: CUT_OFF, none: CUT_OFF },
  },
];

const MINUTE = 60_000;

/** RFC 3339 to the second. */
const fromNow = (milliseconds: number): string =>
  `${new Date(Date.now() + milliseconds).toISOString().slice(0, 19)}Z`;

/** What is wrong with each certificate. Those that are of the tree's CA lie within its dates. */
const FAULTS: readonly (readonly [
  title: string,
  how: { readonly profile?: 'server'; readonly stranger?: true; readonly clock?: () => readonly string[] },
])[] = [
  ['that has expired', { clock: () => ['--now', fromNow(-3 * MINUTE), '--validity', '1m'] }],
  ['that is not valid yet', { clock: () => ['--now', fromNow(60 * MINUTE)] }],
  ['of another CA of the same name', { stranger: true }],
  ['for servers only', { profile: 'server' }],
];

/** The status of an answer, or why there is none. */
function outcome(answer: Promise<Answer>): Promise<unknown> {
  return answer.then(
    ({ status }) => ({ status }),
    (error: unknown) => ({ error: String(error) }),
  );
}

/** Refusals. */
export function refusals(running: Running): void {
  let made = 0;
  const certificate = async (door: Door, how: (typeof FAULTS)[number][1]): Promise<Pair> => {
    const cluster = running();
    const out = cluster.scratch(`client-${(made += 1)}`);
    const ca = how.stranger ? await strangerCa(door.caName, `${out}-ca`) : cluster.files.pki(door.ca);
    const san = how.profile === 'server' ? ['--san', 'client.e2e.example'] : [];
    const groups = door.organizations.flatMap((name) => ['--organization', name]);
    const args = [...san, ...groups, ...(how.clock?.() ?? [])];
    return issue({ profile: how.profile ?? 'client', ca, commonName: door.commonName, out, args });
  };

  describe.each(DOORS)('by $title:', (door) => {
    test('a client with a right certificate gets in', async () => {
      const as = await certificate(door, {});
      expect(await outcome(door.knock(running(), as))).toEqual({ status: 200 });
    });

    test.each(FAULTS)('a client with a certificate %s is refused', async (_, how) => {
      const as = await certificate(door, how);
      expect(await outcome(door.knock(running(), as))).toEqual(door.refused.wrong);
    });

    test('a client without a certificate is refused', async () => {
      expect(await outcome(door.knock(running(), {}))).toEqual(door.refused.none);
    });
  });

  test('kubectl gets in with the certificate of a user, and no more when that has expired', async () => {
    const cluster = running();
    const user = { profile: 'client', ca: cluster.files.pki('ca'), commonName: 'max' } as const;
    const expired = ['--now', fromNow(-3 * MINUTE), '--validity', '1m'];
    const flagsOf = ({ cert, key }: Pair) => ['--client-certificate', cert, '--client-key', key];
    const valid = flagsOf(await issue({ ...user, out: cluster.scratch('max') }));
    expect(await cluster.whoami(valid)).toBe('max');
    const old = flagsOf(await issue({ ...user, out: cluster.scratch('old-max'), args: expired }));
    await expect(cluster.whoami(old)).rejects.toThrow('Unauthorized');
  });
}
