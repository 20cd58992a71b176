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

/** What lies there, and what is wrong with it. */
async function report() {
  const { certificates, findings } = await checkFiles(diskFiles(root));
  for (const { daysLeft, path, subject, issuer, uses } of certificates) {
    const users = [...new Set(uses.map(({ component }) => component))].join(', ');
    console.log(
      `${daysLeft} days  ${path}  ${subject}  signed by ${issuer}${users === '' ? '' : `  for ${users}`}`,
    );
  }
  for (const { severity, code, path, message } of findings)
    console.log(`${severity}  ${code}  ${path}: ${message}`);
}

/** The first certificate of a file, whatever its form. */
async function certificateIn(name) {
  const path = join(root, 'etc/kubernetes/pki', name);
  const { items } = await readInput(await readFile(path), { source: name });
  const found = items.find(({ kind }) => kind === 'certificate');
  if (found === undefined) throw new Error(`${path} holds no certificate`);
  return found.certificate;
}

/** Whether a client that dials the host takes the API server, and in which words others refuse it. */
async function dial() {
  const request = {
    certificate: await certificateIn('apiserver.crt'),
    roots: [await certificateIn('ca.crt')],
    usage: 'server',
    host,
  };
  const { accepted, reasons } = await verifyCertificate(request);
  console.log(`${host}: ${accepted ? 'accepted' : reasons.map(({ message }) => message).join('; ')}`);
  if (accepted) return;
  for (const [program, words] of Object.entries(await predictErrors(request)))
    console.log(`${program}: ${words}`);
}

try {
  await report();
  await dial();
} catch (error) {
  console.error(`inspect: ${error.message}`);
  process.exitCode = 1;
}
