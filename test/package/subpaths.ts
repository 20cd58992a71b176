import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/foreign.ts';

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

export const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as Manifest;

/** One importable subpath, and what a consumer needs for it beyond the package itself. */
export interface Subpath {
  /** As in the exports map: `.`, `./ca`. */
  readonly subpath: string;
  /** As a consumer writes it: `kubepki`, `kubepki/ca`. */
  readonly specifier: string;
  /** Type libraries without which its types do not compile. */
  readonly types: readonly ('node' | 'dom')[];
  /** Needs the optional peer, and the Reflect polyfill loaded by the caller. */
  readonly peer: boolean;
  /** Bundles for a browser. */
  readonly browser: boolean;
}

// What differs from a subpath that needs nothing; everything else follows from the exports map.
const EXCEPTIONS: Readonly<Record<string, Partial<Subpath>>> = Object.freeze({
  // Its functions take and return objects of node:crypto and node:tls.
  './node': { types: ['node'] },
  // @peculiar/x509 names types of the DOM library in its own declarations.
  './peculiar': { types: ['dom'], peer: true },
  './ca': { browser: true },
  './kubeconfig': { browser: true },
  './inspect': { browser: true },
  './check': { browser: true },
  './errors': { browser: true },
});

export const subpaths: readonly Subpath[] = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => ({
    subpath,
    specifier: subpath.replace('.', 'kubepki'),
    types: [],
    peer: false,
    browser: false,
    ...EXCEPTIONS[subpath],
  }));

/** The folder in which set-up.ts installed the tarball: with the optional peer, or without anything else. */
export function installed(kind: 'plain' | 'peers'): string {
  const folder = process.env['KUBEPKI_PACKAGE_TEST'];
  if (folder === undefined)
    throw new Error('run through the Jest project "package", whose set-up packs the package');
  return join(folder, kind);
}
