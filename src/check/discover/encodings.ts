import { decodeBase64 } from '../../asn1/base64.ts';
import type { InputContent, InputItem } from '../../inspect/read/input.ts';
import type { Kubeconfig } from '../../kubeconfig/model.ts';
import type { EncodingEntry, EncodingFault } from '../inventory.ts';

/** A block that Go's encoding/pem finds. */
interface GoBlock {
  readonly label: string;
  readonly hasHeaders: boolean;
}

interface OpenBlock {
  readonly label: string;
  readonly lines: string[];
}

/** The blocks that Go's pem.Decode finds, which asks for more than people and OpenSSL do: see its encoding/pem. */
function goBlocks(text: string): GoBlock[] {
  const blocks: GoBlock[] = [];
  let open: OpenBlock | undefined;
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    const begun = /^-----BEGIN ([^]*)-----[ \t]*$/.exec(line)?.[1];
    if (begun !== undefined) open = { label: begun, lines: [] };
    else if (line.includes('-----BEGIN ')) open = undefined;
    else if (line.startsWith('-----END ')) {
      const isItsEnd = line.replace(/[ \t]*$/, '') === `-----END ${open?.label ?? ''}-----`;
      if (open !== undefined && isItsEnd) blocks.push(...decoded(open));
      open = undefined;
    } else open?.lines.push(line);
  }
  return blocks;
}

function decoded({ label, lines }: OpenBlock): GoBlock[] {
  const first = lines.findIndex((line) => !line.includes(':'));
  const body = lines
    .slice(Math.max(first, 0))
    .join('')
    .replace(/[ \t\r]/g, '');
  return decodeBase64(body) === undefined ? [] : [{ label, hasHeaders: first > 0 }];
}

/** Whether a block of a label is taken for what an item is (crypto/tls X509KeyPair; client-go util/cert, util/keyutil). */
const TAKEN: Readonly<Partial<Record<InputItem['kind'], (label: string) => boolean>>> = {
  certificate: (label) => label === 'CERTIFICATE',
  'private-key': (label) => /(?:^| )PRIVATE KEY$/.test(label),
  'public-key': (label) => /(?:^| )PUBLIC KEY$/.test(label),
};

/** What of a file the programs of a cluster, which are Go's, do not read, though a person does. */
export function encodingsOf(path: string, bytes: Uint8Array, content: Found): EncodingEntry[] {
  const isDocument = content.items.some(({ place }) => place.field !== undefined);
  const fault = isDocument ? undefined : encodingFault(bytes, content);
  return fault === undefined ? [] : [{ path, field: undefined, fault }];
}

/** The same of the fields of a kubeconfig that hold PEM. */
export function fieldEncodings(
  path: string,
  { clusters, users }: Kubeconfig,
  items: readonly InputItem[],
): EncodingEntry[] {
  const fields = [
    ...clusters.map(({ cluster }, at): [string, string | undefined] => [
      `clusters[${at}].cluster.certificate-authority-data`,
      cluster.certificateAuthorityData,
    ]),
    ...users.flatMap(({ user }, at): [string, string | undefined][] => [
      [`users[${at}].user.client-certificate-data`, user.clientCertificateData],
      [`users[${at}].user.client-key-data`, user.clientKeyData],
    ]),
  ];
  return fields.flatMap(([field, data]) => {
    const bytes = data === undefined ? undefined : decodeBase64(data);
    const own = items.filter(({ place }) => place.field === field);
    const fault = bytes === undefined ? undefined : encodingFault(bytes, { format: 'pem', items: own });
    return fault === undefined ? [] : [{ path, field, fault }];
  });
}

type Found = Pick<InputContent, 'format' | 'items'>;

function encodingFault(bytes: Uint8Array, { format, items }: Found): EncodingFault | undefined {
  // One character for each octet, as Go looks at them.
  const text = new TextDecoder('latin1').decode(bytes);
  const blocks = goBlocks(text);
  const isLost = Object.entries(TAKEN).some(([kind, isTaken]) => {
    const found = items.filter((item) => item.kind === kind).length;
    return found > blocks.filter(({ label }) => isTaken(label)).length;
  });
  if (isLost) return faultOf(bytes, text, { format, items });
  return blocks.some(({ label, hasHeaders }) => hasHeaders && label === 'CERTIFICATE') ? 'header' : undefined;
}

function faultOf([first, second, third]: Uint8Array, text: string, { format, items }: Found): EncodingFault {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'utf-16';
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'byte-order-mark';
  if (format === 'pkcs7' || format === 'pkcs12') return format;
  if (format === 'der') return first === 0x30 ? 'der' : 'base64';
  const labels = items.flatMap(({ kind, place: { label = '' } }) =>
    TAKEN[kind]?.(label) === false ? [label] : [],
  );
  if (labels.some((label) => /^(?:PKCS ?#?7|CMS)/.test(label))) return 'pkcs7';
  if (labels.length > 0) return 'label';
  if (!text.includes('\n')) return 'carriage-returns';
  return /^[ \t]+-----/m.test(text) ? 'indented' : 'other';
}
