import {
  bitString,
  characterString,
  contextTag,
  element,
  namedBits,
  NULL,
  octetString,
  sequence,
  setOf,
  smallInteger,
  TAG,
  TRUE,
  unsignedInteger,
} from '../../../src/asn1/der.ts';
import { toHex } from '../../../src/asn1/bytes.ts';
import { DerReader } from '../../../src/asn1/reader.ts';
import { failureOf } from '../../support/errors.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/ /g, ''), 'hex'));
const reader = (text: string): DerReader => new DerReader(hex(text));

describe('the writer', () => {
  // X.690 8.1.3: the short form up to 127, then as few octets as will do.
  test.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_535, '0482ffff'],
    [65_536, '0483010000'],
    [0x1000000, '048401000000'],
  ])('gives %d bytes of content the header %s', (length, header) => {
    const encoded = octetString(new Uint8Array(length));
    expect(toHex(encoded.subarray(0, header.length / 2))).toBe(header);
    expect(encoded).toHaveLength(header.length / 2 + length);
    expect(new DerReader(encoded).content(TAG.octetString)).toHaveLength(length);
  });

  test.each([
    [0, '020100'],
    [1, '020101'],
    [127, '02017f'],
    [128, '02020080'],
    [255, '020200ff'],
    [256, '02020100'],
    [600_000, '02030927c0'],
    [2 ** 31 - 1, '02047fffffff'],
  ])('writes the integer %d as %s', (value, expected) => {
    expect(toHex(smallInteger(value))).toBe(expected);
    expect(new DerReader(smallInteger(value)).smallInteger()).toBe(value);
  });

  test.each([
    ['', '020100'],
    ['00', '020100'],
    ['0000', '020100'],
    ['0001', '020101'],
    ['80', '02020080'],
    ['00ff', '020200ff'],
    ['7fff', '02027fff'],
  ])('writes the magnitude %s as %s', (magnitude, expected) => {
    expect(toHex(unsignedInteger(hex(magnitude)))).toBe(expected);
  });

  // X.690 11.2.2: trailing zero bits are dropped.
  test.each([
    [[], '030100'],
    [[0], '03020780'],
    [[7], '03020001'],
    [[0, 2], '030205a0'],
    [[0, 5, 6], '03020186'],
    [[8], '0303070080'],
  ])('writes the bits %j as %s', (bits, expected) => {
    expect(toHex(namedBits(bits))).toBe(expected);
    expect(new DerReader(namedBits(bits)).namedBits()).toEqual(bits);
  });

  test('sorts a SET OF by its encodings, a shorter one before one that goes on (X.690 11.6)', () => {
    const [a, b, c] = ['0c0162', '0c026161', '0c0161'].map(hex);
    expect(toHex(setOf(a ?? NULL, b ?? NULL, c ?? NULL))).toBe('310a0c01610c01620c026161');
  });

  test('puts text into UTF-8, whatever its length', () => {
    for (const text of ['a', 'ä', 'x'.repeat(64), 'x'.repeat(65), `${'x'.repeat(63)}€`, '😀']) {
      expect(characterString(TAG.utf8String, text).subarray(-Buffer.byteLength(text))).toEqual(
        Uint8Array.from(Buffer.from(text)),
      );
    }
  });

  test('knows the fixed elements and the context tags', () => {
    expect([TRUE, NULL, bitString(Uint8Array.of(1)), sequence()].map(toHex)).toEqual([
      '0101ff',
      '0500',
      '03020001',
      '3000',
    ]);
    expect([contextTag(0), contextTag(3, 'constructed')]).toEqual([0x80, 0xa3]);
  });
});

interface Malformed {
  readonly title: string;
  /** In hexadecimal. */
  readonly input: string;
  readonly read: (input: DerReader) => unknown;
  readonly offset: number;
  readonly message: RegExp;
}

