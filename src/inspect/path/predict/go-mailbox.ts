/** A quoted local part and those of atoms; spaces, and escapes outside of quotes too, are let pass. */
const MAILBOX =
  /^(?:"((?:[\x01-\x08\x0b\x0c\x0e-!#-[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*)"|((?:[\w!#$%&'*+/=?^`{|}~.-]|\\[^])+))@([^]*)$/;

/** A mailbox as Go compares it: quotes and escapes undone, the domain in lower case. */
export interface GoMailbox {
  readonly local: string;
  readonly domain: string;
}

/** Reads a mailbox; `undefined` where Go refuses it (crypto/x509/verify.go, parseRFC2821Mailbox). */
export function parseGoMailbox(text: string): GoMailbox | undefined {
  const [, quoted, atoms = '', domain = ''] = MAILBOX.exec(text) ?? [];
  const local = (quoted ?? atoms).replace(/\\([^])/g, '$1');
  if (quoted === undefined && (local === '' || /^\.|\.$|\.\./.test(local))) return undefined;
  return isGoDomain(domain, 'name') ? { local, domain: domain.toLowerCase() } : undefined;
}

/** Whether text is a domain to Go; constraints may begin with a point (crypto/x509/parser.go, domainNameValid). */
export function isGoDomain(text: string, use: 'name' | 'constraint'): boolean {
  const bare = use === 'constraint' ? text.replace(/^\.(?=.)/, '') : text;
  return bare === '' || bare.split('.').every((label) => /^[!-~]+$/.test(label));
}
