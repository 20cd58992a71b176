/** RFC 1035 2.3.4: the length of a label. */
const MAX_LABEL = 63;
/** RFC 1035 2.3.4: 255 bytes on the wire are 253 characters of text. */
const MAX_NAME = 253;

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const WILDCARD = new RegExp(`^\\*(?:\\.${LABEL})+$`);

/** What a DNS label is, in the words of Kubernetes (apimachinery validation.go, `dns1123LabelErrMsg`). */
export const DNS_LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
/** What a DNS name is, in the words of Kubernetes (apimachinery validation.go, `dns1123SubdomainErrorMsg`). */
export const DNS_SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

/** Whether a text is one label of a DNS name as Kubernetes takes it: lower case, at most 63 characters. */
export function isDnsLabel(text: string): boolean {
  return text.length <= MAX_LABEL && DNS_LABEL.test(text);
}

/**
 * Whether a text is a DNS name as Kubernetes takes it (`IsDNS1123Subdomain`): lower case, at most 253 characters.
 * Like there, labels may be longer than the 63 characters that DNS allows: see {@link hasLongLabel}.
 */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= MAX_NAME && SUBDOMAIN.test(text);
}

/** Whether a text is `*.` and a DNS name, as Kubernetes takes it (`IsWildcardDNS1123Subdomain`). */
export function isWildcardDnsSubdomain(text: string): boolean {
  return text.length <= MAX_NAME && WILDCARD.test(text);
}

/** Whether a label of the name is longer than the 63 characters that DNS allows (RFC 1035 2.3.4). */
export function hasLongLabel(name: string): boolean {
  return name.split('.').some((label) => label.length > MAX_LABEL);
}

/**
 * A DNS name as it stands in a certificate: lower-case ASCII, international names in punycode (UTS 46 as in browsers),
 * a wildcard as the whole left-most label at most.
 *
 * @param text such as `API.example.com`, `*.example.com`, `münchen.de`
 * @returns the name, or `undefined` where the text is no DNS name: an underscore, a final dot, an empty or long label
 */
export function toAsciiDnsName(text: string): string | undefined {
  if (text.length > MAX_NAME) return undefined;
  const isWildcard = text.startsWith('*.');
  const name = toAscii(isWildcard ? text.slice(2) : text);
  if (name === undefined || !SUBDOMAIN.test(name) || hasLongLabel(name)) return undefined;
  const whole = isWildcard ? `*.${name}` : name;
  return whole.length <= MAX_NAME ? whole : undefined;
}

function toAscii(text: string): string | undefined {
  if (/^[a-z0-9.-]*$/i.test(text) && !/(?:^|\.)xn--/i.test(text)) return text.toLowerCase();
  // What has a meaning of its own in a URL, or is dropped there in silence, is no part of a name.
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Z}/?#@:%\\[\]<>^|*_]/u.test(text)) return undefined;
  // With a last label of its own no name is taken for an IPv4 address (WHATWG URL, "ends in a number").
  const url = `http://${text}.x/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(0, -2) : undefined;
}
