/** What the linters' judges have in common, and what they say of kubeadm's own trees. */
import type { GoCertificate } from './go.ts';

/** One complaint of a linter about one file. */
interface LintFinding {
  readonly file: string;
  readonly lint: string;
  readonly severity: string;
  readonly detail: string;
}

/** What the table needs to know of the certificate that a linter complained of. */
interface CertificateTraits {
  readonly ca: boolean;
  readonly ec: boolean;
  readonly extKeyUsage: readonly string[];
}

/** A complaint that kubeadm's own tree gets, and that ours may therefore get too. */
interface KnownLint {
  readonly linter: 'zlint' | 'pkilint';
  readonly lint: string;
  /** The certificates it is known on. */
  readonly on: (traits: CertificateTraits) => boolean;
  /** What the complaint must be about, where the lint has other reasons too. */
  readonly detail?: RegExp;
  readonly reason: string;
}

const isCa = ({ ca }: CertificateTraits): boolean => ca;
const isLeaf = ({ ca }: CertificateTraits): boolean => !ca;
const isEc = ({ ec }: CertificateTraits): boolean => ec;

const NO_SKI = 'kubeadm gives leaves no subject key identifier';
const EC_ENCIPHERMENT = 'kubeadm sets keyEncipherment for every key, EC keys too';
const SHORT_NAMES =
  'node names, kubernetes and localhost are single labels; CAs have their common name as DNS name';

/**
 * The findings on real trees of kubeadm 1.28.15, 1.34.4 and 1.36.3 under every configuration of kubeadm-cases.ts, by
 * zlint v3.7.3 and pkilint 0.13.3. test/oracle/lints.test.ts holds the table to those trees, both ways.
 */
const KUBEADM_LINTS: readonly KnownLint[] = Object.freeze([
  {
    linter: 'zlint',
    lint: 'e_rsa_allowed_ku_no_encipherment_ca',
    on: (traits: CertificateTraits) => isCa(traits) && !isEc(traits),
    reason: 'kubeadm sets keyEncipherment on its CAs',
  },
  {
    linter: 'zlint',
    lint: 'e_key_usage_and_extended_key_usage_inconsistent',
    on: ({ extKeyUsage }: CertificateTraits) => extKeyUsage.length === 1 && extKeyUsage[0] === 'clientAuth',
    reason: 'kubeadm sets keyEncipherment, which RFC 5280 4.2.1.12 does not list for clientAuth',
  },
  { linter: 'zlint', lint: 'w_ext_subject_key_identifier_missing_sub_cert', on: isLeaf, reason: NO_SKI },
  {
    linter: 'zlint',
    lint: 'n_san_iana_pub_suffix_empty',
    on: ({ ca, extKeyUsage }: CertificateTraits) => ca || extKeyUsage.includes('serverAuth'),
    reason: SHORT_NAMES,
  },
  { linter: 'zlint', lint: 'e_ecdsa_allowed_ku', on: isEc, reason: EC_ENCIPHERMENT },
  {
    linter: 'zlint',
    lint: 'n_ecdsa_ee_invalid_ku',
    on: (traits: CertificateTraits) => isLeaf(traits) && isEc(traits),
    reason: EC_ENCIPHERMENT,
  },
  { linter: 'pkilint', lint: 'pkix.certificate_skid_end_entity_missing', on: isLeaf, reason: NO_SKI },
  { linter: 'pkilint', lint: 'pkix.key_usage_value_prohibited_for_ec', on: isEc, reason: EC_ENCIPHERMENT },
  {
    linter: 'pkilint',
    lint: 'pkix.invalid_domain_name_syntax',
    on: ({ ca, extKeyUsage }: CertificateTraits) => ca || extKeyUsage.includes('serverAuth'),
    // Single labels, wildcards, and node names that read as addresses; any other name must be fine.
    detail: /syntax: "(?:[a-z\d-]+|\*\.[a-z\d.-]+|\d+(?:\.\d+)+)"$/,
    reason: `${SHORT_NAMES}; pkilint refuses wildcards too`,
  },
  {
    linter: 'pkilint',
    lint: 'pkix.subject_key_identifier_method_1_identified',
    on: isCa,
    reason: 'information: the key identifier is a SHA-1 hash (RFC 5280 4.2.1.2), as Go made it up to 1.24',
  },
  {
    linter: 'pkilint',
    lint: 'pkix.subject_key_identifier_rfc7093_method_1_identified',
    on: isCa,
    reason: 'information: the key identifier is a cut SHA-256 hash (RFC 7093), as Go makes it from 1.25 on',
  },
] as const);

/** The known complaint that a finding is, if it is one. */
function knownLint(
  linter: KnownLint['linter'],
  finding: LintFinding,
  traits: CertificateTraits,
): KnownLint | undefined {
  return KUBEADM_LINTS.find(
    (row) =>
      row.linter === linter &&
      row.lint === finding.lint &&
      row.on(traits) &&
      (row.detail?.test(finding.detail) ?? true),
  );
}

/** What the table asks of a certificate that Go has read. */
const traitsOf = (certificate: GoCertificate): CertificateTraits => ({
  ca: certificate.basicConstraints?.ca ?? false,
  ec: certificate.publicKey.type === 'ECDSA',
  extKeyUsage: certificate.extKeyUsage,
});

export { KUBEADM_LINTS, knownLint, traitsOf };
export type { CertificateTraits, KnownLint, LintFinding };
