import { createAuthority } from '../../ca/authority.ts';
import { issue } from '../../ca/issue.ts';
import type { IssuedCertificate } from '../../ca/issued-certificate.ts';
import type { Issuer } from '../../ca/issuer.ts';
import type { Signer } from '../../ca/signer.ts';
import { keyAlgorithm } from '../../crypto/algorithms.ts';
import type { ResolvedEnvironment } from '../../crypto/environment.ts';
import type { PrivateKey } from '../../crypto/private-key.ts';
import type { Finding } from '../../errors/finding.ts';
import { privateKeyToPem, publicKeyToPem } from '../../x509/key-file.ts';
import {
  MODE,
  type AuthorityId,
  type AuthorityTarget,
  type CertificateTarget,
  type CopyTarget,
  type KeyPairTarget,
  type Target,
} from '../layout/target.ts';
import type { CertificateObservation, KeyPairObservation, Observation } from '../observe/observation.ts';
import type { Known } from '../observe/known.ts';
import type { PlanStep } from '../plan/step.ts';
import { produceEmbedded, produceKubeconfig } from './kubeconfig.ts';
import { textFile, type TreeFile } from './tree-file.ts';

/** What a step makes. */
export interface Product {
  readonly files: readonly TreeFile[];
  readonly notices: readonly Finding[];
}

/** What producing needs: who signs, what clients trust, and the files to copy. */
export interface ProduceContext {
  /** Who signs for each authority; those that are created are added as they come. */
  readonly issuers: Map<AuthorityId, Issuer>;
  /** PEM of each authority's certificates; those that are created are added as they come. */
  readonly trust: Map<AuthorityId, string>;
  readonly signers?: Readonly<Partial<Record<AuthorityId, Signer>>> | undefined;
  /** A file as it will be when all is written. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
  readonly env: ResolvedEnvironment;
  /** Is told of what is issued. */
  readonly known?: Known | undefined;
}

const NOTHING: Product = Object.freeze({ files: [], notices: [] });

/**
 * Makes the files of a step in memory; none for steps that reuse or are blocked.
 *
 * @throws PkiError `invalid-request`, `invalid-issuer`, `verification-failed`
 */
export async function produce(
  step: PlanStep,
  { target, observation }: { readonly target: Target; readonly observation: Observation },
  context: ProduceContext,
): Promise<Product> {
  if (step.action === 'reuse' || step.action === 'blocked') return NOTHING;
  if (target.kind === 'authority') return produceAuthority(target, context);
  if (target.kind === 'copy') return produceCopy(target, context);
  if (target.kind === 'key-pair' && observation.kind === 'key-pair')
    return produceKeyPair(target, observation, context);
  if (target.kind === 'kubeconfig' && observation.kind === 'kubeconfig') {
    return { files: [produceKubeconfig(target, observation, context)], notices: [] };
  }
  if (target.kind === 'certificate' && observation.kind === 'certificate') {
    return produceCertificate(step, { target, observation }, context);
  }
  throw new TypeError(`a ${observation.kind} was observed in the place of a ${target.kind}`);
}

async function produceAuthority(target: AuthorityTarget, context: ProduceContext): Promise<Product> {
  const key = context.signers?.[target.id];
  const { subject, profile, subjectAltNames, validity, keyAlgorithm } = target;
  const request = {
    commonName: subject.commonName ?? target.id,
    profile,
    subjectAltNames,
    validity,
    keyAlgorithm,
  };
  const authority = await createAuthority(key === undefined ? request : { ...request, key }, context.env);
  context.issuers.set(target.id, authority);
  const { certificate, privateKey } = authority;
  const certificatePem = authority.toPem();
  const keyPem = privateKey && traditional(privateKey);
  context.trust.set(target.id, certificatePem);
  context.known?.add({ certificate, issuer: certificate, privateKey, certificatePem, keyPem });
  const files = [textFile(target.certificate, certificatePem, MODE.certificate)];
  if (keyPem !== undefined) files.push(textFile(target.key, keyPem, MODE.secret));
  return { files, notices: noticesOf(authority, target.certificate) };
}

async function produceCertificate(
  { action }: PlanStep,
  {
    target,
    observation,
  }: { readonly target: CertificateTarget; readonly observation: CertificateObservation },
  context: ProduceContext,
): Promise<Product> {
  if (action === 'update') return { files: [produceEmbedded(target, observation, context)], notices: [] };
  const issuer = context.issuers.get(target.authority);
  if (issuer === undefined) throw new TypeError(`no issuer for ${target.authority}`);
  const kept =
    action === 'create' && isWanted(observation.privateKey, target) ? observation.privateKey : undefined;
  const { profile, subject, subjectAltNames, validity } = target;
  const key = kept ?? (await context.env.crypto.generateKey(keyAlgorithm(target.keyAlgorithm)));
  const issued = await issue(issuer, { ...subject, profile, subjectAltNames, validity, key }, context.env);
  const [pem, keyPem] = [issued.toPem(), traditional(key)];
  context.known?.add({
    certificate: issued.certificate,
    issuer: issuer.certificate,
    privateKey: key,
    certificatePem: pem,
    keyPem,
  });
  const notices = noticesOf(issued, target.id);
  const { storage } = target;
  if (storage.kind === 'combined')
    return { files: [textFile(storage.file, pem + keyPem, MODE.secret)], notices };
  if (storage.kind === 'kubeconfig') {
    return {
      files: [produceEmbedded(target, observation, context, { certificate: pem, key: keyPem })],
      notices,
    };
  }
  const files = [textFile(storage.certificate, pem, MODE.certificate)];
  if (kept === undefined) files.push(textFile(storage.key, keyPem, MODE.secret));
  return { files, notices };
}

/** A key that is there without a certificate is certified, not replaced: it may exist nowhere else. */
function isWanted(key: PrivateKey | undefined, { keyAlgorithm }: CertificateTarget): boolean {
  return key !== undefined && key.publicKey.algorithm === keyAlgorithm;
}

async function produceKeyPair(
  target: KeyPairTarget,
  { privateKey }: KeyPairObservation,
  { env, known }: ProduceContext,
): Promise<Product> {
  const key = privateKey ?? (await env.crypto.generateKey(keyAlgorithm(target.keyAlgorithm)));
  const files = [textFile(target.publicKey, publicKeyToPem(key.publicKey), MODE.secret)];
  if (privateKey === undefined) {
    const keyPem = traditional(key);
    known?.addKey(keyPem, key);
    files.unshift(textFile(target.privateKey, keyPem, MODE.secret));
  }
  return { files, notices: [] };
}

async function produceCopy(target: CopyTarget, { read }: ProduceContext): Promise<Product> {
  const data = await read(target.source);
  return data === undefined
    ? NOTHING
    : { files: [{ path: target.file, data, mode: target.mode }], notices: [] };
}

function traditional(key: PrivateKey): string {
  return privateKeyToPem(key, { encoding: 'traditional' });
}

function noticesOf({ notices }: IssuedCertificate, path: string): Finding[] {
  return notices.map((notice) => ({ ...notice, path }));
}
