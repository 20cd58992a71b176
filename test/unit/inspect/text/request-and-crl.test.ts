import { characterString, element, sequence, smallInteger, TAG } from '../../../../src/asn1/der.ts';
import { readCrl } from '../../../../src/inspect/read/crl.ts';
import { readRequest } from '../../../../src/inspect/read/request.ts';
import { crlText } from '../../../../src/inspect/text/crl.ts';
import { requestText } from '../../../../src/inspect/text/request.ts';
import { extension, oddCrl, oddRequest } from '../../../support/odd-certificate.ts';

const utf8 = (value: string): Uint8Array => characterString(TAG.utf8String, value);

/** The lines of a request from its attributes to its signature. */
function attributes(...list: Parameters<typeof oddRequest>): string[] {
  const lines = requestText(readRequest(oddRequest(...list))).split('\n');
  return lines.slice(
    lines.indexOf('        Attributes:') + 1,
    lines.indexOf('    Signature Algorithm: ecdsa-with-SHA256'),
  );
}

describe('the text of a request', () => {
  test('says that it has no attributes, unless there is no list of them', () => {
    expect(attributes([])).toEqual(['            (none)', '            Requested Extensions:']);
    expect(attributes(undefined)).toEqual(['            Requested Extensions:']);
  });

  test('puts every value behind the column of the type', () => {
    expect(attributes([['1.2.840.113549.1.9.7', utf8('one'), utf8('two'), smallInteger(1)]])).toEqual([
      '            challengePassword        :unable to print attribute',
      '                         :one',
      '                         :two',
      '            Requested Extensions:',
    ]);
  });

  test('lists the extensions asked for, and nothing where they are no list', () => {
    const list = sequence(extension('2.5.29.19', sequence(), true));
    expect(attributes([['1.2.840.113549.1.9.14', list]])).toEqual([
      '            Requested Extensions:',
      '                X509v3 Basic Constraints: critical',
      '                    CA:FALSE',
    ]);
    expect(attributes([['1.2.840.113549.1.9.14', utf8('x')]])).toEqual([]);
  });

  test('ends where an attribute has no value', () => {
    expect(
      requestText(readRequest(oddRequest([['1.2.3.4']]))).endsWith('Attributes:\n            1.2.3.4'),
    ).toBe(true);
  });
});

describe('the text of a CRL', () => {
  test('lists entries with their extensions', () => {
    const at = characterString(TAG.utcTime, '260102030405Z');
    const reason = extension('2.5.29.21', element(0x0a, Uint8Array.of(1)));
    const crl = oddCrl({ revoked: [sequence(smallInteger(255), at, sequence(reason))] });
    expect(crlText(readCrl(crl)).split('    Signature Value')[0]).toBe(`Certificate Revocation List (CRL):
        Version 2 (0x1)
        Signature Algorithm: ecdsa-with-SHA256
        Issuer: CN = Issuer
        Last Update: Jan  2 03:04:05 2026 GMT
        Next Update: Feb  2 03:04:05 2026 GMT
Revoked Certificates:
    Serial Number: FF
        Revocation Date: Jan  2 03:04:05 2026 GMT
        CRL entry extensions:
            X509v3 CRL Reason Code: 
                Key Compromise
    Signature Algorithm: ecdsa-with-SHA256
`);
  });

  test('says that there is no next one, and that nothing is revoked', () => {
    const text = crlText(readCrl(oddCrl({ nextUpdate: [] })));
    expect(text).toContain('        Next Update: NONE\nNo Revoked Certificates.\n');
  });
});
