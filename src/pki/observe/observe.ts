import { keySigner } from '../../ca/signer.ts';
import { chainAbove } from '../../ca/authority.ts';
import { equalBytes } from '../../asn1/bytes.ts';
import type { PrivateKey } from '../../crypto/private-key.ts';
import { PublicKey } from '../../crypto/public-key.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { Certificate } from '../../x509/certificate.ts';
import { readPrivateKey } from '../../x509/key-file.ts';
import { parsePem } from '../../x509/pem.ts';
import type {
  AuthorityId,
  AuthorityTarget,
  CertificateTarget,
  CopyTarget,
  KeyPairTarget,
  Target,
} from '../layout/target.ts';
import { observeKubeconfig } from './kubeconfig.ts';
import { parsed, present, type ObserveContext, type Reading } from './read.ts';
import type {
  AuthorityObservation,
  CertificateObservation,
  CopyObservation,
  KeyPairObservation,
  Observation,
  Obstacle,
} from './observation.ts';

const LAZY_FIELDS = [
  'subjectAltNames',
  'keyUsage',
  'extendedKeyUsage',
  'basicConstraints',
  'subjectKeyIdentifier',
  'authorityKeyIdentifier',
] as const satisfies readonly (keyof Certificate)[];

/**
 * Reads what is on disk in a target's place. What cannot be read as what it should be becomes an obstacle; only a
 * file system that refuses is an error.
 *
 * @throws PkiError `io`
 */
export async function observe(target: Target, context: ObserveContext): Promise<Observation> {
  switch (target.kind) {
    case 'authority':
      return observeAuthority(target, context);
    case 'certificate':
      return observeCertificate(target, context);
    case 'key-pair':
      return observeKeyPair(target, context);
    case 'kubeconfig':
      return observeKubeconfig(target.file, context);
    case 'copy':
      return observeCopy(target, context);
  }
}

async function observeAuthority(
  target: AuthorityTarget,
  context: ObserveContext,
): Promise<AuthorityObservation> {
  const obstacles: Obstacle[] = [];
  const pem = await present(target.certificate, { context, obstacles });
  const keyPem = await present(target.key, { context, obstacles });
  const parseBundle = (): Certificate[] =>
    pem === undefined ? [] : Certificate.allFromPem(pem).map(decoded);
  const made = pem && context.known?.certificate(pem);
  const bundle = made ? [made] : ((await parsed(target.certificate, obstacles, parseBundle)) ?? []);
  const privateKey = await readKey(target.key, keyPem, { obstacles, context });
  const signer =
    privateKey === undefined ? context.signers?.[target.id] : keySigner(privateKey, context.crypto);
  const own = bundle
    .filter((certificate) => signer !== undefined && equalBytes(certificate.spki, signer.publicKey.spki))
    .sort((a, b) => b.notAfter.getTime() - a.notAfter.getTime())[0];
  return {
    kind: 'authority',
    bundle,
    certificate: own ?? bundle[0],
    keyPresent: keyPem !== undefined,
    keyMatches: signer === undefined ? undefined : own !== undefined,
    issuer:
      own === undefined || signer === undefined
        ? undefined
        : { certificate: own, signer, chain: chainAbove(own, bundle) },
    survivors: bundle.length === 0 ? await survivorsOf(target, context) : [],
    obstacles,
  };
}

async function observeCertificate(
  target: CertificateTarget,
  context: ObserveContext,
): Promise<CertificateObservation> {
  const obstacles: Obstacle[] = [];
  const { storage } = target;
  const kubeconfig =
    storage.kind === 'kubeconfig'
      ? await observeKubeconfig(storage.file, context, {
          prefix: storage.prefix,
          rotated: storage.frame.rotated,
        })
      : undefined;
  const found =
    kubeconfig?.credentials ??
    (storage.kind === 'kubeconfig' ? {} : await readFiles(target, { context, obstacles }));
  const { certificate: pem, key: keyPem } = found;
  const paths = storage.kind === 'pair' ? storage : { certificate: storage.file, key: storage.file };
  const certificate =
    pem === undefined
      ? undefined
      : (context.known?.certificate(pem) ??
        (await parsed(paths.certificate, obstacles, () => decoded(Certificate.fromPem(pem)))));
  const privateKey = await readKey(paths.key, keyPem, { obstacles, context });
  return {
    kind: 'certificate',
    certificate,
    privateKey,
    signedByAuthority:
      certificate === undefined ? undefined : await isSigned(certificate, target.authority, context),
    kubeconfig,
    obstacles: [...obstacles, ...(kubeconfig?.obstacles ?? [])],
  };
}

