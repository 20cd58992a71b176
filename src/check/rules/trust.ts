import type { CertificateFacts } from './facts.ts';
import type { Anchor, Duty } from './duties.ts';
import { weakDigest } from './algorithms.ts';
import type { Index } from './lookup.ts';
import type { Machine } from './machine.ts';

/** Whether a certificate leads to one of the CAs: through those in its own file, as it is sent along with them. */
export function isTrusted(index: Index, one: CertificateFacts, cas: readonly CertificateFacts[]): boolean {
  const trusted = new Set(cas.map(({ entry }) => entry.fingerprint));
  const seen = new Set<string>();
  const queue = [one];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (trusted.has(next.entry.fingerprint)) return true;
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    for (const id of next.entry.signedBy) {
      const signer = index.byId.get(id);
      if (signer === undefined) continue;
      if (trusted.has(signer.entry.fingerprint)) return true;
      const sent = index.byPlace
        .get(one.place)
        ?.find(({ entry }) => entry.fingerprint === signer.entry.fingerprint);
      if (sent !== undefined) queue.push(sent);
    }
  }
  return false;
}

/** Why a certificate is not accepted by those to whom it is shown. */
export interface TrustFault {
  readonly duty: Duty;
  readonly anchor: Anchor;
  readonly cas: readonly CertificateFacts[];
  /**
   * `replaced`: by name the CA signed it, by signature it did not; `other-ca`: another CA did, which is known here;
   * `self-signed`; `unknown`: nobody who is known here did.
   */
  readonly kind: 'replaced' | 'other-ca' | 'self-signed' | 'unknown';
  /** Who signed it, where that is known. */
  readonly signer: CertificateFacts | undefined;
}

/** The faults of all duties, each certificate's told once for each CA file. */
export function trustFaults(machine: Machine): TrustFault[] {
  const told = new Set<string>();
  return machine.duties.flatMap((duty) =>
    duty.anchors.flatMap((anchor): TrustFault[] => {
      const cas = machine.byPlace.get(anchor.place);
      const key = `${duty.certificate.id} ${anchor.place}`;
      if (cas === undefined || told.has(key) || isTrusted(machine, duty.certificate, cas)) return [];
      told.add(key);
      const fault = faultOf(machine, duty.certificate, cas);
      return fault === undefined ? [] : [{ duty, anchor, cas, ...fault }];
    }),
  );
}

function faultOf(
  { byId, byPlace }: Machine,
  leaf: CertificateFacts,
  cas: readonly CertificateFacts[],
): Pick<TrustFault, 'kind' | 'signer'> | undefined {
  // What is sent along stands between: the last of the chain is what no CA has signed.
  const sent = byPlace.get(leaf.place) ?? [];
  const one = lastOf(leaf, sent, byId);
  const signers = one.entry.signedBy.flatMap((id) => byId.get(id) ?? []);
  const signer = signers.find(({ entry }) => entry.fingerprint !== one.entry.fingerprint);
  if (cas.some(({ subjectKey }) => subjectKey === one.issuerKey)) {
    // A signature that cannot be checked is another rule's.
    return signer === undefined && weakDigest(one) !== undefined ? undefined : { kind: 'replaced', signer };
  }
  if (signer !== undefined) return { kind: 'other-ca', signer };
  return { kind: one.isSelfIssued ? 'self-signed' : 'unknown', signer: undefined };
}

function lastOf(
  leaf: CertificateFacts,
  sent: readonly CertificateFacts[],
  byId: ReadonlyMap<string, CertificateFacts>,
): CertificateFacts {
  let one = leaf;
  // Bounded by the certificates of the file: a loop of cross-signed ones has no end of its own.
  for (let steps = 0; steps < sent.length; steps++) {
    const fingerprints = one.entry.signedBy.map((id) => byId.get(id)?.entry.fingerprint);
    const next = sent.find(
      ({ entry }) => entry.fingerprint !== one.entry.fingerprint && fingerprints.includes(entry.fingerprint),
    );
    if (next === undefined) return one;
    one = next;
  }
  return one;
}
