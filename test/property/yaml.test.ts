import fc from 'fast-check';
import {
  decodeBase64,
  decodeBase64Portable,
  encodeBase64,
  encodeBase64Portable,
} from '../../src/asn1/base64.ts';
import { isPkiError } from '../../src/errors/pki-error.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse.ts';
import { renderKubeconfig } from '../../src/kubeconfig/render.ts';
import { parseYaml, parseYamlDocuments } from '../../src/yaml/parse.ts';
import { renderYaml } from '../../src/yaml/render.ts';
import { kubeconfig } from '../support/kubeconfigs.ts';

/** Runs something that may only fail with a PkiError; what it returns, or undefined. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

const yamlish = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'b: ',
        '- ',
        '\n',
        '  ',
        '\t',
        ': ',
        '? ',
        '&a ',
        '*a',
        '<<: ',
        '!!int ',
        '!',
        '|',
        '>',
        '"',
        "'",
        '{',
        '}',
      ],
      ...[
        '[',
        ']',
        ',',
        '---\n',
        '...\n',
        '%TAG ',
        '#',
        '\\',
        '1',
        '0x',
        'yes',
        '\u0001',
        '\ufeff',
        '\u2028',
        '\ud800',
        '😀',
      ],
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** In JSON, -0 and 0 are one number; of integers beyond 2^53 it counts which they are, and not of which type. */
function expectSameJson(actual: unknown, expected: unknown): void {
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? Number(one) : one)));
  expect(plain(actual)).toEqual(plain(expected));
}

describe('only PkiError comes out of', () => {
  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        attempt(() => parseYamlDocuments(bytes));
        attempt(() => parseKubeconfig(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test('text made of what YAML gives a meaning, and what is read is JSON', () => {
    fc.assert(
      fc.property(yamlish, (text) => {
        for (const { value, line } of attempt(() => parseYamlDocuments(text)) ?? []) {
          // -0 and 0 are one number in JSON.
          expect(JSON.parse(JSON.stringify([value]))).toEqual(JSON.parse(renderAndRead([value])));
          expect(line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('mutated kubeconfigs', () => {
    const mutation = fc.record({
      at: fc.nat(5000),
      drop: fc.nat(6),
      add: fc.oneof(yamlish, fc.string({ maxLength: 4 })),
    });
    fc.assert(
      fc.property(kubeconfig, fc.array(mutation, { minLength: 1, maxLength: 4 }), (config, mutations) => {
        let text = renderKubeconfig(config);
        for (const { at, drop, add } of mutations) {
          const start = at % (text.length + 1);
          text = text.slice(0, start) + add + text.slice(start + drop);
        }
        const parsed = attempt(() => parseKubeconfig(text));
        if (parsed !== undefined) expectSameJson(parseKubeconfig(renderKubeconfig(parsed)), parsed);
      }),
      { numRuns: 500 },
    );
  });

  test('documents of any other shape read as a kubeconfig', () => {
    const value = fc.dictionary(
      fc.constantFrom(
        'apiVersion',
        'kind',
        'clusters',
        'users',
        'contexts',
        'preferences',
        'extensions',
        'current-context',
      ),
      fc.oneof(
        fc.jsonValue(),
        fc.array(fc.record({ name: fc.jsonValue(), cluster: fc.jsonValue(), user: fc.jsonValue() })),
      ),
    );
    fc.assert(
      fc.property(value, (document) => void attempt(() => parseKubeconfig(JSON.stringify(document)))),
    );
  });
});

function renderAndRead(value: unknown): string {
  return JSON.stringify(parseYaml(renderYaml(value)).value);
}

test('any JSON value is read back as it was written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(JSON.parse(renderAndRead(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 600 },
  );
});

test('any kubeconfig is read back as it was written', () => {
  fc.assert(
    fc.property(kubeconfig, (config) => {
      expectSameJson(parseKubeconfig(renderKubeconfig(config)), config);
    }),
    { numRuns: 500 },
  );
});

test('base64 of the platform and our own agree', () => {
  const base64ish = fc.string({ unit: fc.constantFrom(...'AZaz09+/=-_ \n'.split('')), maxLength: 12 });
  fc.assert(
    fc.property(fc.uint8Array(), base64ish, (bytes, text) => {
      const encoded = encodeBase64(bytes);
      expect(encodeBase64Portable(bytes)).toBe(encoded);
      expect(decodeBase64Portable(encoded)).toEqual(bytes);
      expect(decodeBase64Portable(text)).toEqual(decodeBase64(text));
    }),
    { numRuns: 600 },
  );
});
