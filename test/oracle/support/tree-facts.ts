/** Everything about a tree on disk that two makers of it can differ in, file by file and field by field. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataOf } from '../../judges/compare-kubeconfig.ts';
import { isCanonicalPem, type TreeDirectories } from '../../judges/compare-tree.ts';
import type { GoCertificate, GoJudge } from '../../judges/go.ts';
import { certificateSkeleton, keySkeleton } from './der-skeleton.ts';

/** The fields of one file or directory. */
export type FileFacts = Readonly<Record<string, unknown>>;

/** The dates of a certificate in seconds, which the comparison weighs by itself. */
export interface Dates {
  readonly start: number;
  readonly end: number;
  readonly authorityStart: number;
  readonly authorityEnd: number;
}

/** A tree as facts. */
export interface TreeFacts {
  /** By path: `pki/ca.crt`, `admin.conf`, and `pki` itself. */
  readonly files: ReadonlyMap<string, FileFacts>;
  /** Of every certificate, those inside kubeconfigs too. */
  readonly dates: ReadonlyMap<string, Dates>;
}

const seconds = (time: string): number => Date.parse(time) / 1000;

/** Paths below the two directories, as if pki lay below the kubeconfigs. */
function pathsOf({ pki, kubeconfigs }: TreeDirectories): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (directory: string, prefix: string): void => {
    found.set(prefix === '' ? '.' : prefix, directory);
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      const shown = prefix === '' ? name : `${prefix}/${name}`;
      if (path === pki) continue;
      if (lstatSync(path).isDirectory()) walk(path, shown);
      else found.set(shown, path);
    }
  };
  walk(kubeconfigs, '');
  walk(pki, 'pki');
  return found;
}

class FactsReader {
  readonly files = new Map<string, FileFacts>();
  readonly dates = new Map<string, Dates>();
  readonly #paths: ReadonlyMap<string, string>;
  readonly #judge: GoJudge;

  constructor(dirs: TreeDirectories, judge: GoJudge) {
    this.#paths = pathsOf(dirs);
    this.#judge = judge;
  }

  async read(): Promise<TreeFacts> {
    for (const [name, path] of this.#paths) {
      const status = lstatSync(path);
      const type = status.isFile() ? 'file' : status.isDirectory() ? 'directory' : 'other';
      const common = { type, mode: (status.mode & 0o7777).toString(8) };
      const own = type === 'file' ? await this.#fieldsOf(name, readFileSync(path, 'utf8')) : {};
      this.files.set(name, { ...common, ...own });
    }
    return { files: this.files, dates: this.dates };
  }

  #text(name: string): string {
    const path = this.#paths.get(name);
    return path === undefined ? '' : readFileSync(path, 'utf8');
  }

  #fieldsOf(name: string, text: string): Promise<FileFacts> | FileFacts {
    if (name.endsWith('.crt')) return this.#certificate(name, text, authorityOf(name));
    if (name.endsWith('.key')) return this.#key(text, this.#text(name.replace(/key$/, 'crt')));
    if (name.endsWith('.pub')) return this.#key(text, '');
    return name.endsWith('.conf') ? this.#kubeconfig(name, text) : { text };
  }

  async #certificate(name: string, pem: string, authority: string): Promise<FileFacts> {
    const roots = authority === name ? pem : this.#text(authority);
    const [[certificate], [ca]] = await Promise.all([this.#judge.parse(pem), this.#judge.parse(roots)]);
    if (certificate === undefined || ca === undefined) throw new Error(`${name}: no certificate or no CA`);
    const dates = {
      start: seconds(certificate.notBefore),
      end: seconds(certificate.notAfter),
      authorityStart: seconds(ca.notBefore),
      authorityEnd: seconds(ca.notAfter),
    };
    this.dates.set(name, dates);
    const time = new Date(Math.max(dates.start, dates.authorityStart) * 1000).toISOString();
    const verified = await this.#judge.ask({ op: 'verify', leaf: pem, roots, time });
    return {
      'canonical PEM': isCanonicalPem(pem, 'CERTIFICATE'),
      'verifies under its CA': verified.ok ? 'yes' : verified.error,
      ...comparable(certificate, ca),
      ...prefixed('encoded ', certificateSkeleton(pem)),
    };
  }

  async #key(pem: string, certificate: string): Promise<FileFacts> {
    const [key, pair] = await Promise.all([
      this.#judge.ask({ op: 'key', pem }),
      this.#judge.ask({ op: 'keypair', cert: certificate, key: pem }),
    ]);
    if (!key.ok) return { error: key.error };
    const { publicKey, ok, ...fields } = key;
    // The pair of the service accounts has no certificate.
    const owner = certificate === '' ? publicKey === this.#text('pki/sa.pub') : pair.ok;
    return {
      ...fields,
      'canonical PEM': isCanonicalPem(pem, key.label),
      'belongs to its certificate': owner,
      encoded: keySkeleton(pem),
    };
  }

  async #kubeconfig(name: string, text: string): Promise<FileFacts> {
    const { ca, certificate, key } = dataOf(text);
    return {
      text: text.replace(/(-data: )[A-Za-z0-9+/=]+$/gm, '$1…'),
      'embeds the bytes of ca.crt': ca === this.#text('pki/ca.crt'),
      ...prefixed('certificate ', await this.#certificate(name, certificate, 'pki/ca.crt')),
      ...prefixed('key ', await this.#key(key, certificate)),
    };
  }
}

function prefixed(prefix: string, fields: FileFacts): FileFacts {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [prefix + field, value]));
}

function authorityOf(name: string): string {
  if (name.startsWith('pki/etcd/') || name === 'pki/apiserver-etcd-client.crt') return 'pki/etcd/ca.crt';
  return name.startsWith('pki/front-proxy-') ? 'pki/front-proxy-ca.crt' : 'pki/ca.crt';
}

/** The fields that Go reads, those that are of one run as their relation to the CA. */
function comparable(certificate: GoCertificate, ca: GoCertificate): FileFacts {
  const { serial, serialBits, notBefore, notAfter, sha256, spkiSha256, ski, aki, ...same } = certificate;
  return {
    ...same,
    'length of the subject key identifier': ski.length / 2,
    'authority key identifier': aki === null ? null : { ...aki, keyId: aki.keyId === ca.ski },
    'issuer is the subject of its CA': JSON.stringify(ca.subject) === JSON.stringify(certificate.issuer),
  };
}

/** Reads the tree below the directories; every file in them is part of it. */
export async function treeFacts(dirs: TreeDirectories, judge: GoJudge): Promise<TreeFacts> {
  return new FactsReader(dirs, judge).read();
}
