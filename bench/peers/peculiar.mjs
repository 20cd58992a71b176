/** The peer in JavaScript: @peculiar/x509 as its documentation uses it, on the platform's WebCrypto. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;
const { subtle } = globalThis.crypto;
const newKeys = () => subtle.generateKey(EC, true, ['sign', 'verify']);
const validity = () => ({
  notBefore: new Date(Date.now() - 300_000),
  notAfter: new Date(Date.now() + 365 * DAY),
});

/** A CA, and a function that issues one leaf under it: key pair, certificate, both in PEM. */
export async function peculiarIssuer() {
  const caKeys = await newKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=kubernetes', keys: caKeys, signingAlgorithm: EC, ...validity() },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const identifier = await x509.AuthorityKeyIdentifierExtension.create(ca);
  return async () => {
    const keys = await newKeys();
    const leaf = await x509.X509CertificateGenerator.create({
      ...{ subject: 'CN=web', issuer: ca.subject, signingKey: caKeys.privateKey, publicKey: keys.publicKey },
      ...{ signingAlgorithm: EC, ...validity() },
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.BasicConstraintsExtension(false, undefined, true),
        identifier,
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'web.internal' },
          { type: 'ip', value: '10.0.0.7' },
        ]),
      ],
    });
    const pkcs8 = await subtle.exportKey('pkcs8', keys.privateKey);
    return [leaf.toString('pem'), x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')];
  };
}

/** Reads a certificate with its names and extensions. */
export function peculiarRead(der) {
  const certificate = new x509.X509Certificate(der);
  const { subjectName, issuerName, notBefore, notAfter, serialNumber, extensions, publicKey } = certificate;
  return [
    ...[subjectName.toJSON(), issuerName.toJSON(), notBefore, notAfter, serialNumber, publicKey.algorithm],
    extensions.map(({ type }) => type),
  ];
}
