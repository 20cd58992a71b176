import { lowerHex } from './bytes.ts';
import { DH_GROUP_TABLE } from './dh-group-table.ts';

/** The name of a Diffie-Hellman group by its prime and generator, both without leading zeros. */
export function dhGroupName(prime: Uint8Array, generator: Uint8Array): string | undefined {
  // A prime is told by parts of it that no two groups share: the whole of them would be eight times as long.
  const mark = lowerHex(prime.subarray(8, 16)) + lowerHex(prime.subarray(-24, -8));
  const start = `${mark}|${prime.length}|${lowerHex(generator.subarray(0, 8))}|`;
  const row = DH_GROUP_TABLE.split('\n').find((line) => line.startsWith(start));
  return row?.slice(start.length);
}
