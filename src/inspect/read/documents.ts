import { decodeBase64 } from '../../asn1/base64.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { joinPath } from '../../yaml/compose.ts';
import { parseYamlDocuments } from '../../yaml/parse.ts';
import type { FileReference, InputContent } from './input.ts';
import { readPemText, report, type Collector } from './objects.ts';

/** How PEM begins in base64. */
const ENCODED_BEGIN = 'LS0tLS1CRUdJTi';
const BEGIN = '-----BEGIN ';

/** Fields of kubeconfigs that hold PEM in base64, and those that name a file of it. */
const DATA_FIELDS: readonly string[] = [
  'certificate-authority-data',
  'client-certificate-data',
  'client-key-data',
];
const FILE_FIELDS: readonly string[] = ['certificate-authority', 'client-certificate', 'client-key'];

/** What documents are: by the kind of the first that has one. */
type Format = Extract<InputContent['format'], 'kubeconfig' | 'secret' | 'manifest'>;

const FORMATS: Readonly<Record<string, Format>> = Object.freeze({ Config: 'kubeconfig', Secret: 'secret' });

/** More values than this no manifest has. */
const MAX_VALUES = 200_000;

/**
 * Reads PEM out of YAML or JSON: kubeconfigs, Secrets, ConfigMaps, requests, caBundles, whatever holds it as text or in
 * base64.
 */
export async function readDocuments(
  text: string,
  into: Collector,
): Promise<{ readonly format: Format; readonly references: readonly FileReference[] }> {
  const references: FileReference[] = [];
  let format: Format | undefined;
  try {
    for (const { value } of parseYamlDocuments(text, { source: into.source })) {
      const kind = fieldOf(value, 'kind');
      format ??= typeof kind === 'string' ? (FORMATS[kind] ?? 'manifest') : undefined;
      const { found, isWhole } = texts(value);
      for (const one of found) await readText(one, { references, into });
      if (!isWhole) {
        const message = `it has more than ${MAX_VALUES} values, and the rest is not looked at`;
        report(into, { offset: 0, field: undefined, label: undefined }, { code: 'too-large', message });
      }
    }
  } catch (error) {
    if (!isPkiError(error)) throw error;
    into.findings.push({
      code: 'malformed-manifest',
      severity: 'error',
      path: into.source,
      message: error.message,
    });
    // What stands in it as it is can be read all the same.
    if (text.includes(BEGIN)) await readPemText(text, undefined, into);
  }
  return { format: format ?? 'manifest', references };
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

interface FoundText {
  readonly field: string;
  readonly key: string;
  readonly text: string;
}

interface FoundValue {
  readonly value: unknown;
  readonly field: string;
  readonly key: string;
}

/** Every text of a document, with its path; bounded, and `isWhole` says whether that left any out. */
function texts(root: unknown): { readonly found: readonly FoundText[]; readonly isWhole: boolean } {
  const found: FoundText[] = [];
  const stack: FoundValue[] = [{ value: root, field: '', key: '' }];
  for (let seen = 0; seen < MAX_VALUES; seen++) {
    const next = stack.pop();
    if (next === undefined) return { found, isWhole: true };
    const { value, field, key } = next;
    if (typeof value === 'string') found.push({ field, key, text: value });
    // One by one: a call does not take as many arguments as a hostile list has entries.
    else for (const inner of valuesOf(next).reverse()) stack.push(inner);
  }
  return { found, isWhole: stack.length === 0 };
}

function valuesOf({ value, field, key }: FoundValue): FoundValue[] {
  if (Array.isArray(value)) {
    return value.map((one: unknown, index) => ({ value: one, field: joinPath(field, index), key }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, one]: [string, unknown]) => ({
    value: one,
    field: joinPath(field, name),
    key: name,
  }));
}

async function readText(
  { field, key, text }: FoundText,
  { references, into }: { readonly references: FileReference[]; readonly into: Collector },
): Promise<void> {
  if (text.includes(BEGIN)) return readPemText(text, field, into);
  const compact = text.replace(/\s/g, '');
  if (compact.startsWith(ENCODED_BEGIN)) {
    const bytes = decodeBase64(compact);
    if (bytes !== undefined) return readPemText(new TextDecoder().decode(bytes), field, into);
    report(
      into,
      { offset: 0, field, label: undefined },
      { code: 'malformed-kubeconfig', message: 'the base64 is broken or cut off' },
    );
  } else if (DATA_FIELDS.includes(key) && text !== '') {
    report(
      into,
      { offset: 0, field, label: undefined },
      { code: 'malformed-kubeconfig', message: 'expected PEM in base64' },
    );
  } else if (FILE_FIELDS.includes(key) && text !== '') references.push({ field, path: text });
  return undefined;
}
