/** Compares a tree on disk with expectations, file by file and field by field. */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { compareKubeconfigText, dataOf } from './compare-kubeconfig.ts';
import type { GoCertificate, GoJudge } from './go.ts';
import type { ExpectedCertificate, ExpectedFile } from './kubeadm-facts.ts';

interface TreeDirectories {
  readonly pki: string;
  readonly kubeconfigs: string;
}

interface CompareOptions {
  readonly judge: GoJudge;
  /**
   * Who made the tree. `kubeadm`: its notBefore rules by version, to the second where it is exact; `kubepki`: notBefore
   * five minutes before the issue for all, a leaf within its CA's dates, serials of at least 64 bits.
   */
  readonly made: 'kubeadm' | 'kubepki';
  /** When every certificate was issued (a frozen clock); without it the lifetime alone is judged. */
  readonly issuedAt?: Date;
}

const BACKDATE = 300;

/** kubeadm up to 1.30 counts a leaf's end from the moment of its making, and its start from its CA's. */
const SLOW_RUN = 1800;

type Report = (what: string, expected: unknown, actual: unknown) => void;

/** Answers one line a deviation; the values are public facts, never key material. */
class Deviations {
  readonly lines: string[] = [];

  reporter(path: string): Report {
    return (what, expected, actual) => {
      if (isDeepStrictEqual(expected, actual)) return;
      this.lines.push(
        `${path}: ${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`,
      );
    };
  }
}

const seconds = (rfc3339: string): number => Date.parse(rfc3339) / 1000;

function compareDates(
  expected: ExpectedCertificate,
  actual: Dated,
  options: CompareOptions & { report: Report },
) {
  const { report } = options;
  const [start, end] = [seconds(actual.certificate.notBefore), seconds(actual.certificate.notAfter)];
  const [caStart, caEnd] = [seconds(actual.ca.notBefore), seconds(actual.ca.notAfter)];
  if (options.made === 'kubeadm' && expected.startsWithCa) {
    report('notBefore (as its CA)', caStart, start);
    const late = end - start - BACKDATE - expected.period;
    if (late < 0 || late > SLOW_RUN) report('lifetime', BACKDATE + expected.period, end - start);
    return;
  }
  const isLeaf = !expected.basicConstraints.ca && options.made === 'kubepki';
  if (options.issuedAt === undefined) {
    if (isLeaf && start < caStart) report('notBefore (within its CA)', caStart, start);
    const whole = start + BACKDATE + expected.period;
    report('notAfter', isLeaf ? Math.min(whole, caEnd) : whole, end);
    return;
  }
  const now = Math.floor(options.issuedAt.getTime() / 1000);
  report('notBefore', isLeaf ? Math.max(now - BACKDATE, caStart) : now - BACKDATE, start);
  report('notAfter', isLeaf ? Math.min(now + expected.period, caEnd) : now + expected.period, end);
}

interface Dated {
  readonly certificate: GoCertificate;
  readonly ca: GoCertificate;
}

function compareCertificate(
  expected: ExpectedCertificate,
  actual: Dated,
  options: CompareOptions & { report: Report },
): void {
  const { certificate, ca } = actual;
  const { report } = options;
  report('version', 3, certificate.version);
  report('subject', expected.subject, certificate.subject);
  report('issuer', expected.issuer, certificate.issuer);
  report('issuer (as the subject of its CA)', ca.subject, certificate.issuer);
  report('subject alternative names', expected.sans, certificate.sans);
  report('key usage', expected.keyUsage, certificate.keyUsage);
  report('extended key usage', expected.extKeyUsage, certificate.extKeyUsage);
  report('basic constraints', expected.basicConstraints, certificate.basicConstraints);
  report('extensions', expected.extensions, certificate.extensions);
  report('has a subject key identifier', expected.hasSki, certificate.ski !== '');
  const aki = expected.hasAki ? { keyId: ca.ski, hasIssuer: false, hasSerial: false } : null;
  report('authority key identifier', aki, certificate.aki);
  report('signature algorithm', expected.signatureAlgorithm, certificate.signatureAlgorithm);
  report('public key', expected.publicKey, certificate.publicKey);
  report('serial number is positive', 1, certificate.serialSign);
  if (options.made === 'kubepki') report('serial number has over 64 bits', true, certificate.serialBits > 64);
  report('serial number has at most 159 bits', true, certificate.serialBits <= 159);
  compareDates(expected, actual, options);
}

/** One block of the label, in 64-column lines, nothing before it and one newline after it. */
const isCanonicalPem = (text: string, label: string): boolean =>
  new RegExp(
    `^-----BEGIN ${label}-----\\n(?:[A-Za-z0-9+/]{64}\\n)*[A-Za-z0-9+/=]{1,64}\\n-----END ${label}-----\\n$`,
  ).test(text);

/** Files below a directory, relative, without those whose name starts with a dot. */
async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')));
}

class TreeComparison {
  readonly #dirs: TreeDirectories;
  readonly #expected: readonly ExpectedFile[];
  readonly #options: CompareOptions;
  readonly #texts = new Map<string, string>();
  readonly deviations = new Deviations();

  constructor(dirs: TreeDirectories, expected: readonly ExpectedFile[], options: CompareOptions) {
    this.#dirs = dirs;
    this.#expected = expected;
    this.#options = options;
  }

