import type { CertificateInfo } from '../../inspect/read/certificate.ts';
import type { LogName } from './logs.ts';
import type { CheckReport, ReportCertificate } from '../report.ts';

/** What a look at the files found to be the cause of an error. */
export interface Culprit {
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
}

/** What an error is looked into with. */
export interface Evidence {
  readonly report: CheckReport;
  /** The certificates of the report, read again, by their ids. */
  readonly certificates: readonly { readonly entry: ReportCertificate; readonly info: CertificateInfo }[];
  /** Keys that were found: their place, and the public half. */
  readonly keys: readonly { readonly path: string; readonly publicKey: Uint8Array | undefined }[];
  /** Paths of the certificates whose serial numbers the text gives, as the API server does (SN=…, in decimal). */
  readonly named: ReadonlySet<string>;
  readonly now: Date;
}

/** What the words of an error name: a host, a file, a user. */
export type Words = Readonly<Record<string, string | undefined>>;

/** Looks for the cause of an error in what was found. */
export type Look = (evidence: Evidence, words: Words) => Culprit[] | Promise<Culprit[]>;

/** One kind of error. */
export interface ErrorRow {
  /** Its name, in kebab case. */
  readonly id: string;
  /** Who says it. */
  readonly programs: readonly string[];
  /** How it reads; named groups are its words. */
  readonly pattern: RegExp;
  /** What it means. */
  readonly meaning: string;
  /** Why it happens, the likeliest first. */
  readonly causes: readonly string[];
  /** What to run next. */
  readonly next: readonly string[];
  /** Whose log says more. */
  readonly logs?: readonly LogName[];
  /** How far from the cause the words are, where they are not it: 1 says what was refused and not why, 2 that something failed. */
  readonly rank?: 1 | 2;
  /** Set where the words are those of the program's source, and no test makes the program say them. */
  readonly fromSource?: true;
  /** Findings of the health check that explain it. */
  readonly codes: readonly string[];
  /** Looks further, where no finding says it. */
  readonly look?: Look;
  /** Looks for what explains all findings: it is named in their place. */
  readonly first?: Look;
}
