import { equalBytes, toHex } from '../../asn1/bytes.ts';
import { canonicalName } from '../text/name-hash.ts';
import type { AttributeInfo, NameInfo } from '../read/name.ts';

// A name is brought into its canonical form once, however often it is compared.
const canonical = new WeakMap<NameInfo, string>();

/**
 * A name in a form in which names that RFC 5280 7.1 holds for equal are the same text: case and blanks do not count.
 */
export function nameKey(name: NameInfo): string {
  const known = canonical.get(name);
  if (known !== undefined) return known;
  const key = toHex(canonicalName(name));
  canonical.set(name, key);
  return key;
}

/** Whether two names are the same (RFC 5280 7.1). */
export function equalNames(a: NameInfo, b: NameInfo): boolean {
  return equalBytes(a.der, b.der) || nameKey(a) === nameKey(b);
}

/** Whether a name lies below another: it begins with all its RDNs (RFC 5280 4.2.1.10). */
export function isBelow(name: NameInfo, base: NameInfo): boolean {
  if (base.rdns.length > name.rdns.length) return false;
  const head = (rdns: readonly (readonly AttributeInfo[])[]): NameInfo => ({ rdns, der: new Uint8Array() });
  return nameKey(head(name.rdns.slice(0, base.rdns.length))) === nameKey(head(base.rdns));
}

/** Whether a name has no attribute. */
export function isEmptyName(name: NameInfo): boolean {
  return name.rdns.every((rdn) => rdn.length === 0);
}
