import type { CertificateInfo } from '../read/certificate.ts';
import { renderName } from '../text/name.ts';
import type { BuiltPath, PathEnd } from './build-paths.ts';
import { reason, subjectText } from './check-path.ts';
import type { VerifyReason } from './result.ts';
import { signatureText } from './signature.ts';

type Explain = (last: CertificateInfo) => Parameters<typeof reason>[2];

/** What is said of each way to end before a trusted certificate. */
const ENDS = Object.freeze<Readonly<Record<Exclude<PathEnd, 'trusted'>, Explain>>>({
  'no-issuer': ({ issuer }) => {
    const name = renderName(issuer);
    const fix = `give the certificate of ${name} as trusted (--ca) or between (--intermediates)`;
    return ['unknown-issuer', `no certificate of its issuer ${name} is given`, { expected: name, fix }];
  },
  'not-trusted': (last) => {
    const name = subjectText(last);
    const fix = `if ${name} is to be trusted, give it as such (--ca); else find the CA that those who ask trust`;
    return ['unknown-issuer', 'it is its own issuer, and is not among the trusted certificates', { fix }];
  },
  loop: ({ issuer }) => {
    const fix = 'give a certificate of one of these CAs that a trusted one signed';
    const message = `it was signed by ${renderName(issuer)}, which stands below it: these CAs vouch for each other alone`;
    return ['unknown-issuer', message, { fix }];
  },
  'bad-signature': ({ issuer }) => {
    const message = `${renderName(issuer)} is given, and its key did not sign this: it is another CA by the same name, or the certificate was changed`;
    const fix = 'find the CA that signed it: compare the key identifiers; or issue it anew by this one';
    return ['bad-signature', message, { fix }];
  },
  'unsupported-signature': ({ signatureAlgorithm }) => [
    'unsupported-algorithm',
    `its signature (${signatureText(signatureAlgorithm)}) cannot be checked here`,
    { fix: 'issue it anew with RSA or ECDSA and SHA-256' },
  ],
  limit: () => [
    'limit-exceeded',
    'there are more ways up from here than any sound PKI has',
    { fix: 'give only the certificates that belong to this path' },
  ],
});

/** Why a path ends before a trusted certificate: no reason where it reaches one. */
export function deadEnd({ certificates, end }: BuiltPath): VerifyReason[] {
  const last = certificates.at(-1);
  if (last === undefined || end === 'trusted') return [];
  return [reason(certificates, certificates.length - 1, ENDS[end](last))];
}
