import { isPkiError } from '../../errors/pki-error.ts';
import { checkIssuer } from '../../ca/issuer.ts';
import type { CertificateTarget, KubeconfigFrame, KubeconfigTarget, Target } from '../layout/target.ts';
import type {
  Authorities,
  CertificateObservation,
  CopyObservation,
  KubeconfigObservation,
  Observation,
} from '../observe/observation.ts';
import { certificateState } from './certificate-drift.ts';
import { kubeconfigDrift } from './kubeconfig-drift.ts';
import { blockedBy } from './obstacles.ts';
import { planAuthority } from './plan-authority.ts';
import { planCopy, planKeyPair } from './plan-files.ts';
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
  if (target.kind === 'copy' && observation.kind === 'copy') {
    return planCopy(target, observation, { earlier: context.earlier, key: copyOf(target.keyId, group) });
  }
  throw new TypeError(`a ${observation.kind} was observed in the place of a ${target.kind}`);
}

/** What is on disk in the place of another copy of the same machine. */
function copyOf(id: string | undefined, group: readonly Observed[]): CopyObservation | undefined {
  const found = group.find(({ target }) => target.kind === 'copy' && target.id === id)?.observation;
  return found?.kind === 'copy' ? found : undefined;
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
  if (obstacles.length > 0) return blockedBy(target, obstacles, 'replaceable');
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
    const message = absence(target, privateKey);
    return issuing(target, 'create', { context, reasons: [{ code: 'absent', message }] });
  }
  if (isNew(target.authority, context)) {
    return step(target, 'reissue', [{ code: 'issuer', message: 'its CA is gone, and a new one is made' }]);
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

function absence({ keyAlgorithm }: CertificateTarget, key: CertificateObservation['privateKey']): string {
  if (key === undefined) return 'there is none yet';
  const { algorithm } = key.publicKey;
  const what = algorithm === keyAlgorithm ? 'the key is kept' : `the key is ${algorithm}, and is made anew`;
  return `its key is there without a certificate: ${what}`;
}

/** Whether an authority will be another than any that was there before. */
function isNew(id: string, { earlier }: PlanContext): boolean {
  return earlier.find(({ target }) => target === id)?.action === 'create';
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
  if (planned?.action === 'blocked') return caBlocked(id);
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

const caBlocked = (id: string): Reason => ({
  code: 'ca-blocked',
  message: `its CA ${id} is blocked`,
  fix: `mend ${id} first`,
});

function planFrame(
  target: CertificateTarget,
  observed: KubeconfigObservation | undefined,
  { context, notes }: { readonly context: PlanContext; readonly notes: readonly Reason[] },
): PlanStep {
  if (target.storage.kind !== 'kubeconfig' || observed === undefined) return step(target, 'reuse', notes);
  const drift = frameDrift(target.storage.frame, observed, context);
  return drift.length === 0
    ? step(target, 'reuse', notes)
    : updating(target, target.storage.frame, { context, drift });
}

/** A step that writes a kubeconfig anew, or what keeps it from that. */
function updating(
  target: Target,
  frame: KubeconfigFrame,
  { context, drift }: { readonly context: PlanContext; readonly drift: readonly Reason[] },
): PlanStep {
  const missing = cannotEmbed(frame, context);
  return missing === undefined ? step(target, 'update', drift) : step(target, 'blocked', [...drift, missing]);
}

function planKubeconfig(
  target: KubeconfigTarget,
  observed: KubeconfigObservation,
  context: PlanContext,
): PlanStep {
  if (observed.obstacles.length > 0) return blockedBy(target, observed.obstacles, 'replaceable');
  const isAbsent = observed.config === undefined;
  const absent = { code: 'absent', message: 'there is none yet' };
  const drift = isAbsent ? [absent] : frameDrift(target.frame, observed, context, target);
  if (drift.length === 0) return step(target, 'reuse');
  const namesOthers = isAbsent || drift.some(({ code }) => code === 'credential-files');
  const missing =
    (namesOthers ? cannotName(target, context) : undefined) ?? cannotEmbed(target.frame, context);
  if (missing !== undefined) return step(target, 'blocked', [...(isAbsent ? [] : drift), missing]);
  return step(target, isAbsent ? 'create' : 'update', drift);
}

/** A kubeconfig must not come to name a certificate that will not be there. */
function cannotName(
  { certificateId: id, owner }: KubeconfigTarget,
  { earlier }: PlanContext,
): Reason | undefined {
  const planned = earlier.find((known) => known.target === id && known.owner === owner);
  if (planned?.action !== 'blocked') return undefined;
  return {
    code: 'certificate-blocked',
    message: `its certificate ${id} is blocked`,
    fix: `mend ${id} first`,
  };
}

function frameDrift(
  frame: KubeconfigFrame,
  observed: KubeconfigObservation,
  context: PlanContext,
  files?: KubeconfigTarget,
): Reason[] {
  const drift = kubeconfigDrift(frame, observed, context, files);
  if (frame.authorityFile !== undefined || !isNew(frame.authority, context)) return drift;
  return [...drift, { code: 'ca-data', message: 'it trusts a CA that is gone, and a new one is made' }];
}

function cannotEmbed(
  { authority, authorityFile }: KubeconfigFrame,
  context: PlanContext,
): Reason | undefined {
  if (authorityFile !== undefined || isNew(authority, context)) return undefined;
  if (context.authorities.get(authority)?.certificate === undefined) {
    const fix = `mend ${authority} first`;
    return { code: 'ca-missing', message: `the certificate of its CA ${authority} is not there`, fix };
  }
  // A certificate that is blocked may be another CA's: what came to embed it would trust that one.
  const planned = context.earlier.find(({ target }) => target === authority);
  return planned?.action === 'blocked' ? caBlocked(authority) : undefined;
}
