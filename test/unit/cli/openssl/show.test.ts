import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, issue } from '../../../../src/ca/index.ts';
import { encodePem } from '../../../../src/x509/pem.ts';
import { fixtureKey } from '../../../support/fixture-keys.ts';
import { NOW, openConsole, type Console } from '../support/console.ts';

let place: Console;
let certificate: string;

beforeAll(async () => {
  place = openConsole();
  const key = await fixtureKey('ECDSA-P256');
  const ca = await createAuthority({ commonName: 'root', key }, { now: NOW });
  const request = {
    profile: 'server',
    commonName: 'web',
    subjectAltNames: ['web.internal'],
    validity: '90d',
    key,
  } as const;
  certificate = (await issue(ca, request, { now: NOW })).toPem();
  writeFileSync(join(place.cwd, 'web.crt'), certificate);
});

afterAll(() => {
  place.remove();
});

describe('kubepki x509', () => {
  test('prints in the order of the options, each where it is given last', async () => {
    const { stdout, code } = await place.kubepki('x509 -in web.crt -noout -subject -issuer -subject');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'issuer=CN = root\nsubject=CN = web\n' });
  });

  test.each(['-o json', '--output json', '-output=json -text -noout'])(
    'gives a document for programs with %s',
    async (option) => {
      const { stdout, stderr, code } = await place.kubepki(`x509 -in web.crt ${option}`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        apiVersion: 'kubepki/v1alpha1',
        kind: 'Certificate',
        version: 3,
        subject: 'CN = web',
        issuer: 'CN = root',
        commonName: 'web',
        subjectAltNames: ['DNS:web.internal'],
        daysLeft: 90,
        keyAlgorithm: 'ECDSA-P256',
        extendedKeyUsage: ['serverAuth'],
        pem: certificate,
        extensions: expect.arrayContaining([
          { oid: '2.5.29.19', name: 'X509v3 Basic Constraints', critical: true, value: '3000' },
        ]),
      });
    },
  );

  test('answers -checkend beside a document by the exit code alone, and knows no other form', async () => {
    const ends = await place.kubepki(`x509 -in web.crt -o json -checkend ${91 * 86_400}`);
    expect(ends.code).toBe(1);
    expect(JSON.parse(ends.stdout)).toMatchObject({ kind: 'Certificate' });
    expect(await place.kubepki('x509 -in web.crt -o yaml')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('-o is text or json, got "yaml"'),
    });
  });

  test('answers -checkend by the exit code, and reads numbers as C does', async () => {
    const day = 86_400;
    const check = async (seconds: string): Promise<number> =>
      (await place.kubepki(['x509', '-in', 'web.crt', '-noout', '-checkend', seconds])).code;
    expect(await check(String(89 * day))).toBe(0);
    expect(await check(String(91 * day))).toBe(1);
    expect(await check(`0x${(91 * day).toString(16)}`)).toBe(1);
    expect(await check(`0${(89 * day).toString(8)}`)).toBe(0);
    expect(await check('253402300800')).toBe(1);
  });

  test('refuses what is no address, which openssl says matches', async () => {
    const { code, stdout, stderr } = await place.kubepki('x509 -in web.crt -noout -checkip zz');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('"zz" is no IP address');
  });

  test.each(['-signkey x', '-days 3', '-req', '-CA x'])(
    'refuses %s and names its own command',
    async (option) => {
      const { code, stderr } = await place.kubepki(`x509 -in web.crt ${option}`);
      expect(code).toBe(1);
      expect(stderr).toMatch(/use kubepki (?:issue|csr)/);
    },
  );

  test('warns of an option that it passes over as openssl does', async () => {
    const { code, stdout, stderr } = await place.kubepki('x509 -in web.crt -noout -subject -nonsense');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'subject=CN = web\n' });
    expect(stderr).toBe('kubepki: x509: -nonsense is not known, and is passed over as openssl does\n');
  });

  test('does not repeat a password', async () => {
    const { code, stderr } = await place.kubepki('x509 -in web.crt -passin secret');
    expect(code).toBe(1);
    expect(stderr).not.toContain('secret');
  });

  test('writes a file whole, and nothing when there is nothing to read', async () => {
    await place.kubepki('x509 -in web.crt -outform DER -out web.der');
    expect(encodePem('CERTIFICATE', readFileSync(join(place.cwd, 'web.der')))).toBe(certificate);
    expect((await place.kubepki('x509 -in missing.crt -out nothing.der')).code).toBe(1);
    expect(existsSync(join(place.cwd, 'nothing.der'))).toBe(false);
  });
});

describe.each(['x509', 'csr show', 'crl show'])('kubepki %s', (command) => {
  test('has help', async () => {
    for (const option of ['--help', '-help']) {
      const { code, stdout } = await place.kubepki(`${command} ${option}`);
      expect(code).toBe(0);
      expect(stdout).toContain(`kubepki ${command}: print`);
    }
  });

  test.each(['', 'rubbish', '-----BEGIN CERTIFICATE-----\n', '0'])(
    'says in words that it cannot read %j',
    async (input) => {
      const { code, stdout, stderr } = await place.kubepki(`${command} -noout -text`, { input });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(`^kubepki: ${command}: could not read a .* from <stdin>: .*\nhint: `),
      );
    },
  );
});
