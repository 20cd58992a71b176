/** The names that the API servers' certificates carry, asked for by three TLS implementations. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { describeWith, run } from '../support/foreign.ts';
import type { ControlPlaneName } from './support/cluster-files.ts';
import type { Running } from './support/control-plane.ts';
import { nodeRefusal } from './support/https.ts';

/** What the configuration asks for, and what kubeadm puts in by itself, of both control planes. */
const SHARED = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'api.e2e.example',
  'kubernetes.example.com',
  'any.apps.example.com',
  '10.96.0.1',
  'fd00:10:96::1',
  '203.0.113.10',
  '2001:db8::10',
];
const OWN = { 'cp-1': ['cp-1', '192.0.2.10'], 'cp-2': ['cp-2', '192.0.2.11', 'second.example.com'] };

const EVERY = (['cp-1', 'cp-2'] as const).flatMap((machine) =>
  [...SHARED, ...OWN[machine]].map((name) => [machine, name] as const),
);

/** The one name for which the tests ask by another: any label stands for the wildcard. */
const WILDCARD = { asked: 'any.apps.example.com', written: '*.apps.example.com' };

/** Names beside them: of the other machine, deeper or shallower than the wildcard, the next addresses. */
const FOREIGN: readonly (readonly [ControlPlaneName, string])[] = [
  ['cp-1', 'cp-2'],
  ['cp-1', 'second.example.com'],
  ['cp-1', '192.0.2.11'],
  ['cp-2', 'cp-1'],
  ['cp-2', '192.0.2.10'],
  ['cp-1', 'apps.example.com'],
  ['cp-1', 'too.deep.apps.example.com'],
  ['cp-1', 'example.com'],
  ['cp-1', 'localhost'],
  ['cp-1', '127.0.0.1'],
  ['cp-1', '10.96.0.2'],
  ['cp-1', 'fd00:10:96::2'],
];

/** A handshake of openssl; its exit code. */
async function opensslCode(port: number, name: string, ca: string): Promise<number> {
  const expected = isIP(name) === 0 ? ['-verify_hostname', name] : ['-verify_ip', name];
  const strict = ['-x509_strict', '-verify_return_error', '-CAfile', ca];
  const where = ['-connect', `127.0.0.1:${port}`];
  return (await run('openssl', ['s_client', ...where, ...strict, ...expected])).code;
}

/** The names. */
export function names(running: Running): void {
  /** A request of kubectl, and so of Go, to the name; what it says on failure. */
  const kubectlRefusal = async (machine: ControlPlaneName, name: string): Promise<string> => {
    const cluster = running();
    const port = cluster.apiPort(machine);
    const target = `${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
    cluster.network.route(target, port);
    const { cert, key } = cluster.superAdmin;
    const user = ['--client-certificate', cert, '--client-key', key];
    const trust = ['--certificate-authority', cluster.files.pki('ca.crt')];
    const flags = ['--server', `https://${target}`, ...trust, ...user];
    const { code, stdout, stderr } = await cluster.kubectl('/dev/null', [
      ...flags,
      'get',
      '--raw',
      '/readyz',
    ]);
    return code === 0 && stdout === 'ok' ? '' : stderr;
  };

  test.each(EVERY)('the API server of %s answers as %s to Node and kubectl', async (machine, name) => {
    const cluster = running();
    expect(await nodeRefusal(cluster.apiPort(machine), name, cluster.files.pki('ca.crt'))).toBeUndefined();
    expect(await kubectlRefusal(machine, name)).toBe('');
  });

  test.each(['cp-1', 'cp-2'] as const)('the certificate of %s carries those names and no more', (machine) => {
    const { subjectAltName = '' } = new X509Certificate(
      readFileSync(running().files.pki('apiserver.crt', machine)),
    );
    const carried = subjectAltName.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));
    const asked = [...SHARED, ...OWN[machine]].map((name) =>
      name === WILDCARD.asked ? WILDCARD.written : name,
    );
    // Node writes addresses of IPv6 in full.
    const sameForm = (name: string): string =>
      isIP(name) === 6 ? new URL(`https://[${name}]`).hostname : name;
    expect(carried.map(sameForm).sort()).toEqual(asked.map(sameForm).sort());
  });

  test.each(FOREIGN)('the API server of %s is not %s to Node and kubectl', async (machine, name) => {
    const cluster = running();
    const refusal = await nodeRefusal(cluster.apiPort(machine), name, cluster.files.pki('ca.crt'));
    expect(refusal).toMatch(/does not match certificate's altnames|is not in the cert's list/);
    expect(await kubectlRefusal(machine, name)).toMatch(/x509: certificate is valid for .*, not /);
  });

  describeWith(['openssl'], 'to openssl', () => {
    test('each API server answers as every name of its own, and as no other', async () => {
      const cluster = running();
      const ca = cluster.files.pki('ca.crt');
      const ask = async ([machine, name]: readonly [ControlPlaneName, string]) =>
        [machine, name, await opensslCode(cluster.apiPort(machine), name, ca)] as const;
      for (const own of EVERY) expect(await ask(own)).toEqual([...own, 0]);
      for (const other of FOREIGN) expect(await ask(other)).toEqual([...other, 1]);
    });
  });

  test.each([
    ['the first service network', '10.96.0.1'],
    ['the second service network', '[fd00:10:96::1]'],
  ])(
    'a pod reaches the API server at the first address of %s, with what is mounted into it',
    async (_, host) => {
      const cluster = running();
      cluster.network.route(`${host}:443`, cluster.apiPort('cp-1'));
      const mounted = await cluster.valueOf(
        ['configmap', 'kube-root-ca.crt', '-n', 'default'],
        '.data.ca\\.crt',
      );
      const ca = ['--certificate-authority', cluster.write('mounted.crt', mounted)];
      const flags = [...ca, '--token', await cluster.defaultToken()];
      expect(await cluster.whoami(flags, `https://${host}`)).toBe('system:serviceaccount:default:default');
    },
  );

  test('the API server gives the Service "kubernetes" an address that its certificate carries', async () => {
    const address = await running().valueOf(['service', 'kubernetes', '-n', 'default'], '.spec.clusterIP');
    expect(address).toBe('10.96.0.1');
  });
}
