import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openConsole, type Console } from './support/console.ts';

let shell: Console;

beforeAll(async () => {
  shell = openConsole();
  for (const line of [
    'ca create --common-name root --out root',
    'ca create --common-name issuing --parent root --out issuing',
    'ca create --common-name root --out another',
    'issue server --ca issuing --common-name web --san web.internal,10.0.0.7 --out web',
  ]) {
    expect(await shell.kubepki(line)).toMatchObject({ code: 0 });
  }
  writeFileSync(join(shell.cwd, 'text'), 'no certificate\n');
  writeFileSync(join(shell.cwd, 'cut.crt'), '-----BEGIN CERTIFICATE-----\nMIIB\n');
  writeFileSync(join(shell.cwd, 'cut.der'), Uint8Array.of(0x30, 0x82, 1, 0, 0x30));
});

afterAll(() => {
  shell.remove();
});

test('a certificate whose path leads to the trusted one is accepted, and the path is printed', async () => {
  const { code, stdout } = await shell.kubepki(
    'verify web.crt --ca root.crt --host web.internal --usage server',
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^accepted\n0 +certificate +CN = web .*\n1 +intermediate +CN = issuing .*\n2 +trusted +CN = root .*\n$/,
  );
});

test.each([
  ['another CA by the name', 'verify web.crt --ca another.crt', 'bad-signature'],
  ['no CA by the name', 'verify root.crt --ca issuing.crt', 'unknown-issuer'],
  ['another host', 'verify web.crt --ca root.crt --host 10.0.0.8', 'name-mismatch'],
  ['another usage', 'verify web.crt --ca root.crt --usage client', 'extended-key-usage'],
  ['a later time', 'verify web.crt --ca root.crt --at 2035-01-01T00:00:00Z', 'expired'],
  ['a path that is too long', 'verify web.crt --ca root.crt --max-depth 0', 'path-length'],
  ['a policy that is not there', 'verify web.crt --ca root.crt --policy 1.2.3 --policy 1.2.4', 'policy'],
  ['the key of another', 'verify web.crt --ca root.crt --key root.key', 'key-mismatch'],
  ['a PEM block that is cut off', 'verify cut.crt --ca root.crt', 'malformed'],
  ['DER that is cut off', 'verify cut.der --ca root.crt', 'malformed'],
])('%s: the answer is no, with the reason', async (_what, line, reason) => {
  const { code, stdout, stderr } = await shell.kubepki(line);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toMatch(/^not accepted\n/);
  expect(stdout).toContain(` ${reason} `);
});

test.each([
  'verify text --ca root.crt',
  'verify missing.crt --ca root.crt',
  'verify web.crt',
  'verify web.crt --ca text',
  'verify web.crt --ca root.crt --crl text',
  'verify web.crt --ca root.crt --usage peer',
  'verify web.crt --ca root.crt --policy gold',
  'verify web.crt --ca root.crt --at noon',
  'verify web.crt --ca root.crt --max-depth -1',
  'verify --ca root.crt',
])('%s is wrong usage', async (line) => {
  const { code, stdout, stderr } = await shell.kubepki(line);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^kubepki: /);
});

test('for programs the answer is a VerifyResult', async () => {
  const { code, stdout } = await shell.kubepki('verify web.crt --ca another.crt -o json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    apiVersion: 'kubepki/v1alpha1',
    kind: 'VerifyResult',
    accepted: false,
    candidates: [
      { complete: false, reasons: [{ code: 'bad-signature', depth: 1, subject: 'CN = issuing' }] },
    ],
  });
});

test('the certificate may come from standard input, and its key be its own', async () => {
  const { stdout: pem } = await shell.kubepki(
    'issue server --ca issuing --common-name db --san db.internal --out -',
  );
  const { code } = await shell.kubepki('verify - --ca root.crt --host db.internal', { input: pem });
  expect(code).toBe(0);
  expect(await shell.kubepki('verify web.crt --ca root.crt --key web.key')).toMatchObject({ code: 0 });
});

test('what Go, OpenSSL and Node will say stands behind a no, in their own words', async () => {
  const { stdout } = await shell.kubepki(
    'verify web.crt --ca another.crt --host web.internal --usage server',
  );
  expect(stdout).toMatch(
    /\nGo says: x509: certificate signed by unknown authority \(possibly because of .+"root"\)\n/,
  );
  expect(stdout).toMatch(
    /\nOpenSSL says: error 20 at \d depth lookup: unable to get local issuer certificate\n/,
  );
  expect(stdout).toMatch(/\nNode says: UNABLE_TO_GET_ISSUER_CERT_LOCALLY: .+\n$/);
});

test('who accepts what is not accepted, and who does not accept what is, is said', async () => {
  const later = await shell.kubepki('verify web.crt --ca issuing.crt');
  expect(later.code).toBe(0);
  expect(later.stdout).toMatch(
    /\nGo accepts it\nOpenSSL says: error 2 at 1 depth lookup: unable to get issuer certificate\nNode says: UNABLE_TO_GET_ISSUER_CERT: unable to get issuer certificate\n$/,
  );
});

test('for programs the predictions are texts, or null for a yes', async () => {
  const { stdout } = await shell.kubepki('verify web.crt --ca issuing.crt -o json');
  expect(JSON.parse(stdout)).toMatchObject({
    accepted: true,
    predictions: { go: null, node: 'UNABLE_TO_GET_ISSUER_CERT: unable to get issuer certificate' },
  });
});