/** Decodes what is else decoded when it is first asked for, so that a broken extension is found here. */
function decoded(certificate: Certificate): Certificate {
  for (const field of LAZY_FIELDS) Reflect.get(certificate, field);
  return certificate;
}

async function readFiles(
  { storage }: CertificateTarget,
  reading: Reading,
): Promise<{ readonly certificate?: Uint8Array | undefined; readonly key?: Uint8Array | undefined }> {
  if (storage.kind === 'pair') {
    return {
      certificate: await present(storage.certificate, reading),
      key: await present(storage.key, reading),
    };
  }
  const both = await present(storage.file, reading);
  return { certificate: both, key: both };
}

function readKey(
  path: string,
  pem: Uint8Array | undefined,
  { obstacles, context }: Reading,
): Promise<PrivateKey | undefined> {
  if (pem === undefined) return Promise.resolve(undefined);
  return parsed(
    path,
    obstacles,
    () => context.known?.privateKey(pem) ?? readPrivateKey(pem, {}, context.crypto),
  );
}

async function isSigned(
  certificate: Certificate,
  id: AuthorityId,
  context: ObserveContext,
): Promise<boolean | undefined> {
  const bundle = context.authorities.get(id)?.bundle ?? [];
  const { tbs: data, signature, signatureAlgorithm } = certificate;
  if (bundle.length === 0) return undefined;
  if (bundle.some((authority) => context.known?.isIssuedBy(certificate, authority) === true)) return true;
  for (const authority of bundle) {
    if (!equalBytes(authority.subject.der, certificate.issuer.der)) continue;
    const key = publicKeyOf(authority);
    if (signatureAlgorithm === undefined || key?.kind !== signatureAlgorithm.kind) continue;
    if (await context.crypto.verify(key, signatureAlgorithm, { data, signature })) return true;
  }
  return false;
}

/** A CA's public key; `undefined` where it cannot be read, so that nothing verifies by it. */
function publicKeyOf(authority: Certificate): PublicKey | undefined {
  try {
    return authority.publicKey;
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** As many as a message can name. */
const SURVIVORS_SHOWN = 3;

/** The first few of the files that show that a CA or key pair once was. */
async function survivorsOf(
  { traces }: AuthorityTarget | KeyPairTarget,
  context: ObserveContext,
): Promise<string[]> {
  const survivors: string[] = [];
  for (const path of traces) {
    // What is in its place without being a file is an obstacle of that file's own target.
    if ((await present(path, { context, obstacles: [] })) === undefined) continue;
    if (survivors.push(path) === SURVIVORS_SHOWN) break;
  }
  return survivors;
}

async function observeKeyPair(target: KeyPairTarget, context: ObserveContext): Promise<KeyPairObservation> {
  const obstacles: Obstacle[] = [];
  const keyPem = await present(target.privateKey, { context, obstacles });
  const publicPem = await present(target.publicKey, { context, obstacles });
  const privateKey = await readKey(target.privateKey, keyPem, { obstacles, context });
  const parsePublic = (): PublicKey[] =>
    publicPem === undefined
      ? []
      : parsePem(publicPem).flatMap(({ label, der }) =>
          label === 'PUBLIC KEY' ? [PublicKey.fromSpki(der)] : [],
        );
  const publicKeys = (await parsed(target.publicKey, obstacles, parsePublic)) ?? [];
  if (publicPem !== undefined && publicKeys.length === 0 && obstacles.length === 0) {
    obstacles.push({ path: target.publicKey, message: 'holds no public key' });
  }
  const survivors = privateKey === undefined ? await survivorsOf(target, context) : [];
  return { kind: 'key-pair', privateKey, publicKeys, survivors, obstacles };
}

async function observeCopy(target: CopyTarget, context: ObserveContext): Promise<CopyObservation> {
  const obstacles: Obstacle[] = [];
  const content = await present(target.file, { context, obstacles });
  const source = await present(target.source, { context, obstacles });
  return { kind: 'copy', content, source, obstacles };
}
