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

/** Each pair of files that differ, exchanged. */
export function swaps(files: Files): Mutation[] {
  const all = [...files];
  return all.flatMap(([one, first], at) =>
    all
      .slice(at + 1)
      .flatMap(([other, second]) =>
        textOf(files, one) === textOf(files, other)
          ? []
          : [{ name: `swap ${one} ${other}`, files: new Map([...files, [one, second], [other, first]]) }],
      ),
  );
}

/** Each file put in the place of each other. */
export function copies(files: Files): Mutation[] {
  const all = [...files];
  return all.flatMap(([from, content]) =>
    all.flatMap(([to]) =>
      textOf(files, from) === textOf(files, to)
        ? []
        : [{ name: `copy ${from} to ${to}`, files: change(files, to, content) }],
    ),
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

/** Each PEM file, and each PEM in a kubeconfig, in each other encoding. */
export function encodings(files: Files): Mutation[] {
  return Object.entries(ENCODINGS).flatMap(([how, encode]) =>
    [...files.keys()].flatMap((path): Mutation[] => {
      const text = textOf(files, path);
      if (text.startsWith('-----BEGIN ')) {
        const content = encode(text);
        return typeof content === 'string' && content === text
          ? []
          : [{ name: `encode ${path} ${how}`, files: change(files, path, content) }];
      }
      return [...text.matchAll(PEM_FIELD)].flatMap(({ 0: data, index }) => {
        const pem = Buffer.from(data, 'base64').toString();
        const content = encode(pem);
        if (content === pem) return [];
        const encoded = Buffer.from(content).toString('base64');
        const field = /[\w-]+(?=: $)/.exec(text.slice(0, index))?.[0] ?? '';
        const whole = text.slice(0, index) + encoded + text.slice(index + data.length);
        return [{ name: `encode ${path} ${field} ${how}`, files: change(files, path, whole) }];
      });
    }),
  );
}

/** Each flag of each static pod left out, and mistyped. */
export function flagLosses(files: Files): Mutation[] {
  const manifests = [...files.keys()].filter((path) => path.includes('/manifests/'));
  return manifests.flatMap((path) => {
    const text = textOf(files, path);
    return [...text.matchAll(/,"--([\w-]+)=[^"]*"/g)].flatMap(({ 0: word, 1: flag = '', index }) => {
      const end = index + word.length;
      const typo = flag.replace(/(.)(.)$/, '$2$1');
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
