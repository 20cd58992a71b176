// Looks at the certificates below a root: whose they are, who signed them, when they end, what is wrong; and asks of the API
// server's whether a client that dials a name would take it, and in which words Go, OpenSSL and Node would refuse it.
//
//   node examples/inspect.mjs ROOT [NAME]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkFiles } from 'kubepki/check';
import { predictErrors, readInput, verifyCertificate } from 'kubepki/inspect';
import { diskFiles } from 'kubepki/node';

const [root = '/', host = 'kubernetes.default.svc'] = process.argv.slice(2);

const report = await checkFiles(diskFiles(root));
for (const { daysLeft, path, subject, issuer, uses } of report.certificates) {
  const users = [...new Set(uses.map(({ component }) => component))].join(', ');
  console.log(
    `${daysLeft} days  ${path}  ${subject}  signed by ${issuer}${users === '' ? '' : `  for ${users}`}`,
  );
}
for (const { severity, code, path, message } of report.findings)
  console.log(`${severity}  ${code}  ${path}: ${message}`);

/** The first certificate of a file, whatever its form. */
async function certificateIn(name) {
  const { items } = await readInput(await readFile(join(root, 'etc/kubernetes/pki', name)), { source: name });
  return items.find(({ kind }) => kind === 'certificate').certificate;
}

const request = {
  certificate: await certificateIn('apiserver.crt'),
  roots: [await certificateIn('ca.crt')],
  usage: 'server',
  host,
};
const { accepted, reasons } = await verifyCertificate(request);
console.log(`${host}: ${accepted ? 'accepted' : reasons.map(({ message }) => message).join('; ')}`);
if (!accepted)
  for (const [program, words] of Object.entries(await predictErrors(request)))
    console.log(`${program}: ${words}`);
