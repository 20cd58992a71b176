import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestPki, TestServers, TOKEN, type TestServer } from '../../../support/api-servers.ts';
import { openConsole, type Console } from '../support/console.ts';

const servers = new TestServers();
let pki: TestPki;
let server: TestServer;
let terminal: Console;

beforeAll(async () => {
  // Valid at the console's time as well as the machine's.
  pki = await TestPki.create();
  server = await servers.https(await pki.server({ validity: '9y' }));
  terminal = openConsole();
});
afterAll(async () => {
  terminal.remove();
  await servers.stop();
});

/** A kubeconfig of one context for the server, whose CA and token lie beside it. */
function put(
  name: string,
  { port = server.port, token = TOKEN }: { port?: number; token?: string } = {},
): void {
  const file = (part: string, text: string): void => {
    writeFileSync(join(terminal.cwd, `${name}${part}`), text, { mode: 0o600 });
  };
  file('.crt', pki.ca.toPem());
  file('.token', `${token}\n`);
  const text = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'prod' },
    clusters: [
      {
        name: 'prod',
        cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': `${name}.crt` },
      },
    ],
    contexts: [
      { name: 'prod', context: { cluster: 'prod', user: 'ci' } },
      { name: 'lost', context: { cluster: 'lost', user: 'ci' } },
    ],
    users: [{ name: 'ci', user: { tokenFile: `${name}.token` } }],
  };
  file('', JSON.stringify(text));
}

describe('kubeconfig check', () => {
  test('opens no connection without --connect', async () => {
    put('offline');
    const before = server.connections();
    const { stdout } = await terminal.kubepki('kubeconfig check offline');
    expect(stdout).not.toContain('connection');
    expect(server.connections()).toBe(before);
  });

  test('says with --connect who is there, and who the user is', async () => {
    put('online');
    const { stdout, stderr } = await terminal.kubepki('kubeconfig check online --connect --context prod');
    expect(stderr).toBe('');
    expect(stdout).toContain(
      `  connection  connected to https://127.0.0.1:${server.port} (TLSv1.3): its certificate is that of 127.0.0.1, signed by CN=kubernetes; accepted as system:serviceaccount:default:ci (system:serviceaccounts, system:authenticated)\n`,
    );
    expect(stdout).not.toContain(TOKEN);
  });

  test('counts what servers say among its findings, and calls nobody for a context that leads nowhere', async () => {
    put('refused', { token: 'another-token' });
    const before = server.connections();
    const { code, stdout } = await terminal.kubepki('kubeconfig check refused --connect -o json');
    expect([code, server.connections() - before, stdout]).toEqual([
      2,
      1,
      expect.not.stringContaining('another-token'),
    ]);
    const report: unknown = JSON.parse(stdout);
    const said = {
      code: 'credentials-refused',
      severity: 'error',
      path: `${join(terminal.cwd, 'refused')}#users[0].user`,
    };
    expect(report).toMatchObject({
      status: 'CRITICAL',
      contexts: [
        { connection: { findings: expect.arrayContaining([expect.objectContaining(said)]) as unknown } },
        {},
      ],
      findings: expect.arrayContaining([expect.objectContaining(said)]) as unknown,
    });
  });

  test('puts together cluster and user of several files, each with the paths of its own', async () => {
    put('first');
    put('second', { token: 'never-used' });
    const env = { KUBECONFIG: ['first', 'second'].map((name) => join(terminal.cwd, name)).join(':') };
    const { stdout } = await terminal.kubepki('kubeconfig check --connect', { env });
    expect(stdout).toContain('; accepted as system:serviceaccount:default:ci');
  });

  test('waits no longer than --timeout says', async () => {
    const silent = await servers.tcp((socket) => socket.resume());
    put('silent', { port: silent.port });
    const { code, stdout } = await terminal.kubepki('kubeconfig check silent --connect --timeout 100ms');
    expect(code).toBe(2);
    expect(stdout).toContain(`no connection to https://127.0.0.1:${silent.port}: no answer came in time`);
    expect(stdout).toContain('connection-timeout');
  });

  test('does not fail where a file is not there', async () => {
    put('fileless');
    writeFileSync(
      join(terminal.cwd, 'fileless'),
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'prod' },
        clusters: [
          { name: 'prod', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority': 'none.crt' } },
        ],
        contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'ci' } }],
        users: [{ name: 'ci', user: { token: 'a' } }],
      }),
    );
    const { stdout } = await terminal.kubepki('kubeconfig check fileless --connect');
    expect(stdout).toContain('not tried: cannot read');
  });

  test.each([
    ['--timeout 1s', /--timeout is for --connect/],
    ['--connect --timeout 0s', /--timeout is a duration/],
    ['--connect --timeout soon', /soon/],
  ])('refuses %s', async (flags, message) => {
    put('wrong');
    const { code, stderr } = await terminal.kubepki(`kubeconfig check wrong ${flags}`);
    expect(code).toBe(3);
    expect(stderr).toMatch(message);
  });
});
