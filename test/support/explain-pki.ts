/** A small PKI, right and wrong, in files: what errors are made of. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, issue, type Authority } from '../../src/ca/index.ts';
import { certificateLike } from '../unit/check/rules/support/certificate.ts';

const DAY = 86_400_000;

/** Certificates and keys by name, in PEM. */
export interface ExplainPki {
  readonly folder: string;
  readonly pem: Readonly<Record<string, string>>;
  /** The path of a file. */
  readonly path: (name: string) => string;
  /** A folder that holds some of the files. */
  readonly some: (...names: readonly string[]) => string;
}

async function made(now: Date): Promise<Record<string, string>> {
  const ca = await createAuthority(
    { commonName: 'kubernetes', keyAlgorithm: 'ECDSA-P256', validity: '30y' },
    { now: new Date(now.getTime() - 800 * DAY) },
  );
  const other = await createAuthority({ commonName: 'kubernetes', keyAlgorithm: 'ECDSA-P256' }, { now });
  const short = await createAuthority(
    { commonName: 'short', keyAlgorithm: 'ECDSA-P256', parent: ca, maxPathLength: 0 },
    { now },
  );
  const web = {
    profile: 'server',
    commonName: 'web',
    subjectAltNames: ['web.internal', '10.0.0.7'],
    keyAlgorithm: 'ECDSA-P256',
  } as const;
  const server = await issue(ca, web, { now });
  const client = await issue(
    ca,
    { profile: 'client', commonName: 'jane', keyAlgorithm: 'ECDSA-P256' },
    { now },
  );
  const past = await issue(ca, { ...web, validity: '1d' }, { now: new Date(now.getTime() - 9 * DAY) });
  const stranger = await issue(other, { ...web, commonName: 'stranger' }, { now });
  const below = await issue(short, web, { now });
  const signing = { certificate: ca.toPem(), key: ca.keyToPem() };
  const like = (changes: Parameters<typeof certificateLike>[2], own = signing): string =>
    certificateLike(server.toPem(), own, changes);
  const leafSigning = { certificate: server.toPem(), key: server.keyToPem() };
  const belowPathLength = certificateLike(
    ca.toPem(),
    { certificate: short.toPem(), key: short.keyToPem() },
    { subject: { commonName: 'too-deep' } },
  );
  return {
    'ca.crt': ca.toPem(),
    'other-ca.crt': other.toPem(),
    'server.crt': server.toPem(),
    'server.key': server.keyToPem(),
    'client.crt': client.toPem(),
    'client.key': client.keyToPem(),
    'stranger.crt': stranger.toPem(),
    'stranger.key': stranger.keyToPem(),
    'expired.crt': past.toPem(),
    'expired.key': past.keyToPem(),
    'below.crt': below.toPem(),
    'short.crt': short.toPem(),
    'too-deep.crt': belowPathLength,
    'under-too-deep.crt': certificateLike(
      server.toPem(),
      { certificate: belowPathLength, key: ca.keyToPem() },
      {},
    ),
    'future.crt': like({ from: new Date(now.getTime() + 5 * DAY), until: new Date(now.getTime() + 9 * DAY) }),
    'dns-only.crt': like({ extensions: { subjectAltNames: [{ type: 'dns', value: 'web.internal' }] } }),
    'no-names.crt': like({ extensions: { subjectAltNames: [] }, subject: { commonName: 'web.internal' } }),
    'ip-only.crt': like({ extensions: { subjectAltNames: [{ type: 'ip', value: '10.0.0.7' }] } }),
    'by-leaf.crt': certificateLike(client.toPem(), leafSigning, { subject: { commonName: 'grandchild' } }),
    'self.crt': like({ subject: { commonName: 'self' } }),
    'negative.crt': like({ serialNumber: Uint8Array.of(0x80, 1) }),
    'sha1.crt': like({ digest: 'sha1' }),
    ...selfSigned(await selfAuthority(now)),
  };
}

function selfAuthority(now: Date): Promise<Authority> {
  return createAuthority({ commonName: 'self', keyAlgorithm: 'ECDSA-P256' }, { now });
}

/** A server certificate that is its own issuer. */
function selfSigned(ca: Authority): Record<string, string> {
  const signing = { certificate: ca.toPem(), key: ca.keyToPem() };
  const leaf = certificateLike(ca.toPem(), signing, {
    extensions: {
      basicConstraints: { ca: false },
      keyUsage: ['digitalSignature'],
      subjectAltNames: [{ type: 'dns', value: 'web.internal' }],
    },
  });
  return { 'self.crt': leaf, 'self.key': ca.keyToPem() };
}

/** Makes the PKI below a folder. */
export async function makeExplainPki(folder: string, now = new Date()): Promise<ExplainPki> {
  const pem = await made(now);
  const write = (target: string, names: readonly string[]): void => {
    mkdirSync(target, { recursive: true });
    for (const name of names) writeFileSync(join(target, name), pem[name] ?? '', { mode: 0o600 });
  };
  write(folder, Object.keys(pem));
  let count = 0;
  return {
    folder,
    pem,
    path: (name) => join(folder, name),
    some: (...names) => {
      const target = join(folder, `some-${count++}`);
      write(target, names);
      return target;
    },
  };
}
