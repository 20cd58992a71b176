import { equalBytes } from '../../asn1/bytes.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { checkIssuer } from '../../ca/issuer.ts';
import type {
  CertificateTarget,
  CopyTarget,
  KeyPairTarget,
  KubeconfigTarget,
  Target,
} from '../layout/target.ts';
import type {
  Authorities,
  CertificateObservation,
  CopyObservation,
  KeyPairObservation,
  KubeconfigObservation,
  Observation,
} from '../observe/observation.ts';
import { certificateState } from './certificate-drift.ts';
import { kubeconfigDrift } from './kubeconfig-drift.ts';
import { obstacleReason, planAuthority } from './plan-authority.ts';
import { step, type PlanStep, type Reason } from './step.ts';

/** A target and what is on disk in its place. */
export interface Observed {
  readonly target: Target;
  readonly observation: Observation;
}

/** What a plan is made from, beside the targets. */
export interface PlanContext {
  /** The authorities on disk; those that are to be created are absent in them. */
  readonly authorities: Authorities;
  /** The steps that are planned already: first the authorities'. */
  readonly earlier: readonly PlanStep[];
  readonly now: Date;
}

/** Plans the targets of one group. Pure: the same input, the same plan. */
export function planGroup(group: readonly Observed[], context: PlanContext): PlanStep[] {
  const steps: PlanStep[] = [];
  for (const observed of group)
    steps.push(planTarget(observed, { ...context, earlier: [...context.earlier, ...steps] }, group));
  return steps;
}

function planTarget(
  { target, observation }: Observed,
  context: PlanContext,
  group: readonly Observed[],
): PlanStep {
  const { now } = context;
  if (target.kind === 'authority' && observation.kind === 'authority') {
    return planAuthority(target, observation, { now, orphans: certificatesUnder(target.id, group) });
  }
  if (target.kind === 'certificate' && observation.kind === 'certificate')
    return planCertificate(target, observation, context);
  if (target.kind === 'key-pair' && observation.kind === 'key-pair') return planKeyPair(target, observation);
  if (target.kind === 'kubeconfig' && observation.kind === 'kubeconfig')
    return planKubeconfig(target, observation, context);
  if (target.kind === 'copy' && observation.kind === 'copy') return planCopy(target, observation, context);
  throw new TypeError(`a ${observation.kind} was observed in the place of a ${target.kind}`);
}

function certificatesUnder(id: string, group: readonly Observed[]): string[] {
  return group.flatMap(({ target, observation }) => {
    const exists = observation.kind === 'certificate' && observation.certificate !== undefined;
    return exists && target.kind === 'certificate' && target.authority === id
      ? [step(target, 'reuse').files[0] ?? target.id]
      : [];
  });
}

function planCertificate(
  target: CertificateTarget,
  observed: CertificateObservation,
  context: PlanContext,
): PlanStep {
  const { obstacles, certificate, privateKey, kubeconfig } = observed;
  if (obstacles.length > 0) return step(target, 'blocked', obstacles.map(obstacleReason));
  const { storage } = target;
  if (
    storage.kind === 'kubeconfig' &&
    storage.frame.rotated !== undefined &&
    isRotated(kubeconfig, storage.frame.rotated)
  ) {
    const note = {
      code: 'rotated',
      message: `its kubelet keeps the certificate in ${storage.frame.rotated}`,
    };
    return planFrame(target, kubeconfig, { context, notes: [note] });
  }
  if (certificate === undefined) {
    const key =
      privateKey === undefined
        ? 'there is none yet'
        : 'its key is there without a certificate: the key is kept';
    return issuing(target, 'create', { context, reasons: [{ code: 'absent', message: key }] });
  }
  const authority = context.authorities.get(target.authority);
  const { drift, notes } = certificateState(
    target,
    { ...observed, certificate },
    { authority, now: context.now },
  );
  if (drift.length > 0) return issuing(target, 'reissue', { context, reasons: drift });
  if (storage.kind !== 'kubeconfig') return step(target, 'reuse', notes);
  return planFrame(target, kubeconfig, { context, notes });
}

function isRotated(kubeconfig: KubeconfigObservation | undefined, rotated: string): boolean {
  return kubeconfig?.clientCertificateFile === rotated;
}

/** A step that signs, or what keeps it from signing. */
function issuing(
  target: CertificateTarget,
  action: 'create' | 'reissue',
  { context, reasons }: { readonly context: PlanContext; readonly reasons: readonly Reason[] },
): PlanStep {
  const obstacle = cannotSign(target, context);
  return obstacle === undefined
    ? step(target, action, reasons)
    : step(target, 'blocked', [...reasons, obstacle]);
}