describe('the reader', () => {
  test('walks nested elements and tells where each stands', () => {
    const outer = reader('3008 020105 a003 0101ff');
    const inner = outer.enter(TAG.sequence);
    expect(inner.smallInteger()).toBe(5);
    expect(inner.nextTag).toBe(0xa0);
    expect(inner.enterOptional(0xa1)).toBeUndefined();
    expect(inner.enterOptional(0xa0)?.optionalBoolean()).toBe(true);
    expect([inner.done, inner.nextTag, outer.done]).toEqual([true, -1, true]);
    expect(reader('020105 0500').read()).toEqual({
      tag: 2,
      start: 0,
      contentStart: 2,
      contentEnd: 3,
      end: 3,
    });
  });

  test('reads an absent BOOLEAN and an explicit FALSE as FALSE', () => {
    expect([reader('0500').optionalBoolean(), reader('010100').optionalBoolean()]).toEqual([false, false]);
  });

  const malformed: readonly Malformed[] = [
    { title: 'nothing', input: '', read: (r) => r.read(), offset: 0, message: /missing/ },
    {
      title: 'a tag without length',
      input: '04',
      read: (r) => r.read(),
      offset: 1,
      message: /length is missing/,
    },
    {
      title: 'an indefinite length',
      input: '3080 0000',
      read: (r) => r.read(),
      offset: 2,
      message: /indefinite/,
    },
    {
      title: 'a length of five octets',
      input: '0485 0000000001 00',
      read: (r) => r.read(),
      offset: 2,
      message: /length is malformed/,
    },
    {
      title: 'a length that is cut off',
      input: '048201',
      read: (r) => r.read(),
      offset: 2,
      message: /length is malformed/,
    },
    {
      title: 'a long form for 127',
      input: `04817f${'00'.repeat(127)}`,
      read: (r) => r.read(),
      offset: 3,
      message: /not minimally/,
    },
    {
      title: 'a length with a leading zero',
      input: `04820080${'00'.repeat(128)}`,
      read: (r) => r.read(),
      offset: 4,
      message: /not minimally/,
    },
    {
      title: 'content that is cut off',
      input: '0403 0102',
      read: (r) => r.read(),
      offset: 0,
      message: /runs past the end \(2 left\)/,
    },
    {
      title: 'a tag number above 30',
      input: '1f8101 00',
      read: (r) => r.read(),
      offset: 0,
      message: /tag numbers above 30/,
    },
    {
      title: 'another tag',
      input: '0500',
      read: (r) => r.read(TAG.integer, 'the serial'),
      offset: 0,
      message: /expected the serial with tag 0x02, got tag 0x05/,
    },
    {
      title: 'an element past its parent',
      input: '3003 0203010203',
      read: (r) => r.enter(TAG.sequence).read(),
      offset: 2,
      message: /runs past the end/,
    },
    {
      title: 'an empty integer',
      input: '0500 0200',
      read: (r) => {
        r.read();
        return r.integer();
      },
      offset: 2,
      message: /is empty/,
    },
    {
      title: 'an integer with a leading zero',
      input: '0500 0202007f',
      read: (r) => {
        r.read();
        return r.integer();
      },
      offset: 2,
      message: /not minimally/,
    },
    {
      title: 'a negative integer with padding',
      input: '0202ff80',
      read: (r) => r.integer(),
      offset: 0,
      message: /not minimally/,
    },
    {
      title: 'an integer that is negative',
      input: '020180',
      read: (r) => r.smallInteger(),
      offset: 0,
      message: /out of range/,
    },
    {
      title: 'an integer of 2^31',
      input: '02050080000000',
      read: (r) => r.smallInteger(),
      offset: 0,
      message: /out of range/,
    },
    {
      title: 'a BOOLEAN of two octets',
      input: '0102ffff',
      read: (r) => r.optionalBoolean(),
      offset: 0,
      message: /one octet/,
    },
    {
      title: 'an empty BOOLEAN',
      input: '0100',
      read: (r) => r.optionalBoolean(),
      offset: 0,
      message: /one octet/,
    },
    {
      title: 'a BOOLEAN that is neither',
      input: '0500 010101',
      read: (r) => {
        r.read();
        return r.optionalBoolean();
      },
      offset: 2,
      message: /0x00 or 0xff/,
    },
    {
      title: 'a bit string with unused bits',
      input: '03020700',
      read: (r) => r.bitString(),
      offset: 0,
      message: /whole octets/,
    },
    {
      title: 'an empty bit string',
      input: '0300',
      read: (r) => r.bitString(),
      offset: 0,
      message: /whole octets/,
    },
    {
      title: 'eight unused bits',
      input: '03020800',
      read: (r) => r.namedBits(),
      offset: 0,
      message: /malformed/,
    },
    {
      title: 'unused bits of nothing',
      input: '030101',
      read: (r) => r.namedBits(),
      offset: 0,
      message: /malformed/,
    },
    {
      title: 'unused bits that are set',
      input: '030207c0',
      read: (r) => r.namedBits(),
      offset: 0,
      message: /malformed/,
    },
    {
      title: 'no octet of unused bits',
      input: '0300',
      read: (r) => r.namedBits(),
      offset: 0,
      message: /malformed/,
    },
    {
      title: 'bytes that follow',
      input: '0500 0500',
      read: (r) => {
        r.read();
        r.finish('it');
      },
      offset: 2,
      message: /it is followed by 2 bytes/,
    },
  ];

  test.each(malformed)('refuses $title at its offset', async ({ input, read, offset, message }) => {
    const error = await failureOf(() => read(reader(input)));
    expect(error).toMatchObject({ code: 'invalid-der', details: { offset } });
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`offset ${offset}:`);
  });

  test('hands out views, not copies', () => {
    const bytes = hex('04020102');
    expect(new DerReader(bytes).content(TAG.octetString).buffer).toBe(bytes.buffer);
    expect(toHex(new DerReader(bytes).whole())).toBe('04020102');
  });

  test('an element of any tag is written and read alike', () => {
    for (const tag of [0x30, 0x80, 0xa0, 0x9e]) {
      const encoded = element(tag, Uint8Array.of(1), Uint8Array.of(2, 3));
      expect([...new DerReader(encoded).content(tag)]).toEqual([1, 2, 3]);
    }
  });
});
