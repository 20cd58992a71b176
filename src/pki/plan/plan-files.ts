import { equalBytes } from '../../asn1/bytes.ts';
import type { CopyTarget, KeyPairTarget } from '../layout/target.ts';
import type { CopyObservation, KeyPairObservation } from '../observe/observation.ts';
import { blockedBy, survivorReason } from './obstacles.ts';
import { step, type PlanStep } from './step.ts';

/** Plans the service-account key pair: created where there is none, else kept; a lost public key is made again. */
export function planKeyPair(
  target: KeyPairTarget,
  { privateKey, publicKeys, survivors, obstacles }: KeyPairObservation,
): PlanStep {
  if (obstacles.length > 0) return blockedBy(target, obstacles, 'precious');
  if (privateKey === undefined) {
    if (survivors.length > 0) return step(target, 'blocked', [survivorReason(survivors)]);
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

/**
 * Plans a copy of one of the first control plane's files. A key that differs is kept: it may exist nowhere else.
 *
 * @param earlier the steps of the first control plane
 * @param key the copy of the key that this file is the public half of, on the same machine
 */
export function planCopy(
  target: CopyTarget,
  { content, source, obstacles }: CopyObservation,
  { earlier, key }: { readonly earlier: readonly PlanStep[]; readonly key?: CopyObservation | undefined },
): PlanStep {
  if (obstacles.length > 0) return blockedBy(target, obstacles, target.precious ? 'precious' : 'replaceable');
  if (content !== undefined && source !== undefined && equalBytes(content, source))
    return step(target, 'reuse');
  const origin = earlier.find(({ files, action }) => files.includes(target.source) && action !== 'reuse');
  if (origin?.action === 'blocked') {
    const [message, fix] = [`${target.source} is blocked`, `mend ${origin.target} first`];
    return step(target, 'blocked', [{ code: 'source-blocked', message, fix }]);
  }
  if (source === undefined && origin === undefined) {
    // A CA whose key is elsewhere has no key to copy.
    return step(target, 'reuse', [
      { code: 'source-missing', message: `there is no ${target.source} to copy` },
    ]);
  }
  if (content === undefined)
    return step(target, 'create', [{ code: 'absent', message: 'there is none yet' }]);
  const message = `it differs from ${target.source}`;
  if (key !== undefined && isKept(key)) {
    const fix = `find out which is right; move ${target.keyId ?? ''} of ${target.owner} away to have both copied`;
    return step(target, 'blocked', [
      { code: 'differs', message: `${message}, and so does its key, which is kept`, fix },
    ]);
  }
  if (!target.precious) return step(target, 'update', [{ code: 'differs', message }]);
  const fix = `find out which is right; move ${target.file} away to have it copied`;
  return step(target, 'blocked', [{ code: 'differs', message, fix }]);
}

/** Whether a copied key is kept, since it is another than the one that it would be copied from. */
function isKept({ content, source }: CopyObservation): boolean {
  return content !== undefined && (source === undefined || !equalBytes(content, source));
}
