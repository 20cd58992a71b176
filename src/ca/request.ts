import type { KeyAlgorithm } from '../crypto/algorithms.ts';
import type { PrivateKey } from '../crypto/private-key.ts';
import type { PublicKey } from '../crypto/public-key.ts';
import type { Finding } from '../errors/finding.ts';
import { isPkiError, PkiError, type Problem } from '../errors/pki-error.ts';
import { quote } from '../errors/quote.ts';
import type { Validity } from '../x509/duration.ts';
import { hasLongLabel, isDnsSubdomain } from '../net/dns-name.ts';
import { parseSubjectAltName, type SubjectAltName } from '../x509/general-name.ts';
import type { Subject } from '../x509/name.ts';
import { profileNamed, type Profile, type ProfileInput, type ProfileName } from './profiles.ts';

/** What a certificate is asked to be: inert data. */
export interface CertificateRequest extends Subject {
  readonly profile: ProfileName | Profile;
  /** Names and addresses, as text or in canonical form; international domain names become punycode. */
  readonly subjectAltNames?: readonly (string | SubjectAltName)[];
  /** How long, counted from now: `90d`, `1y`, `8h`, `8760h0m0s`, or until an RFC 3339 time. Default: the profile's. */
  readonly validity?: string | Validity;
  /** What happens where it would outlive its CA: cut with a notice, or refused. Default: `clamp`. */
  readonly outlive?: 'clamp' | 'refuse';
  /** The key to certify. Default: a fresh one of `keyAlgorithm`. */
  readonly key?: PrivateKey | PublicKey;
  /** Algorithm of the fresh key. Default: `ECDSA-P256`. */
  readonly keyAlgorithm?: KeyAlgorithm;
  /** For CAs: how many intermediate CAs may follow. Default: no limit. */
  readonly maxPathLength?: number;
}

/** A request in canonical form, checked against its profile. */
export interface PreparedRequest extends ProfileInput {
  readonly profile: Profile;
  readonly notices: readonly Finding[];
}

/** RFC 5280 A.1: ub-common-name and ub-organization-name. */
const MAX_NAME_LENGTH = 64;

/**
 * Checks a request and fills in what its profile knows. All problems are reported at once.
 *
 * @throws PkiError `invalid-request`
 */
export function prepareRequest(request: CertificateRequest): PreparedRequest {
  const profile = typeof request.profile === 'string' ? profileNamed(request.profile) : request.profile;
  const problems: Problem[] = [];
  const input = {
    subject: subjectOf(request, problems),
    subjectAltNames: namesOf(request, profile, problems),
  };
  const completed = profile.complete?.(input) ?? input;
  // What is wrong with a field already is not said again in the profile's words.
  const known = new Set(problems.map(({ path }) => fieldOf(path)));
  const found = [...(profile.check?.(completed) ?? []), ...checkPathLength(request, profile)];
  problems.push(...found.filter(({ path }) => !known.has(fieldOf(path))));
  if (problems.length > 0) {
    const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new PkiError('invalid-request', `cannot issue a ${profile.name} certificate: ${list}`, {
      details: { problems },
    });
  }
  return { ...completed, profile, notices: lengthNotices(completed.subject) };
}

const fieldOf = (path: string): string => path.split('[')[0] ?? path;

const SUBJECT_FIELDS = [
  'organizations',
  'organizationalUnits',
  'countries',
  'provinces',
  'localities',
] as const;

function subjectOf(request: CertificateRequest, problems: Problem[]): Subject {
  const { commonName } = request;
  if (commonName !== undefined) problems.push(...checkText('commonName', commonName));
  const lists: Partial<Record<(typeof SUBJECT_FIELDS)[number], readonly string[]>> = {};
  for (const field of SUBJECT_FIELDS) {
    const values = request[field];
    if (values === undefined || values.length === 0) continue;
    problems.push(...values.flatMap((value, index) => checkText(`${field}[${index}]`, value)));
    lists[field] = [...new Set(values)];
  }
  return commonName === undefined ? lists : { commonName, ...lists };
}

function checkText(path: string, value: string): Problem[] {
  if (value.trim() === '') return [{ path, message: 'is empty' }];
  if (/[\u0000-\u001f\u007f]/.test(value))
    return [{ path, message: `holds a control character: ${quote(value)}` }];
  if (/[\ud800-\udfff]/u.test(value))
    return [{ path, message: `is not well-formed Unicode: ${quote(value)}` }];
  const isCountry = path.startsWith('countries');
  return isCountry && !/^[A-Z]{2}$/.test(value)
    ? [{ path, message: `${quote(value)} is not an ISO 3166 code of two letters` }]
    : [];
}

function namesOf(request: CertificateRequest, profile: Profile, problems: Problem[]): SubjectAltName[] {
  const names = new Map<string, SubjectAltName>();
  for (const [index, given] of (request.subjectAltNames ?? []).entries()) {
    try {
      const name = nameOf(given, profile);
      names.set(`${name.type}:${name.value}`, name);
    } catch (error) {
      if (!isPkiError(error)) throw error;
      problems.push({ path: `subjectAltNames[${index}]`, message: error.message });
    }
  }
  return [...names.values()];
}

function nameOf(given: string | SubjectAltName, { addressLikeNames }: Profile): SubjectAltName {
  if (typeof given === 'string') return parseSubjectAltName(given);
  const { type, value } = given;
  const isDnsName = type === 'dns' && isDnsSubdomain(value) && !hasLongLabel(value);
  return addressLikeNames === true && isDnsName ? { type, value } : parseSubjectAltName(PREFIX[type] + value);
}

const PREFIX = Object.freeze({ dns: 'DNS:', ip: 'IP:', uri: 'URI:', email: 'email:' });

function checkPathLength({ maxPathLength }: CertificateRequest, profile: Profile): Problem[] {
  if (maxPathLength === undefined) return [];
  if (!profile.ca) return [{ path: 'maxPathLength', message: 'only CAs have a path length' }];
  const fine = Number.isInteger(maxPathLength) && maxPathLength >= 0 && maxPathLength <= 255;
  return fine
    ? []
    : [{ path: 'maxPathLength', message: `${maxPathLength} is not a whole number from 0 to 255` }];
}

function lengthNotices(subject: Subject): Finding[] {
  const texts = { commonName: [subject.commonName ?? ''], organizations: subject.organizations ?? [] };
  return Object.entries(texts).flatMap(([path, values]) =>
    values
      .filter((value) => value.length > MAX_NAME_LENGTH)
      .map((value): Finding => {
        const message = `${quote(value)} is longer than the ${MAX_NAME_LENGTH} characters of RFC 5280: some programs refuse it`;
        return { code: 'name-too-long', severity: 'warning', path, message };
      }),
  );
}
