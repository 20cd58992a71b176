/**
 * What is predicted of Go, OpenSSL and Node is what they say: on chains at random, and on some made by hand.
 * KUBEPKI_CHAIN_CASES says how many of each kind (default 40), PROPERTY_SEED which; a campaign is
 * `KUBEPKI_CHAIN_CASES=2000 npx jest -- test/differential/predict`.
 */
import { isIP } from 'node:net';
import fc from 'fast-check';
import { readCertificate } from '../../src/inspect/read/certificate.ts';
import { predictErrors, type Predictions } from '../../src/inspect/path/predict/predictions.ts';
import { GoJudge } from '../judges/go.ts';
import { opensslVerify } from '../judges/openssl.ts';
import { handshake } from '../judges/node-tls.ts';
import {
  chains,
  chainsAt,
  JUDGED_AT,
  keyOf,
  LEAF_KEY,
  type ChainCase,
  type Clock,
} from '../support/chain-cases.ts';
import { constrainedChains } from '../support/constrained-chains.ts';
import { describeWith } from '../support/foreign.ts';
import { commonName, extensions, forgeCertificate, pemOf } from '../support/forge-chain.ts';
import { handmadeChains } from '../support/handmade-chains.ts';
import '../support/property-seed.ts';

const COUNT = Number(process.env['KUBEPKI_CHAIN_CASES'] ?? 40);
/** Milliseconds for one case at most, with the foreign program's part. */
const PATIENCE = 400;

const ACCEPTED = 'accepted';

interface Round {
  readonly program: keyof Predictions;
  readonly ask: (one: ChainCase) => Promise<string>;
  readonly now?: Date;
}

function predict(one: ChainCase, now: Date): Promise<Predictions> {
  const { host, usage } = one;
  const request = {
    certificate: readCertificate(one.leaf),
    intermediates: one.intermediates.map((der) => readCertificate(der)),
    roots: one.roots.map((der) => readCertificate(der)),
    ...(host === undefined ? {} : { host }),
    ...(usage === undefined ? {} : { usage }),
  };
  return predictErrors(request, { now });
}

