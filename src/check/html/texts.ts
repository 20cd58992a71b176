import { encodeBase64 } from '../../asn1/base64.ts';
import { isPkiError } from '../../errors/pki-error.ts';
import { readCertificate } from '../../inspect/read/certificate.ts';
import { renderCertificateText } from '../../inspect/text/certificate.ts';
import { encodePem, parsePem } from '../../x509/pem.ts';
import type { ReportCertificate } from '../report.ts';
import { visible } from '../../errors/visible.ts';

/** The texts of certificates as they go into the page: JSON, compressed where the platform can, in base64. */
export interface PackedTexts {
  readonly form: 'deflate' | 'plain';
  readonly base64: string;
}

/** The platform's compression (WHATWG Compression), which browsers and Node have. */
interface Compression {
  readonly writable: { getWriter(): { write(chunk: Uint8Array): Promise<void>; close(): Promise<void> } };
  readonly readable: AsyncIterable<Uint8Array>;
}

type CompressionConstructor = new (format: 'deflate') => Compression;

const utf8 = new TextDecoder();

/**
 * What `openssl x509 -text` prints of a certificate, and its PEM below: written anew from its DER, so that nothing that
 * stood around it, such as its key, comes along.
 */
function textOf({ pem }: ReportCertificate): string {
  try {
    const block = parsePem(pem).find(({ label }) => label === 'CERTIFICATE');
    if (block === undefined) return 'cannot be read: it is no certificate';
    const text = visible(utf8.decode(renderCertificateText(readCertificate(block.der))));
    return `${text}${encodePem('CERTIFICATE', block.der)}`;
  } catch (error) {
    if (isPkiError(error)) return `cannot be read: ${error.message}`;
    throw error;
  }
}

/** Packs the texts of certificates for a page. */
export async function packTexts(certificates: readonly ReportCertificate[]): Promise<PackedTexts> {
  const bytes = new TextEncoder().encode(JSON.stringify(certificates.map(textOf)));
  const candidate: unknown = Reflect.get(globalThis, 'CompressionStream');
  if (typeof candidate !== 'function') return { form: 'plain', base64: encodeBase64(bytes) };
  const stream = new (candidate as CompressionConstructor)('deflate');
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream.readable) {
    chunks.push(chunk);
    length += chunk.length;
  }
  await written;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return { form: 'deflate', base64: encodeBase64(whole) };
}
