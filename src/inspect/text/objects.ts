import { OBJECT_TABLE } from './object-table.ts';

/** The names of an object identifier. */
export interface ObjectNames {
  readonly short: string;
  readonly long: string;
}

let names: ReadonlyMap<string, ObjectNames> | undefined;

// Read when it is first asked for: most commands never do.
function table(): ReadonlyMap<string, ObjectNames> {
  names ??= new Map(
    OBJECT_TABLE.trim()
      .split('\n')
      .map((line) => {
        const [oid = '', short = '', long = short] = line.split('|');
        return [oid, { short, long }];
      }),
  );
  return names;
}

/** The names that OpenSSL has for an object identifier; `undefined` where it has none. */
export function objectNames(oid: string): ObjectNames | undefined {
  return table().get(oid);
}

/** The long name of an object identifier, or the identifier where OpenSSL has no name for it (i2a_ASN1_OBJECT). */
export function longName(oid: string): string {
  return objectNames(oid)?.long ?? oid;
}

/** The same in a list of values, where OpenSSL has room for 79 characters (i2t_ASN1_OBJECT). */
export function listedObject(oid: string): string {
  return longName(oid).slice(0, 79);
}
