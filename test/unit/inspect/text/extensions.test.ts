import {
  characterString,
  contextTag,
  element,
  NULL,
  octetString,
  sequence,
  smallInteger,
  TAG,
} from '../../../../src/asn1/der.ts';
import { encodeOid } from '../../../../src/asn1/oid.ts';
import { extensionValue, type UnknownExtensions } from '../../../../src/inspect/text/extensions.ts';
import { EXTENSION_RENDERERS } from '../../../../src/inspect/text/extensions/table.ts';
import { ascii, hex, ODD_EXTENSIONS } from '../../../support/odd-certificate.ts';

/** The lines of an extension, at the indent that `-ext` has. */
function lines(oid: string, value: Uint8Array, unknown: UnknownExtensions = 'octets'): string[] {
  return extensionValue(oid, value, { indent: 4, unknown }).split('\n');
}

function row(title: string): string[] {
  const found = ODD_EXTENSIONS.find(([name]) => name === title);
  if (found === undefined) throw new Error(`no extension is called ${title}`);
  return lines(found[1], found[2]);
}

describe('the text of extensions', () => {
  test('lists general names in one line, and says of an address of another length how long it is', () => {
    expect(row('general names')).toEqual([
      '    DNS:host.example, URI:http://x/\xe9, DirName:/C=US+CN=a, b, IP Address:10.0.0.1, email:a@b, ' +
        'Registered ID:1.2.3.4, IP Address:<invalid length=1>',
    ]);
  });

  test('shows the octets where a name holds a NUL', () => {
    expect(row('a name with a NUL')).toEqual(['    0...a.b']);
  });

  test('says that a list is empty, and leaves an empty line', () => {
    expect(row('no general name')).toEqual(['    <EMPTY>', '']);
  });

  test('writes constraints one a line, with masks in full', () => {
    expect(row('name constraints')).toEqual([
      '    Permitted:',
      '      DNS:host.example',
      '      URI:http://x/.',
      '      DirName:C = US + CN = "a, b"',
      '      IP:10.0.0.1/<invalid length=0>',
      '      email:a@b',
      '      Registered ID:1.2.3.4',
      '      IP:<invalid length=1>/<invalid length=0>',
      '    Excluded:',
      '      IP:0.0.0.0/0.0.0.0',
    ]);
  });

  test('puts reasons behind the last name of a point, as openssl 3.0 does', () => {
    expect(row('distribution points').slice(0, 3)).toEqual([
      '    Full Name:',
      '      URI:http://x/.',
      '      DirName:C = US + CN = "a, b"    Reasons:',
    ]);
  });

  test('writes qualifiers of policies under them', () => {
    expect(row('policies')).toEqual([
      '    Policy: 1.2.3.4',
      '      CPS: http://cps',
      '      User Notice:',
      '        Organization: Org',
      '        Numbers: 1, 2',
      '        Explicit Text: text',
      '        Unknown Qualifier: 1.2.3',
    ]);
  });

  test('shows what it had written and then the octets, where openssl gives up in the midst', () => {
    expect(row('an address that is too long').slice(0, 2)).toEqual([
      '    IPv4:',
      '          0.0.....0.........',
    ]);
    expect(row('an invalidity date that is none')).toEqual(['    Bad time value    ..never']);
  });

  test('writes numbers of 128 bits and more in hexadecimal', () => {
    expect(row('a CRL number')).toEqual([`    0x${'FF'.repeat(17)}`]);
  });

  test('keeps line ends of octets that it does not know, and makes full stops of others', () => {
    expect(row('an extension that is not known')).toEqual(['    line\r', '..']);
  });

  test('writes a timestamp of certificate transparency field by field', () => {
    const sct = `00${'11'.repeat(32)}00000172cb5d5f7b000004030002abcd`;
    const list = octetString(hex(`00330031${sct}`));
    expect(lines('1.3.6.1.4.1.11129.2.4.2', list)).toEqual([
      '    Signed Certificate Timestamp:',
      '        Version   : v1 (0x0)',
      `        Log ID    : ${'11:'.repeat(15)}11:`,
      `                    ${'11:'.repeat(15)}11`,
      '        Timestamp : Jun 19 06:56:33.659 2020 GMT',
      '        Extensions: none',
      '        Signature : ecdsa-with-SHA256',
      '                    AB:CD',
    ]);
  });
});

describe('the text of extensions that are not known, or broken', () => {
  const broken = (how: UnknownExtensions): string[] => lines('2.5.29.15', NULL, how);
  const unknown = (how: UnknownExtensions): string[] => lines('1.2.3.4', sequence(smallInteger(5)), how);

  test('says which of both they are with ext_error', () => {
    expect(broken('error')).toEqual(['    <Parse Error>']);
    expect(unknown('error')).toEqual(['    <Not Supported>']);
  });

  test('shows the elements with ext_parse', () => {
    expect(unknown('parse')).toEqual([
      '    0:d=0  hl=2 l=   3 cons: SEQUENCE          ',
      '    2:d=1  hl=2 l=   1 prim:  INTEGER           :05',
      '',
    ]);
    expect(lines('1.2.3.4', hex('3005ff'), 'parse')).toEqual(['Error in encoding', '    0..']);
  });

  test('shows octets in hexadecimal with ext_dump', () => {
    expect(unknown('dump')).toEqual([
      '    0000 - 30 03 02 01 05                                    0....',
      '',
    ]);
  });

  test('gives up over a list of names as a whole, whatever is asked for', () => {
    const value = sequence(element(contextTag(2), ascii('a\0')));
    expect(lines('2.5.29.17', value, 'error')).toEqual(['    0...a.']);
  });
});

test('every extension of the table refuses content that is no element', () => {
  for (const [oid, render] of EXTENSION_RENDERERS) {
    const isNonce = oid === '1.3.6.1.5.5.7.48.1.2';
    expect([oid, lines(oid, hex('1f'), 'error')[0]]).toEqual([oid, isNonce ? '    1F' : '    <Parse Error>']);
    expect(render).toBeInstanceOf(Function);
  }
});

test('an extended key usage has the long name of what openssl knows', () => {
  const value = sequence(encodeOid('1.3.6.1.5.5.7.3.1'), encodeOid('1.2.3.4'));
  expect(lines('2.5.29.37', value)).toEqual(['    TLS Web Server Authentication, 1.2.3.4']);
});

test('a comment of Netscape ends at a NUL', () => {
  expect(lines('2.16.840.1.113730.1.13', characterString(TAG.ia5String, 'a\0b'))).toEqual(['    a']);
});
