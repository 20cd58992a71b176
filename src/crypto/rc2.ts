/** RC2 (RFC 2268), for reading only: programs of the nineties, and Windows since, hide certificates under 40 bits of it. */

const PI = Uint8Array.from(
  (
    'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32' +
    'bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a' +
    '961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e' +
    'c5f3db47e5a59c770aa62068fe7fc1ad'
  ).match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
);

const ROTATIONS = [1, 2, 3, 5];

/** The 64 words of a key all of whose bits count (RFC 2268 2). */
function expand(key: Uint8Array): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  const octet = (at: number): number => bytes[at] ?? 0;
  for (let at = key.length; at < 128; at++) {
    bytes[at] = PI[(octet(at - 1) + octet(at - key.length)) & 255] ?? 0;
  }
  bytes[128 - key.length] = PI[octet(128 - key.length)] ?? 0;
  for (let at = 127 - key.length; at >= 0; at--) bytes[at] = PI[octet(at + 1) ^ octet(at + key.length)] ?? 0;
  return Uint16Array.from({ length: 64 }, (_, word) => octet(2 * word) | (octet(2 * word + 1) << 8));
}

/**
 * Decrypts one block of 8 octets after the other, without chaining.
 *
 * @param key 1 to 128 octets, all of whose bits count
 */
export function rc2Decryptor(key: Uint8Array): (block: Uint8Array) => Uint8Array {
  const words = expand(key);
  return (block) => {
    const r = Uint16Array.from(
      { length: 4 },
      (_, at) => (block[2 * at] ?? 0) | ((block[2 * at + 1] ?? 0) << 8),
    );
    const word = (at: number): number => r[at & 3] ?? 0;
    for (let round = 15; round >= 0; round--) {
      for (let at = 3; at >= 0; at--) {
        const by = ROTATIONS[at] ?? 0;
        const turned = (word(at) >>> by) | (word(at) << (16 - by));
        const mixed = (word(at + 3) & word(at + 2)) + (~word(at + 3) & word(at + 1));
        r[at] = turned - (words[4 * round + at] ?? 0) - mixed;
      }
      if (round === 11 || round === 5)
        for (let at = 3; at >= 0; at--) r[at] = word(at) - (words[word(at + 3) & 63] ?? 0);
    }
    return Uint8Array.from({ length: 8 }, (_, at) => (word(at >> 1) >>> (8 * (at & 1))) & 255);
  };
}
