/** Ways to break a machine, one at a time, made from the machine itself: no list that could forget a file. */
import type { FileSource } from '../../../../../src/check/files.ts';

/** A machine's files; `undefined` stands for one that a mutation took away. */
export type Files = ReadonlyMap<string, Uint8Array>;

export interface Mutation {
  readonly name: string;
  readonly files: Files;
}

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

/** The files of a source at the given paths. */
export function filesOf(source: FileSource, paths: Iterable<string>): Files {
  return new Map(
    [...paths].flatMap((path): [string, Uint8Array][] => {
      const content = source.read(path);
      return content === undefined ? [] : [[path, content]];
    }),
  );
}

const textOf = (files: Files, path: string): string => decoder.decode(files.get(path));

function change(files: Files, path: string, content: Uint8Array | string): Files {
  const octets = typeof content === 'string' ? encoder.encode(content) : content;
  return new Map([...files, [path, octets]]);
}

export function without(files: Files, isDoomed: (path: string) => boolean): Files {
  return new Map([...files].filter(([path]) => !isDoomed(path)));
}

/** Each file deleted, emptied, cut off in the middle. */
export function losses(files: Files): Mutation[] {
  return [...files].flatMap(([path, content]) => [
    { name: `delete ${path}`, files: without(files, (other) => other === path) },
    { name: `empty ${path}`, files: change(files, path, '') },
    { name: `truncate ${path}`, files: change(files, path, content.slice(0, content.length / 2)) },
  ]);
}

/** Each folder deleted with all that is in it, but those above the given one. */
export function folderLosses(files: Files): Mutation[] {
  const folders = new Set([...files.keys()].map((path) => path.slice(0, path.lastIndexOf('/'))));
  return [...folders].map((folder) => ({
    name: `delete ${folder}/`,
    files: without(files, (path) => path.startsWith(`${folder}/`)),
  }));
}

/** Each certificate deleted with its key. */
export function pairLosses(files: Files): Mutation[] {
  return [...files.keys()]
    .filter((path) => path.endsWith('.crt') && files.has(path.replace(/crt$/, 'key')))
    .map((path) => path.replace(/\.crt$/, ''))
    .map((base) => ({
      name: `delete ${base}`,
      files: without(files, (path) => path === `${base}.crt` || path === `${base}.key`),
    }));
}

const kindOf = (path: string): string => path.slice(path.lastIndexOf('.'));
const baseOf = (path: string): string => path.slice(0, path.lastIndexOf('.'));

/** Each two files of a kind exchanged, and each certificate with its key. */
export function swaps(files: Files, isMeant: (path: string) => boolean = () => true): Mutation[] {
  const all = [...files].filter(([path]) => isMeant(path));
  return all.flatMap(([one, first], at) =>
    all
      .slice(at + 1)
      .filter(([other]) => kindOf(one) === kindOf(other) || baseOf(one) === baseOf(other))
      .filter(([other]) => textOf(files, one) !== textOf(files, other))
      .map(([other, second]) => ({
        name: `swap ${one} ${other}`,
        files: new Map([...files, [one, second], [other, first]]),
      })),
  );
}

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const relabel =
  (label: string) =>
  (pem: string): string =>
    pem.replace(/(?<=-----(?:BEGIN|END) )(?=CERTIFICATE-----)/g, `${label} `);

/** Encodings of a PEM that people and their tools make, and that Go does not read. */
export const ENCODINGS: Readonly<Record<string, (pem: string) => string | Uint8Array>> = {
  'as DER': (pem) => Buffer.from(/-----\n([^-]*)/.exec(pem)?.[1] ?? '', 'base64'),
  'as base64 alone': (pem) => /-----\n([^-]*)/.exec(pem)?.[1] ?? '',
  'as UTF-16': utf16,
  'with a byte order mark': (pem) => `\ufeff${pem}`,
  indented: (pem) => pem.replace(/^/gm, '  '),
  'with carriage returns alone': (pem) => pem.replaceAll('\n', '\r'),
  'as TRUSTED CERTIFICATE': relabel('TRUSTED'),
  'as X509 CERTIFICATE': relabel('X509'),
  'with a header': (pem) => pem.replace('-----BEGIN CERTIFICATE-----\n', '$&Comment: ours\n\n'),
  'as PGP writes hyphens': (pem) => pem.replaceAll('-----', '----'),
};

