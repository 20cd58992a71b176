/** No private key goes into the HTML report, in whatever form it lies beside the certificates. */
import { createPrivateKey } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { checkFiles } from '../../../../src/check/check.ts';
import { renderHtml } from '../../../../src/check/html/render-html.ts';
import type { CheckReport } from '../../../../src/check/report.ts';
import { makeReport } from '../../../support/reports.ts';
import { CHECKED, healthyMachine, PKI, type TestMachine } from '../rules/support/machine.ts';

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----/g;

/** The page with the texts that it holds packed. */
async function pageOf(report: CheckReport): Promise<string> {
  const html = await renderHtml(report);
  const [, form = '', base64 = ''] = /id="texts" data-form="(\w+)">([^<]*)</.exec(html) ?? [];
  expect(form).toBe('deflate');
  const texts: readonly string[] = JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString());
  expect(texts).toHaveLength(report.certificates.length);
  return `${html}\n${texts.join('\n')}`;
}

/** The PEM texts of all private keys on a machine: files of their own, combined files, kubeconfigs. */
function keysOf(machine: TestMachine): string[] {
  return [...machine.files.values()].flatMap(({ text }) => {
    const embedded = [...text.matchAll(/[a-z-]*data: ?([A-Za-z0-9+/=]{40,})/g)].map(([, data = '']) =>
      Buffer.from(data, 'base64').toString(),
    );
    return [text, ...embedded].flatMap((one) => one.match(PRIVATE_KEY) ?? []);
  });
}

const compact = (text: string): string => text.replace(/\s/g, '');

/** Forms in which the secret number of a key, or the whole of it, may be written. */
function formsOf(pem: string): string[] {
  const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
  const secret = Buffer.from(d, 'base64url');
  const hex = secret.toString('hex');
  const body = compact(pem.replace(/-----[^\n]*-----/g, ''));
  // Base64 of the secret from each of its three places in a longer text.
  const shifted = [0, 1, 2].map((skip) =>
    secret
      .subarray(skip, skip + 24)
      .toString('base64')
      .slice(0, 28),
  );
  return [
    body.slice(0, 64),
    body.slice(-40),
    compact(Buffer.from(pem).toString('base64')).slice(60, 160),
    hex,
    hex.toUpperCase(),
    (hex.match(/../g) ?? []).join(':'),
    d,
    ...shifted,
  ];
}

test('of a machine with keys, combined files and kubeconfigs, no key goes into the page', async () => {
  const machine = await healthyMachine();
  // A certificate with its key before and behind it, and a key where a certificate should be.
  const [certificate, key] = [machine.text(`${PKI}/apiserver.crt`), machine.text(`${PKI}/apiserver.key`)];
  machine.put(`${PKI}/combined.crt`, `${key}${certificate}${key}`).put(`${PKI}/odd.crt`, key);
  machine.put(`${PKI}/broken.crt`, `${certificate}${key.slice(0, -40)}`);
  const keys = new Set(keysOf(machine));
  expect(keys.size).toBeGreaterThan(10);
  const report = await checkFiles(machine.source(), {}, { now: CHECKED });
  const places = report.certificates.map(({ path, field }) => [path, field !== undefined].join());
  expect(places).toEqual(
    expect.arrayContaining([
      `${PKI}/combined.crt,false`,
      '/etc/kubernetes/admin.conf,true',
      '/var/lib/kubelet/pki/kubelet-client-current.pem,false',
    ]),
  );
  const page = compact(await pageOf(report));
  expect(page).not.toMatch(/PRIVATEKEY-----/);
  const found = [...keys].flatMap((pem) => formsOf(pem).filter((form) => page.includes(form)));
  expect(found).toEqual([]);
});

test('the scan finds a key that is there', async () => {
  const key = keysOf(await healthyMachine())[0] ?? '';
  const secret = Buffer.from(createPrivateKey(key).export({ format: 'jwk' }).d ?? '', 'base64url');
  const hidden = [
    compact(key),
    secret.toString('hex'),
    Buffer.concat([Buffer.from('x'), secret]).toString('base64'),
  ];
  for (const text of hidden) expect(formsOf(key).some((form) => text.includes(form))).toBe(true);
});

test('what stands around a certificate in its PEM stays behind', async () => {
  const report = await makeReport(1);
  const key = keysOf(await healthyMachine())[0] ?? '';
  const [one] = report.certificates;
  if (one === undefined) throw new Error('there is no certificate');
  const certificates = [{ ...one, pem: `# password: hunter2\n${key}\n${one.pem}${key}\n` }];
  const page = await pageOf({ ...report, certificates });
  expect(page).toContain(one.pem);
  expect(page).not.toContain('hunter2');
  expect(page).not.toContain('PRIVATE KEY');
});
