import { resolveEnvironment, type Environment } from '../../crypto/environment.ts';
import type { Finding } from '../../errors/finding.ts';
import { readCertificate } from '../../inspect/read/certificate.ts';
import { parsePem } from '../../x509/pem.ts';
import { discover } from '../discover/discover.ts';
import { reportOn, targetOf } from '../check.ts';
import type { FileSource } from '../files.ts';
import { visible } from '../../errors/visible.ts';
import { culpritsOf } from './culprits.ts';
import { GO_ROWS } from './go-rows.ts';
import { GO_TLS_ROWS } from './go-tls-rows.ts';
import { COMPONENT_ROWS } from './component-rows.ts';
import { KUBEADM_ROWS } from './kubeadm-rows.ts';
import { KUBERNETES_ROWS } from './kubernetes-rows.ts';
import { OPENSSL_ROWS } from './openssl-rows.ts';
import { LOGS } from './logs.ts';
import { readings } from './paste.ts';
import type { Culprit, ErrorRow, Evidence, Words } from './row.ts';

/** Every error that is known. */
export const ERROR_ROWS: readonly ErrorRow[] = Object.freeze([
  ...GO_ROWS,
  ...GO_TLS_ROWS,
  ...OPENSSL_ROWS,
  ...KUBERNETES_ROWS,
  ...COMPONENT_ROWS,
  ...KUBEADM_ROWS,
]);

/** One error that was recognised. */
export interface Explanation extends Pick<ErrorRow, 'id' | 'programs' | 'meaning' | 'causes' | 'next'> {
  /** Whose log says more, and how to read it. */
  readonly logs: readonly string[];
  /** The words that were recognised. */
  readonly matched: string;
  /** What was found to be the cause in the files that were looked at, the likeliest first. */
  readonly culprits: readonly Culprit[];
  /** Files and folders that were not seen, for they are kept from the user that looks: the cause may be in them. */
  readonly unread: readonly string[];
}

/** Of a larger text the end is searched, in UTF-16 units: the last lines of a log are the ones that count. */
export const MAX_TEXT = 4 * 1024 * 1024;
const MAX_MATCHED = 300;

/**
 * Explains the errors in a text, and, where files are given, looks for their causes there.
 *
 * @param text an error, or a log with some
 * @param look where to look: files, and paths in them as `checkFiles` takes them
 * @returns one explanation for each kind of error: causes first, then what they led to, each in the order of the text; none
 *   where nothing is known
 */
export async function explain(
  text: string,
  look?: { readonly files: FileSource; readonly paths: readonly string[] },
  environment: Environment = {},
): Promise<Explanation[]> {
  const found = recognise(text.slice(-MAX_TEXT));
  const evidence =
    look === undefined || found.length === 0 ? undefined : await gather(look, text, environment);
  return Promise.all(
    found.map(async ({ row, matched, words }) => {
      const { id, programs, meaning, causes, next } = row;
      return {
        id,
        programs,
        meaning,
        causes,
        next,
        logs: (row.logs ?? []).map((name) => LOGS[name]),
        matched,
        culprits: evidence === undefined ? [] : await culpritsOf(row, words, evidence),
        unread: evidence?.report.findings.flatMap(keptFromReader) ?? [],
      };
    }),
  );
}

function keptFromReader({ code, path }: Finding): string[] {
  return code === 'no-permission' ? [path] : [];
}

interface Recognised {
  readonly row: ErrorRow;
  readonly matched: string;
  readonly words: Words;
  readonly at: number;
}

function recognise(text: string): Recognised[] {
  const texts = readings(text);
  const found = ERROR_ROWS.flatMap((row): Recognised[] => {
    for (const reading of texts) {
      const match = row.pattern.exec(reading);
      if (match === null) continue;
      // Cut before it is searched, for tokens can be long, and after, for people.
      const line = match[0].slice(0, 4 * MAX_MATCHED).replace(/\s+/g, ' ');
      const matched = withoutSecrets(visible(line)).slice(0, MAX_MATCHED);
      return [{ row, matched, words: match.groups ?? {}, at: match.index / reading.length }];
    }
    return [];
  });
  return found.sort((a, b) => (a.row.rank ?? 0) - (b.row.rank ?? 0) || a.at - b.at);
}

/** What looks like a token or a key is not repeated. */
function withoutSecrets(text: string): string {
  return text.replace(
    /[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|[A-Za-z0-9+/=_-]{80,}/g,
    '(left out)',
  );
}

async function gather(
  { files, paths }: { readonly files: FileSource; readonly paths: readonly string[] },
  text: string,
  environment: Environment,
): Promise<Evidence> {
  const resolved = resolveEnvironment(environment);
  const inventory = await discover(
    files,
    paths.map((path) => targetOf(files, path)),
    resolved,
  );
  const report = reportOn(inventory, { paths }, resolved.now);
  const certificates = report.certificates.flatMap((entry) => {
    const [block] = parsePem(entry.pem);
    return block === undefined ? [] : [{ entry, info: readCertificate(block.der) }];
  });
  const keys = inventory.keys
    .filter(({ isPrivate }) => isPrivate)
    .map(({ path, facts }) => ({ path, publicKey: facts.publicKey }));
  // A serial number has at most 20 octets (RFC 5280 4.1.2.2): 49 digits.
  const serials = new Set(
    [...text.slice(-MAX_TEXT).matchAll(/\bSN=(\d{1,49})\b/g)].map(([, serial = '']) => BigInt(serial)),
  );
  const named = new Set(
    report.certificates
      .filter(({ serialNumber }) => serials.has(BigInt(`0x${serialNumber || '0'}`)))
      .map(({ path }) => path),
  );
  return { report, certificates, keys, named, now: resolved.now };
}