  async run(): Promise<string[]> {
    for (const file of this.#expected) await this.#readFile(file);
    for (const file of this.#expected) {
      const text = this.#texts.get(`${file.root}/${file.path}`);
      if (text !== undefined) await this.#compareFile(file, text);
    }
    await this.#compareListing();
    return this.deviations.lines;
  }

  async #readFile(file: ExpectedFile): Promise<void> {
    const path = join(this.#dirs[file.root], file.path);
    const report = this.deviations.reporter(file.path);
    const status = await lstat(path).catch(() => undefined);
    report('is there as a plain file', true, status?.isFile() ?? false);
    if (!status?.isFile()) return;
    report('mode', file.mode.toString(8), (status.mode & 0o7777).toString(8));
    this.#texts.set(`${file.root}/${file.path}`, await readFile(path, 'utf8'));
  }

  async #compareFile(file: ExpectedFile, text: string): Promise<void> {
    const report = this.deviations.reporter(file.path);
    if (file.kind === 'certificate') {
      report('canonical PEM', true, isCanonicalPem(text, 'CERTIFICATE'));
      await this.#compareCertificate(file.certificate, text, report);
    } else if (file.kind === 'kubeconfig') {
      await this.#compareKubeconfig(file.kubeconfig, text, report);
    } else {
      report('canonical PEM', true, isCanonicalPem(text, file.label));
      await this.#compareKey(file, text, report);
    }
  }

  async #compareCertificate(expected: ExpectedCertificate, pem: string, report: Report): Promise<void> {
    const caText = this.#texts.get(`pki/${expected.issuedBy}`);
    const [found, authority] = await Promise.all([
      this.#options.judge.ask({ op: 'parse', pem }),
      this.#options.judge.ask({ op: 'parse', pem: caText ?? '' }),
    ]);
    if (!found.ok) {
      report('Go reads it', 'yes', found.error);
      return;
    }
    if (!authority.ok) {
      report('Go reads its CA', 'yes', authority.error);
      return;
    }
    const [[certificate, ...more], [ca]] = [found.certificates, authority.certificates];
    report('further certificates', 0, more.length);
    if (certificate === undefined || ca === undefined) {
      report('certificate and CA', 'both', 'none');
      return;
    }
    compareCertificate(expected, { certificate, ca }, { ...this.#options, report });
    // A time within the dates of both: the comparison must not depend on today.
    const time = new Date(
      Math.max(Date.parse(certificate.notBefore), Date.parse(ca.notBefore)),
    ).toISOString();
    const verified = await this.#options.judge.ask({ op: 'verify', leaf: pem, roots: caText ?? '', time });
    report('verifies under its CA', 'yes', verified.ok ? 'yes' : verified.error);
  }

  async #compareKey(
    file: ExpectedFile & { kind: 'key' | 'public-key' },
    text: string,
    report: Report,
  ): Promise<void> {
    const { judge } = this.#options;
    const key = await judge.ask({ op: 'key', pem: text });
    if (!key.ok) {
      report('Go reads it', 'yes', key.error);
      return;
    }
    const { type, size, curve, exponent } = key;
    const actual = {
      type,
      size,
      ...(curve !== undefined && { curve }),
      ...(exponent !== undefined && { exponent }),
    };
    report('public key', file.publicKey, actual);
    report('label', file.label, key.label);
    if (file.kind === 'public-key') return;
    const owner = this.#texts.get(`pki/${file.belongsTo}`) ?? '';
    if (file.belongsTo.endsWith('.pub')) {
      report(`is the key of ${file.belongsTo}`, true, owner === key.publicKey);
    } else {
      const matched = await judge.ask({ op: 'keypair', cert: owner, key: text });
      report(`is the key of ${file.belongsTo}`, 'yes', matched.ok ? 'yes' : matched.error);
    }
  }

  async #compareKubeconfig(
    expected: Extract<ExpectedFile, { kind: 'kubeconfig' }>['kubeconfig'],
    text: string,
    report: Report,
  ): Promise<void> {
    compareKubeconfigText(expected, text, report);
    const data = dataOf(text);
    report('embedded CA is the bytes of ca.crt', true, data.ca === this.#texts.get('pki/ca.crt'));
    report('canonical PEM of the certificate', true, isCanonicalPem(data.certificate, 'CERTIFICATE'));
    report('canonical PEM of the key', true, isCanonicalPem(data.key, expected.keyLabel));
    await this.#compareCertificate(expected.certificate, data.certificate, report);
    const matched = await this.#options.judge.ask({ op: 'keypair', cert: data.certificate, key: data.key });
    report('embedded key is the certificate’s', 'yes', matched.ok ? 'yes' : matched.error);
  }

  /** Nothing but the tree lies in the directories; `pki`, `nodes` and `users` beside the kubeconfigs are others'. */
  async #compareListing(): Promise<void> {
    const wanted = (root: ExpectedFile['root']): Set<string> =>
      new Set(this.#expected.filter((file) => file.root === root).map((file) => file.path));
    for (const path of await filesBelow(this.#dirs.pki)) {
      if (!wanted('pki').has(path)) this.deviations.lines.push(`${path}: unexpected file`);
    }
    for (const path of await filesBelow(this.#dirs.kubeconfigs)) {
      const others = /^(pki|nodes|users)\//.test(path);
      if (!others && !wanted('kubeconfigs').has(path)) this.deviations.lines.push(`${path}: unexpected file`);
    }
    for (const directory of ['', 'etcd']) {
      const status = await lstat(join(this.#dirs.pki, directory)).catch(() => undefined);
      if (status === undefined) continue;
      this.deviations.reporter(`pki/${directory}`)('mode', '755', (status.mode & 0o7777).toString(8));
    }
  }
}

/** Every deviation of a tree from the expectations, one line each; empty where it agrees. */
const compareTree = (
  dirs: TreeDirectories,
  expected: readonly ExpectedFile[],
  options: CompareOptions,
): Promise<string[]> => new TreeComparison(dirs, expected, options).run();

export { compareTree, isCanonicalPem };
export type { CompareOptions, TreeDirectories };
