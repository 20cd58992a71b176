import { wrongCaFiles } from './ca-files.ts';
import type { CertificateFacts } from './facts.ts';
import { certificatesUnder, groupBy, pathsOf } from './lookup.ts';
import type { Machine } from './machine.ts';
import { reissue } from './remedies.ts';
import type { Rule, Violation } from './rule.ts';
import { trustFaults, type TrustFault } from './trust.ts';
import { distinct, dutyOf, restartOf } from './words.ts';

const PKI_PAGE = 'kubernetes.io, "PKI certificates and requirements"';

const faultRule =
  (kind: TrustFault['kind'], why: (fault: TrustFault) => string) =>
  (machine: Machine): Violation[] => {
    const faults = trustFaults(machine);
    const told = new Set(wrongCaFiles(machine, faults).flatMap((file) => file.faults));
    return faults
      .filter((fault) => fault.kind === kind && !told.has(fault))
      .map((fault) => {
        const { duty, anchor, cas } = fault;
        const fix = trustFix(machine, fault);
        return {
          path: duty.certificate.id,
          message: `${duty.certificate.subject} (used by ${duty.by}) ${why(fault)}`,
          expected: `signed by ${cas[0]?.subject ?? 'a CA'} of ${anchor.place}, by which ${anchor.by} checks it`,
          actual: actualSigner(fault),
          ...(fix === undefined ? {} : { fix }),
        };
      });
  };

/** A CA under which nothing stands may have come there by mistake: what it should sign is not to be signed by it then. */
function trustFix(machine: Machine, { kind, duty, anchor, cas }: TrustFault): string | undefined {
  const fix = reissue(machine, duty, 'remake');
  const keys = cas.map(({ publicKey }) => publicKey);
  if (fix === undefined || kind !== 'replaced' || certificatesUnder(machine, keys) > 0) return fix;
  return `put back into ${anchor.place} the CA that signed it, from another control plane or a backup; only where that is the new CA of all: ${fix}`;
}

function actualSigner({ signer, duty }: TrustFault): string {
  if (signer === undefined) return `issuer ${duty.certificate.issuer}, not found`;
  return `signed by ${signer.subject} of ${signer.id}`;
}

/** Certificates that components are told to take as CAs, with the flag that says so. */
function caFiles(machine: Machine): { readonly one: CertificateFacts; readonly by: string }[] {
  const flags = ['client-ca', 'server-ca', 'signing-ca'];
  return machine.certificates.flatMap((one) => {
    const use = one.entry.uses.find(({ role }) => flags.includes(role));
    return use === undefined ? [] : [{ one, by: `${use.component} ${use.flag}` }];
  });
}

/** Certificates that have signed another that is known. */
function signers({ byId, certificates }: Machine): CertificateFacts[] {
  const found = new Map<string, CertificateFacts>();
  for (const { entry } of certificates) {
    for (const signer of entry.signedBy.map((id) => byId.get(id))) {
      if (signer !== undefined && signer.entry.fingerprint !== entry.fingerprint)
        found.set(signer.entry.fingerprint, signer);
    }
  }
  return [...found.values()];
}

