import { ERROR_ROWS, explain } from '../../../../src/check/explain/explain.ts';

const idsOf = async (text: string): Promise<string[]> => (await explain(text)).map(({ id }) => id);

const UNKNOWN = 'x509: certificate signed by unknown authority';
const USAGE = 'x509: certificate specifies an incompatible key usage';

describe('the forms in which errors are pasted', () => {
  test.each([
    ['as it is', `tls: failed to verify certificate: ${UNKNOWN}`],
    ['in colours', `\u001b[31mE\u001b[0m x509: certificate signed by \u001b[1munknown\u001b[0m authority`],
    ['in the colours of rsyslog', `#033[31mx509: certificate signed by unknown#033[0m authority`],
    ['wrapped between words', 'x509: certificate signed by\n    unknown authority'],
    [
      'wrapped within a word',
      'Unable to connect to the server: x509: certificate signed by unkno\nwn authority',
    ],
    ['wrapped on Windows', 'x509: certificate signed\r\n by unknown authority'],
    ['in a quoted mail', '> x509: certificate signed by\n> unknown authority'],
    [
      'behind what journald puts before it',
      `Nov 26 10:00:00 cp-1 kubelet[812]: E1126 10:00:00.1 812 x.go:1] "x" err="${UNKNOWN}"`,
    ],
    ['with the spaces of a web page', UNKNOWN.replace(/ /g, '\u00a0')],
  ])('%s', async (_, text) => {
    expect(await idsOf(text)).toEqual(['go-unknown-authority']);
  });

  test('quoted by klog, by JSON, and by JSON in JSON', async () => {
    const said = `${UNKNOWN} (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "etcd-ca")`;
    const once = JSON.stringify({
      level: 'warn',
      msg: 'rejected connection on client endpoint',
      error: said,
    });
    for (const text of [said, once, JSON.stringify({ log: once })]) {
      const [first] = await explain(text);
      expect(first).toMatchObject({
        id: 'go-unknown-authority',
        matched: expect.stringContaining('certificate "etcd-ca")'),
      });
    }
  });
  test('with the quotes of a blog', async () => {
    const text = 'x509: cannot validate certificate for 10.0.0.7 because it doesn’t contain any IP SANs';
    expect(await idsOf(text)).toEqual(['go-no-ip-sans']);
  });
  test('lines of a log are not joined to errors that nobody said', async () => {
    expect(await idsOf('x509: certificate\n\nsigned by unknown authority is what we feared')).toEqual([]);
  });
});

describe('several errors in one line', () => {
  test('the cause comes before what it led to', async () => {
    const text = `E1126 "Unable to authenticate the request" err="[${UNKNOWN}, verifying certificate SN=5, SKID=, AKID= failed: ${USAGE}]"`;
    expect(await idsOf(text)).toEqual(['go-key-usage', 'go-unknown-authority', 'apiserver-authenticate']);
  });
  test('so does what a kubeadm phase failed of', async () => {
    const text = `error: error execution phase preflight: couldn't load the certificate file /etc/kubernetes/pki/ca.crt: open /etc/kubernetes/pki/ca.crt: no such file or directory`;
    expect(await idsOf(text)).toEqual(['go-no-such-file', 'kubeadm-load', 'kubeadm-phase']);
  });
  test('a webhook that is called by a name that only its common name has', async () => {
    const text = `Error from server (InternalError): Internal error occurred: failed calling webhook "a.b.c": failed to call webhook: Post "https://a.b.svc:443/x?timeout=10s": tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use SANs instead`;
    expect(await idsOf(text)).toEqual(['go-common-name', 'apiserver-webhook']);
  });
});

describe('curl and Python', () => {
  test.each([
    ['curl: (60) SSL certificate problem: certificate has expired', 'openssl-expired'],
    [
      'curl: (60) SSL certificate problem: unable to get local issuer certificate',
      'openssl-unable-to-get-local-issuer',
    ],
    [
      "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: IP address mismatch, certificate is not valid for '10.0.0.9'. (_ssl.c:1000)",
      'openssl-hostname-mismatch',
    ],
    ['verify error:num=20:unable to get local issuer certificate', 'openssl-unable-to-get-local-issuer'],
    ['    Verify return code: 21 (unable to verify the first certificate)', 'openssl-unable-to-verify-first'],
  ])('%s', async (text, id) => {
    expect(await idsOf(text)).toEqual([id, 'openssl-verify-failed']);
  });
  test('bare, and a success', async () => {
    expect(await idsOf('error:0A000086:SSL routines::certificate verify failed')).toEqual([
      'openssl-verify-failed',
    ]);
    expect(await idsOf('    Verify return code: 0 (ok)')).toEqual([]);
  });
});

describe('long texts', () => {
  test('the end of a log counts, and its beginning does not', async () => {
    const noise = 'I1126 10:00:00.000000 1 trace.go:1] nothing of note happened here\n'.repeat(100_000);
    expect(await idsOf(`${noise}${UNKNOWN}\n`)).toEqual(['go-unknown-authority']);
    expect(await idsOf(`${UNKNOWN}\n${noise}`)).toEqual([]);
  });
  // A search whose time grows with the square of the text would take hours for these.
  test.each<readonly [what: string, part: string]>([
    ['backslashes', '\\'],
    ['colours that do not end', '\u001b[3'],
    ['lines that are empty', '\n '],
    ['one word', 'a'],
    ['serial numbers', 'SN=1'],
    ...ERROR_ROWS.map(({ id, pattern }) => [`the beginning of ${id}`, literalStart(pattern)] as const),
  ])('end soon, though they are nothing but %s', async (_, part) => {
    const text = part.repeat(Math.ceil(500_000 / part.length));
    await expect(explain(text)).resolves.toEqual(expect.any(Array));
  });
});

/** What texts begin with that a pattern is for: up to the first place where it says more than one. */
function literalStart(pattern: RegExp): string {
  const [plain = ''] = /^(?:\\.|[^\\()[\]{}?*+|.^$])*/.exec(pattern.source) ?? [];
  return `${plain.replace(/\\b|\\/g, '')} `;
}
