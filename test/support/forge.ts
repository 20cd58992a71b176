/** Certificates that differ from what a tree should hold in one thing, signed by the tree's own CA or another. */
import { createAuthority, loadAuthority, type Authority } from '../../src/ca/authority.ts';
import { issue } from '../../src/ca/issue.ts';
import type { Issuer } from '../../src/ca/issuer.ts';
import type { CertificateRequest } from '../../src/ca/request.ts';
import { layout } from '../../src/pki/layout/layout.ts';
import type { CertificateTarget } from '../../src/pki/layout/target.ts';
import { Certificate } from '../../src/x509/certificate.ts';
import { privateKeyToPem } from '../../src/x509/key-file.ts';
import { NOW } from './cluster.ts';
import type { MemoryTree } from './memory-tree.ts';

export const PKI = '/etc/kubernetes/pki';

/** The CA of a tree, such as `ca` or `etcd/ca`, with its key. */
export function authorityOf(tree: MemoryTree, base = 'ca'): Promise<Authority> {
  const [certificate, key] = [tree.text(`${PKI}/${base}.crt`), tree.text(`${PKI}/${base}.key`)];
  return loadAuthority({ certificate, key }, { now: NOW });
}

/** Another CA of the same name. */
export function otherAuthority(commonName = 'kubernetes', now = NOW): Promise<Authority> {
  return createAuthority({ commonName }, { now });
}

/** A certificate that stands for a CA and says another subject key identifier than it has. */
export function withOtherIdentifier({ certificate }: Authority): Certificate {
  const { subjectKeyIdentifier: identifier, der } = certificate;
  if (identifier === undefined) throw new Error('the CA has no subject key identifier');
  const index = Buffer.from(der).indexOf(identifier);
  const changed = Uint8Array.from(der);
  changed[index] = (changed[index] ?? 0) ^ 0xff;
  return Certificate.fromDer(changed);
}

interface Forgery {
  readonly changes?: Partial<CertificateRequest>;
  readonly issuer?: Issuer;
  readonly now?: Date;
}

function certificateTarget({ spec, options }: MemoryTree, id: string): CertificateTarget {
  for (const { targets } of layout(spec, options)) {
    const found = targets.find((target) => target.id === id);
    if (found?.kind === 'certificate') return found;
  }
  throw new Error(`no certificate is called ${id}`);
}

/** Puts another certificate and key in the place of a target of the tree, which the issuer has signed. */
export async function forge(
  tree: MemoryTree,
  id: string,
  { changes, issuer, now = NOW }: Forgery = {},
): Promise<MemoryTree> {
  const { profile, subject, subjectAltNames, validity, keyAlgorithm, storage } = certificateTarget(tree, id);
  const request = { profile, ...subject, subjectAltNames, validity, keyAlgorithm, ...changes };
  const made = await issue(issuer ?? (await authorityOf(tree)), request, { now });
  if (made.privateKey === undefined) throw new Error('a fresh key was made');
  const [certificate, key] = [made.toPem(), privateKeyToPem(made.privateKey, { encoding: 'traditional' })];
  if (storage.kind === 'pair') return tree.put(storage.certificate, certificate).put(storage.key, key);
  if (storage.kind === 'combined') return tree.put(storage.file, certificate + key);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return tree.edit(storage.file, (text) =>
    text
      .replace(/client-certificate-data: .*/, `client-certificate-data: ${base64(certificate)}`)
      .replace(/client-key-data: .*/, `client-key-data: ${base64(key)}`),
  );
}