function cannotSign(
  { authority: id }: CertificateTarget,
  { authorities, earlier, now }: PlanContext,
): Reason | undefined {
  const planned = earlier.find(({ target }) => target === id);
  if (planned?.action === 'create') return undefined;
  if (planned?.action === 'blocked')
    return { code: 'ca-blocked', message: `its CA ${id} is blocked`, fix: `mend ${id} first` };
  const issuer = authorities.get(id)?.issuer;
  if (issuer === undefined) {
    const fix = `have it signed where the key of ${id} is, or put that key back`;
    return { code: 'no-ca-key', message: `the key of its CA ${id} is not here`, fix };
  }
  try {
    checkIssuer(issuer, { ca: false }, now);
    return undefined;
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return {
      code: 'ca-unfit',
      message: error.message,
      ...(error.hint === undefined ? {} : { fix: error.hint }),
    };
  }
}

function planFrame(
  target: CertificateTarget,
  observed: KubeconfigObservation | undefined,
  { context, notes }: { readonly context: PlanContext; readonly notes: readonly Reason[] },
): PlanStep {
  if (target.storage.kind !== 'kubeconfig' || observed === undefined) return step(target, 'reuse', notes);
  const drift = kubeconfigDrift(target.storage.frame, observed, context);
  return drift.length === 0 ? step(target, 'reuse', notes) : step(target, 'update', drift);
}

function planKubeconfig(
  target: KubeconfigTarget,
  observed: KubeconfigObservation,
  context: PlanContext,
): PlanStep {
  if (observed.obstacles.length > 0) return step(target, 'blocked', observed.obstacles.map(obstacleReason));
  if (observed.config === undefined) {
    const missing = cannotEmbed(target, context);
    return missing === undefined
      ? step(target, 'create', [{ code: 'absent', message: 'there is none yet' }])
      : step(target, 'blocked', [missing]);
  }
  const drift = kubeconfigDrift(target.frame, observed, context, target);
  return drift.length === 0 ? step(target, 'reuse') : step(target, 'update', drift);
}

function cannotEmbed({ frame }: KubeconfigTarget, { authorities, earlier }: PlanContext): Reason | undefined {
  const planned = earlier.find(({ target }) => target === frame.authority);
  if (planned?.action === 'create' || authorities.get(frame.authority)?.certificate !== undefined)
    return undefined;
  return { code: 'ca-missing', message: `the certificate of ${frame.authority} is not there` };
}

function planKeyPair(
  target: KeyPairTarget,
  { privateKey, publicKeys, obstacles }: KeyPairObservation,
): PlanStep {
  if (obstacles.length > 0) return step(target, 'blocked', obstacles.map(obstacleReason));
  if (privateKey === undefined) {
    if (publicKeys.length === 0)
      return step(target, 'create', [{ code: 'absent', message: 'there is none yet' }]);
    const fix = `put ${target.privateKey} back, or move ${target.publicKey} away to begin with a new key, which ends every token`;
    return step(target, 'blocked', [{ code: 'key-missing', message: 'its private key is gone', fix }]);
  }
  if (publicKeys.length === 0)
    return step(target, 'update', [{ code: 'public-key-missing', message: 'its public key is not there' }]);
  if (publicKeys.some((key) => key.equals(privateKey.publicKey))) return step(target, 'reuse');
  const fix = `put the public key of ${target.privateKey} into ${target.publicKey}, or put the right private key back`;
  return step(target, 'blocked', [
    { code: 'key-mismatch', message: 'its private and public key do not belong together', fix },
  ]);
}

function planCopy(
  target: CopyTarget,
  { content, source, obstacles }: CopyObservation,
  { earlier }: PlanContext,
): PlanStep {
  if (obstacles.length > 0) return step(target, 'blocked', obstacles.map(obstacleReason));
  const origin = earlier.find(({ files, action }) => files.includes(target.source) && action !== 'reuse');
  if (content === undefined) {
    if (origin?.action === 'blocked')
      return step(target, 'blocked', [{ code: 'source-blocked', message: `${target.source} is blocked` }]);
    const absent = source === undefined && origin === undefined;
    // A CA whose key is elsewhere has no key to copy.
    if (absent)
      return step(target, 'reuse', [
        { code: 'external-ca', message: `there is no ${target.source} to copy` },
      ]);
    return step(target, 'create', [{ code: 'absent', message: 'there is none yet' }]);
  }
  if (source !== undefined && equalBytes(content, source)) return step(target, 'reuse');
  const message = `it differs from ${target.source}`;
  if (target.precious) {
    const fix = `find out which is right; move ${target.file} away to have it copied`;
    return step(target, 'blocked', [{ code: 'differs', message, fix }]);
  }
  if (source === undefined && origin === undefined)
    return step(target, 'reuse', [{ code: 'source-missing', message: `there is no ${target.source}` }]);
  return step(target, 'update', [{ code: 'differs', message }]);
}
