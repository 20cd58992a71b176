import type { CertificateFacts } from './facts.ts';
import type { Machine } from './machine.ts';
import { distinct } from './words.ts';

/** A certificate with its dates, all of which are times. */
export interface Dated {
  readonly one: CertificateFacts;
  readonly from: number;
  readonly until: number;
  readonly left: number;
}

/** The certificates whose dates are times in order, each once; old copies left out, unless all are asked for. */
export function dated(machine: Machine, which = distinct): Dated[] {
  return which(machine).flatMap((one): Dated[] => {
    const { notBefore: from, notAfter: until } = one;
    if (from === undefined || until === undefined || until < from || isKubeletsOwnCa(one)) return [];
    return [{ one, from, until, left: until - machine.now }];
  });
}

/** The CA that a kubelet makes for its serving certificate alone ends with that (client-go util/cert GenerateSelfSignedCertKey). */
const isKubeletsOwnCa = ({ isCa, entry: { path } }: CertificateFacts): boolean =>
  isCa && path.endsWith('/kubelet/pki/kubelet.crt');