/** Rules about who signed what. */
export const CHAIN_RULES: readonly Rule[] = Object.freeze<Rule[]>([
  {
    code: 'ca-replaced',
    severity: 'error',
    title:
      'a certificate is not signed by the CA whose name it bears: the CA was made anew under the same name',
    source: `RFC 5280 6.1.3 (a)(1); ${PKI_PAGE}`,
    fix: 'put back the CA that signed it, or issue it again under the new one: kubepki apply --config FILE',
    evaluate: faultRule('replaced', ({ signer }) =>
      signer === undefined
        ? 'names the right CA, and the signature is not by its key'
        : `was signed by another CA of the same name, ${signer.id}`,
    ),
  },
  {
    code: 'wrong-ca',
    severity: 'error',
    title: 'a certificate is signed by another CA than those to whom it is shown trust',
    source: PKI_PAGE,
    fix: 'issue it again under the right CA: kubepki apply --config FILE, or kubepki issue … --ca BASE',
    evaluate: faultRule('other-ca', () => 'is signed by another CA'),
  },
  {
    code: 'self-signed',
    severity: 'error',
    title: 'a certificate is self-signed, and those to whom it is shown do not trust it',
    source: PKI_PAGE,
    fix: 'issue it under the CA: kubepki apply --config FILE, or kubepki issue … --ca BASE',
    evaluate: faultRule('self-signed', () => 'is self-signed'),
  },
  {
    code: 'issuer-unknown',
    severity: 'error',
    title: 'the issuer of a certificate is none of the CAs that are trusted, nor found elsewhere',
    source: PKI_PAGE,
    fix: 'issue it again under the CA that is trusted, or add its issuer to the CA file',
    evaluate: faultRule('unknown', () => 'has an issuer that is not known here'),
  },
  {
    code: 'aki-mismatch',
    severity: 'warning',
    title:
      "a certificate's authority key identifier is not its CA's subject key identifier: OpenSSL and Node refuse it, Go does not",
    source: 'RFC 5280 4.2.1.1; OpenSSL X509_check_issued',
    fix: 'issue the certificate again: kubepki apply --config FILE; a CA that is renewed with the same key keeps its identifier',
    mending: 'remake',
    evaluate: (machine) => distinct(machine).flatMap((one) => otherIdentifier(machine, one)),
  },
  {
    code: 'not-a-ca',
    severity: 'error',
    title: 'a certificate that is to be trusted as a CA is none: basicConstraints CA:TRUE is missing',
    source: 'RFC 5280 4.2.1.9',
    fix: 'put the CA certificate there: the flag names a certificate that is no CA',
    evaluate: (machine) => [
      ...caFiles(machine)
        .filter(
          ({ one }) =>
            !one.isCa && !isOldRoot(one) && !(machine.byPlace.get(one.place) ?? []).some(({ isCa }) => isCa),
        )
        .map(({ one, by }) => notCa(one, `is what ${by} trusts, and is no CA`)),
      ...signers(machine)
        .filter((one) => !one.isCa && !isOldRoot(one))
        .map((one) => notCa(one, 'signed others, and is no CA')),
    ],
  },
  {
    code: 'ca-cannot-sign',
    severity: 'error',
    title: 'a CA has a key usage without keyCertSign',
    source: 'RFC 5280 4.2.1.3',
    fix: 'issue the CA again with the same key, name and key identifier, and keyCertSign',
    evaluate: (machine) =>
      distinct(machine)
        .filter(({ isCa, usages }) => isCa && usages?.includes('keyCertSign') === false)
        .map((one) => ({
          path: one.id,
          message: `${one.subject} is a CA, and its key usage does not allow it to sign certificates`,
          expected: 'keyCertSign',
          actual: one.usages?.join(', ') ?? '',
        })),
  },
  {
    code: 'path-length',
    severity: 'error',
    title: 'a CA has a path length of 0, and signed another CA',
    source: 'RFC 5280 4.2.1.9',
    fix: 'issue the CA below again under one whose path length allows it',
    evaluate: (machine) => distinct(machine).flatMap((one) => tooDeep(machine, one)),
  },
  {
    code: 'leaf-is-ca',
    severity: 'warning',
    title: 'a certificate that a component shows is a CA',
    source: 'RFC 5280 4.2.1.9; NSS refuses it (MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY)',
    fix: 'issue it again as what it is: kubepki apply --config FILE, or kubepki issue server, client or peer',
    mending: 'remake',
    evaluate: (machine) =>
      distinct(machine)
        .filter((one) => one.isCa && dutyOf(machine, one) !== undefined)
        .map((one) => ({
          path: one.id,
          message: `${one.subject} is a CA, and ${dutyOf(machine, one)?.by ?? ''} shows it as its own: whoever has its key can sign for others`,
          expected: 'CA:FALSE',
          actual: 'CA:TRUE',
        })),
  },
  {
    code: 'duplicate-in-bundle',
    severity: 'warning',
    title: 'a bundle holds the same certificate twice',
    source: 'RFC 8446 4.4.2',
    fix: 'remove one of the two from the file',
    evaluate: (machine) => [...machine.byPlace.values()].flatMap(duplicates),
  },
  {
    code: 'signing-ca-bundle',
    severity: 'error',
    title: 'the file of --cluster-signing-cert-file holds more than one certificate',
    source: 'kubernetes pkg/controller/certificates/signer/ca_provider.go',
    fix: 'name a file that holds the signing CA alone; bundles belong in --client-ca-file and --root-ca-file',
    evaluate: (machine) =>
      machine.inventory.components.flatMap((component) =>
        pathsOf(component, 'cluster-signing-cert-file').flatMap((path): Violation[] => {
          const { length } = machine.byPlace.get(path) ?? [];
          if (length < 2) return [];
          return [
            {
              path,
              message: `${component.name} --cluster-signing-cert-file takes one certificate`,
              expected: '1 certificate',
              actual: `${length} certificates`,
              fix: `write the signing CA alone to another file and name that in ${component.source}, then ${restartOf(machine, component.name)}`,
            },
          ];
        }),
      ),
  },
]);

/** Whether it is a root of version 1, which has no extensions to say so, and which Go takes. */
const isOldRoot = ({ isSelfIssued, entry }: CertificateFacts): boolean =>
  isSelfIssued && entry.certificate.version === 0;

function notCa(one: CertificateFacts, what: string): Violation {
  return {
    path: one.id,
    message: `${one.subject} ${what}`,
    expected: 'CA:TRUE',
    actual: 'CA:FALSE, or no basicConstraints',
  };
}

function otherIdentifier(machine: Machine, one: CertificateFacts): Violation[] {
  const { authorityKeyId } = one;
  const cas = one.entry.signedBy.flatMap((id) => machine.byId.get(id) ?? []);
  const ids = cas.flatMap(({ subjectKeyId }) => subjectKeyId ?? []);
  const [ca] = cas;
  if (authorityKeyId === undefined || ca === undefined || ids.length === 0 || ids.includes(authorityKeyId))
    return [];
  return [
    {
      path: one.id,
      message: `${one.subject} is signed by ${ca.subject} (${ca.id}) and names another key identifier`,
      expected: ids[0] ?? '',
      actual: authorityKeyId,
    },
  ];
}

function tooDeep(machine: Machine, one: CertificateFacts): Violation[] {
  if (!one.isCa || one.isSelfIssued) return [];
  return one.entry.signedBy.flatMap((id): Violation[] => {
    const ca = machine.byId.get(id);
    if (ca?.maxPathLength !== 0) return [];
    return [
      {
        path: one.id,
        message: `${one.subject} is a CA below ${ca.subject} (${ca.id}), which allows none`,
        expected: 'no CA below',
        actual: 'pathlen:0 above a CA',
      },
    ];
  });
}

function duplicates(bundle: readonly CertificateFacts[]): Violation[] {
  if (bundle.length < 2) return [];
  return [...groupBy(bundle, ({ entry }) => entry.fingerprint).values()].flatMap((group): Violation[] => {
    const [first, second] = group;
    if (first === undefined || second === undefined) return [];
    return [
      {
        path: second.id,
        message: `${second.subject} stands ${group.length} times in ${first.place}`,
        expected: 'once',
        actual: `${group.length} times`,
      },
    ];
  });
}
