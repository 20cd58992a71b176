import type { Element } from '../../asn1/cursor.ts';
import type { Place } from './input.ts';
import type { DerivationTools } from './key-derivation.ts';
import type { Password } from './password-encryption.ts';
import { readPkcs7 } from './pkcs7.ts';
import { openPkcs12, type Problem } from './pkcs12.ts';
import type { Bag } from './pkcs12-bags.ts';

/** One object of a container. */
export interface InnerObject {
  /** The label it would have in PEM. */
  readonly label: string;
  readonly der: Uint8Array;
  readonly place: Place;
}

/** What a container holds. */
export interface ContainerContent {
  readonly objects: readonly InnerObject[];
  readonly problems: readonly Problem[];
  /** Passwords for its keys. */
  readonly passwords: readonly Password[];
}

type ReadContainer = (
  found: { readonly der: Uint8Array; readonly place: Place },
  tools: DerivationTools & { readonly passwords: readonly Password[] },
) => ContainerContent | Promise<ContainerContent>;

/** How containers are read, by the label they have in PEM. */
export const CONTAINERS: ReadonlyMap<string, ReadContainer> = new Map<string, ReadContainer>([
  ['PKCS7', fromPkcs7],
  ['PKCS #7 SIGNED DATA', fromPkcs7],
  ['CMS', fromPkcs7],
  ['PKCS12', fromPkcs12],
]);

function fromPkcs7({ der, place }: Parameters<ReadContainer>[0]): ContainerContent {
  const { certificates, crls } = readPkcs7(der);
  const object = (label: string, { start, end }: Element): InnerObject => ({
    label,
    der: der.subarray(start, end),
    // In PEM, what lies inside has no offset in the text.
    place: place.label === undefined ? { ...place, offset: start } : place,
  });
  return {
    objects: [
      ...certificates.map((one) => object('CERTIFICATE', one)),
      ...crls.map((one) => object('X509 CRL', one)),
    ],
    problems: [],
    passwords: [],
  };
}

const LABELS: Readonly<Record<Bag['kind'], string>> = Object.freeze({
  certificate: 'CERTIFICATE',
  crl: 'X509 CRL',
  key: 'PRIVATE KEY',
  'encrypted-key': 'ENCRYPTED PRIVATE KEY',
});

async function fromPkcs12(
  { der, place }: Parameters<ReadContainer>[0],
  tools: Parameters<ReadContainer>[1],
): Promise<ContainerContent> {
  const { bags, problems, passwords } = await openPkcs12(der, tools);
  const objects = bags.map(({ kind, der: content, names }) => ({
    label: LABELS[kind],
    der: content,
    place: { ...place, ...names },
  }));
  return { objects, problems, passwords };
}
