import { toHex } from '../../asn1/bytes.ts';
import type { RevokedInfo } from '../../inspect/read/crl.ts';
import { EXTENSION } from '../../inspect/read/extension.ts';
import type { Machine } from './machine.ts';
import { reissue } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { distinct, dutyOf, timeText, usersOf } from './words.ts';

/** Rules about revocation lists. Kubernetes reads none; etcd reads those of --client-crl-file and --peer-crl-file. */
export const REVOCATION_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'crl-expired',
    severity: 'warning',
    title: 'a revocation list is out of date',
    source: 'RFC 5280 5.1.2.5',
    fix: 'make a new one with the CA that made it: openssl ca -gencrl, or kubepki crl create',
    evaluate: ({ inventory, now }) =>
      inventory.crls.flatMap(({ path, crl }): Violation[] => {
        const until = crl.nextUpdate?.date?.getTime();
        if (until === undefined || until >= now) return [];
        const message = 'a newer list was due: who reads it may refuse all certificates of its issuer';
        return [{ path, message, expected: `nextUpdate after ${timeText(now)}`, actual: timeText(until) }];
      }),
  },
  {
    code: 'revoked',
    severity: 'warning',
    title: 'a certificate is revoked, which Kubernetes does not look at: it still opens the API',
    source: 'RFC 5280 6.3; kubernetes/kubernetes#18982',
    fix: 'take away its permissions by RBAC, or replace the CA; and issue another to whom it belongs',
    evaluate: revoked,
  },
]);

const isForAnother = ({ extensions = [] }: RevokedInfo): boolean =>
  extensions.some(({ oid }) => oid === EXTENSION.certificateIssuer);

function revoked(machine: Machine): Violation[] {
  const { crls } = machine.inventory;
  if (crls.length === 0) return [];
  const lists = new Map<string, { readonly path: string; readonly serials: Map<string, string> }>();
  for (const { path, crl } of crls) {
    // A list that speaks for other issuers too needs more than names to be read (RFC 5280 5.3.3).
    if (crl.revoked.some(isForAnother)) continue;
    const serials = new Map(crl.revoked.map((one) => [toHex(one.serialNumber), one.revocationDate.raw]));
    lists.set(toHex(crl.issuer.der), { path, serials });
  }
  return distinct(machine).flatMap((one): Violation[] => {
    const list = lists.get(one.issuerKey);
    const serial = toHex(one.entry.certificate.serialNumber);
    const date = list?.serials.get(serial);
    if (list === undefined || date === undefined) return [];
    const fix = reissue(machine, dutyOf(machine, one), 'renew');
    return [
      {
        path: one.id,
        message: `${one.subject} was revoked on ${date} by ${list.path}${usersOf(machine, one)}`,
        expected: `not in ${list.path}`,
        actual: `serial number ${serial}`,
        ...(fix === undefined ? {} : { fix }),
      },
    ];
  });
}