/** Predicts and asks: every answer must be the one predicted. */
async function agree(cases: readonly ChainCase[], { program, ask, now = JUDGED_AT }: Round): Promise<void> {
  const [wrong, kinds]: [string[], Set<string>] = [[], new Set()];
  for (const one of cases) {
    const [predictions, said] = [await predict(one, now), await ask(one)];
    const predicted = predictions[program] ?? ACCEPTED;
    kinds.add(said.replace(/"[^"]*"|\d{4}-\S+|for .*, not .*/g, '…'));
    if (predicted !== said) wrong.push(`${one.title}\n  predicted: ${predicted}\n  said: ${said}`);
  }
  if (COUNT > 100)
    process.stderr.write(
      `${program}: ${cases.length} chains, ${kinds.size} kinds of answers, ${wrong.length} wrong\n`,
    );
  expect(wrong.slice(0, 5)).toEqual([]);
  // Answers of one kind would tell nothing.
  expect(kinds.size).toBeGreaterThan(2);
}

async function askGo(judge: GoJudge, one: ChainCase, at = JUDGED_AT): Promise<string> {
  const answer = await judge.ask({
    op: 'verify',
    leaf: pemOf([one.leaf]),
    intermediates: pemOf(one.intermediates),
    roots: pemOf(one.roots),
    usage: [{ server: 'serverAuth', client: 'clientAuth', any: 'any' }[one.usage ?? 'any']],
    time: at.toISOString(),
    ...(one.host === undefined ? {} : { dnsName: one.host }),
  });
  return answer.ok ? ACCEPTED : answer.error;
}

async function askOpenssl(one: ChainCase, at = JUDGED_AT): Promise<string> {
  const isAddress = isIP(one.host ?? '') !== 0;
  const host = one.host === undefined ? {} : { [isAddress ? 'ip' : 'hostname']: one.host };
  const { ok, output } = await opensslVerify(pemOf([one.leaf]), {
    roots: pemOf(one.roots),
    ...(one.intermediates.length === 0 ? {} : { untrusted: pemOf(one.intermediates) }),
    purpose: ({ server: 'sslserver', client: 'sslclient', any: 'any' } as const)[one.usage ?? 'any'],
    attime: at.getTime() / 1000,
    ...host,
  });
  if (ok) return ACCEPTED;
  return output
    .split('\n')
    .filter((line) => line.startsWith('error ') && line.includes(' depth lookup: '))
    .join('\n');
}

/** A client that every server here accepts, so that what the server shows is all that is judged. */
function client(clock: Clock): { readonly cert: string; readonly key: string; readonly ca: string } {
  const time = { notBefore: clock.at, notAfter: new Date(clock.at.getTime() + 3_600_000) };
  const name = commonName('client');
  const { publicKey, privateKey } = keyOf(90);
  const list = [extensions.basicConstraints(true)];
  const der = forgeCertificate(
    { subject: name, issuer: name, publicKey, ...time, extensions: list },
    keyOf(90),
  );
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { cert: pemOf([der]), key, ca: pemOf([der]) };
}

async function askNode(one: ChainCase, clock: Clock): Promise<string> {
  const own = client(clock);
  const answer = await handshake({
    messages: true,
    server: {
      cert: pemOf([one.leaf, ...one.intermediates]),
      key: keyOf(LEAF_KEY).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      ca: own.ca,
    },
    client: { ...own, ca: pemOf(one.roots) },
    servername: one.host ?? 'web.example.com',
  });
  const { authorized, error, message } = answer.client;
  return authorized ? ACCEPTED : `${error}: ${message}`;
}

const KINDS = [
  ['faults', chains],
  ['name constraints', constrainedChains],
] as const;

describeWith(['go'], 'predictions of Go', () => {
  let judge: GoJudge;
  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());

  test.each(KINDS)(
    'with %s at random: what Go says',
    async (_kind, arbitrary) => {
      await agree(fc.sample(arbitrary, COUNT), { program: 'go', ask: (one) => askGo(judge, one) });
    },
    30_000 + COUNT * PATIENCE,
  );
});

describeWith(['openssl'], 'predictions of OpenSSL', () => {
  test.each(KINDS)(
    'with %s at random: the lines of openssl verify',
    async (_kind, arbitrary) => {
      await agree(fc.sample(arbitrary, COUNT), { program: 'openssl', ask: (one) => askOpenssl(one) });
    },
    30_000 + COUNT * PATIENCE,
  );
});

describe('predictions of Node', () => {
  test(
    'with faults at random: the code and message of its TLS client',
    async () => {
      // Node's clock goes on: no validity ends or begins within the hour.
      const clock = { at: new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000), margin: 3_600_000 };
      const servers = chainsAt(clock).map((one) => {
        const { host = 'web.example.com' } = one;
        return { ...one, host, usage: 'server' as const };
      });
      await agree(fc.sample(servers, COUNT), {
        program: 'node',
        ask: (one) => askNode(one, clock),
        now: new Date(),
      });
    },
    30_000 + COUNT * PATIENCE,
  );
});

describeWith(['go', 'openssl'], 'chains that people run into', () => {
  const at = new Date(Math.floor(Date.now() / 1000) * 1000);
  const clock = { at: new Date(at.getTime() - 60_000), margin: 3_600_000 };
  let judge: GoJudge;
  beforeAll(async () => {
    judge = await GoJudge.start();
  });
  afterAll(() => judge.stop());

  test.each(handmadeChains(clock).map((one) => [one.title, one] as const))(
    '%s: each program says what is predicted of it',
    async (_title, one) => {
      const { go, openssl, node } = await predict(one, at);
      const said = {
        go: await askGo(judge, one, at),
        openssl: await askOpenssl(one, at),
        node: await askNode(one, clock),
      };
      expect({ go: go ?? ACCEPTED, openssl: openssl ?? ACCEPTED, node: node ?? ACCEPTED }).toEqual(said);
    },
    30_000,
  );
});
