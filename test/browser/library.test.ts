/** The library in a real browser: a certificate read and printed, and a chain verified by the browser's WebCrypto. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { createAuthority, issue } from '../../src/ca/index.ts';
import { readCertificate, renderCertificateText } from '../../src/inspect/index.ts';
import { parsePem } from '../../src/x509/pem.ts';
import { describeWith, repositoryRoot } from '../support/foreign.ts';
import { openHtml, useBrowser } from './support/open-report.ts';

const NOW = new Date('2027-01-31T12:00:00Z');

async function bundle(module: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(repositoryRoot, 'src', module, 'index.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'subject',
    target: 'es2022',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

const der = (pem: string): Uint8Array => parsePem(pem)[0]?.der ?? new Uint8Array();

describeWith(['chromium'], 'the inspector in Chromium', () => {
  const browser = useBrowser();

  test.each(['ECDSA-P256', 'RSA-2048', 'Ed25519'] as const)(
    'reads, prints and verifies certificates of %s',
    async (keyAlgorithm) => {
      const ca = await createAuthority({ commonName: 'a-ca', keyAlgorithm }, { now: NOW });
      const request = {
        profile: 'server',
        commonName: 'web',
        subjectAltNames: ['web.example'],
        keyAlgorithm,
      };
      const { certificate } = await issue(ca, { ...request, profile: 'server' }, { now: NOW });
      const [leaf, root] = [der(certificate.toPem()), der(ca.certificate.toPem())];
      const { page, complaints } = await openHtml(browser(), '<!doctype html><title>a page</title>');
      await page.addScriptTag({ content: await bundle('inspect') });
      const input = JSON.stringify({ leaf: [...leaf], root: [...root], now: NOW.getTime() });
      const answer = await page.evaluate(`(async ({ leaf, root, now }) => {
        const [certificate, ca] = [leaf, root].map((bytes) => subject.readCertificate(Uint8Array.from(bytes)));
        const judge = async (host, roots) => {
          const request = { certificate, roots, usage: 'server', host };
          const { accepted, reasons } = await subject.verifyCertificate(request, { now: new Date(now) });
          return [accepted, ...reasons.map(({ code }) => code)];
        };
        return {
          text: new TextDecoder().decode(subject.renderCertificateText(certificate)),
          right: await judge('web.example', [ca]),
          wrongName: await judge('other.example', [ca]),
          wrongRoot: await judge('web.example', [certificate]),
          hidden: [typeof process, typeof Buffer, typeof require],
        };
      })(${input})`);
      expect(answer).toEqual({
        text: new TextDecoder().decode(renderCertificateText(readCertificate(leaf))),
        right: [true],
        wrongName: [false, expect.any(String)],
        wrongRoot: expect.any(Array),
        hidden: ['undefined', 'undefined', 'undefined'],
      });
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