const PEM_FIELD = /(?<=(?:authority|certificate|key)-data: )\S+/g;

interface Pem {
  readonly name: string;
  readonly text: string;
  readonly put: (content: string | Uint8Array) => Files;
}

function pemsOf(files: Files): Pem[] {
  return [...files.keys()].flatMap((path): Pem[] => {
    const text = textOf(files, path);
    if (text.startsWith('-----BEGIN '))
      return [{ name: path, text, put: (content) => change(files, path, content) }];
    return [...text.matchAll(PEM_FIELD)].map(({ 0: data, index }) => ({
      name: `${path} ${/[\w-]+(?=: $)/.exec(text.slice(0, index))?.[0] ?? ''}`,
      text: Buffer.from(data, 'base64').toString(),
      put: (content) => {
        const encoded = Buffer.from(content).toString('base64');
        return change(files, path, text.slice(0, index) + encoded + text.slice(index + data.length));
      },
    }));
  });
}

/** PEM files, and PEM in kubeconfigs, in other encodings: each in every sixth of them, which meets every kind of file. */
export function encodings(files: Files): Mutation[] {
  return pemsOf(files).flatMap(({ name, text, put }, at) =>
    Object.entries(ENCODINGS)
      .filter((_encoding, nth) => (at + nth) % 6 === 0)
      .map(([how, encode]) => ({ how, content: encode(text) }))
      .filter(({ content }) => content !== text)
      .map(({ how, content }) => ({ name: `encode ${name} ${how}`, files: put(content) })),
  );
}

/** Each flag of each static pod left out, and mistyped. */
export function flagLosses(files: Files): Mutation[] {
  const manifests = [...files.keys()].filter((path) => path.includes('/manifests/'));
  return manifests.flatMap((path) => {
    const text = textOf(files, path);
    return [...text.matchAll(/,"--([\w-]+)=[^"]*"/g)].flatMap(({ 0: word, 1: flag = '', index }) => {
      const end = index + word.length;
      const typo = flag.slice(0, -1);
      return [
        {
          name: `drop --${flag} of ${path}`,
          files: change(files, path, text.slice(0, index) + text.slice(end)),
        },
        {
          name: `mistype --${flag} of ${path}`,
          files: change(files, path, text.replace(`--${flag}=`, `--${typo}=`)),
        },
      ];
    });
  });
}

type Edit = readonly [name: string, from: string | RegExp, to: string];

const EDITS: readonly Edit[] = [
  ['no spec', /"spec":.*$/, '"spec":null}'],
  ['no containers', /"containers":.*$/, '"containers":[]}}'],
  ['http for clients', /(listen|advertise)-client-urls=https/, '$1-client-urls=http'],
  ['http for members', /(listen|advertise)-peer-urls=https/, '$1-peer-urls=http'],
  ['http for etcd', 'etcd-servers=https', 'etcd-servers=http'],
  ['another port', '--secure-port=6443', '--secure-port=7443'],
  ['another probe', /"containerPort":\d+/, '"containerPort":7443'],
];

const edits = (files: Files, path: string): Mutation[] =>
  EDITS.flatMap(([name, from, to]) => {
    const text = textOf(files, path);
    const after = text.replace(from, to);
    return after === text ? [] : [{ name: `${name} in ${path}`, files: change(files, path, after) }];
  });

/** Manifests that the kubelet refuses or that call each other wrongly; a kubeconfig that is another's. */
export function setUps(files: Files): Mutation[] {
  const manifests = [...files.keys()].filter((path) => path.includes('/manifests/'));
  return [
    ...manifests.flatMap((path) => [
      ...edits(files, path),
      {
        name: `${path} twice`,
        files: change(files, path.replace('/manifests/', '/manifests/old-'), textOf(files, path)),
      },
      { name: `${path} twice, as .bak`, files: change(files, `${path}.bak`, textOf(files, path)) },
    ]),
    ...[...files.keys()]
      .filter((path) => path.endsWith('/users/jane.conf'))
      .map((path) => ({
        name: `copy ${path} to admin.conf`,
        files: change(files, '/etc/kubernetes/admin.conf', textOf(files, path)),
      })),
  ];
}
