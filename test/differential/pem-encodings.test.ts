/** PEM as people and their tools write it: what the health check says that Go does not read, and what Go reads. */
import { encodingsOf } from '../../src/check/discover/encodings.ts';
import { readInput } from '../../src/inspect/read/read-input.ts';
import { GoJudge } from '../judges/go.ts';
import { cluster } from '../support/cluster.ts';
import { describeWith } from '../support/foreign.ts';
import { MemoryTree } from '../support/memory-tree.ts';
import { ENCODINGS } from '../unit/check/rules/support/mutations.ts';

type Encode = (pem: string, other: string) => string | Uint8Array;

const MORE: Readonly<Record<string, Encode>> = {
  'as it is': (pem) => pem,
  'with another': (pem, other) => pem + other,
  'with CR LF': (pem) => pem.replaceAll('\n', '\r\n'),
  'with spaces before CR LF': (pem) => pem.replaceAll('\n', '  \r\n'),
  'with CR among spaces': (pem) => pem.replaceAll('\n', ' \r \n'),
  'without its last newline': (pem) => pem.trimEnd(),
  'with CR for its last newline': (pem) => `${pem.trimEnd()}\r`,
  'with tabs at the ends of lines': (pem) => pem.replace(/$/gm, '\t'),
  'with text before it': (pem) => `subject=CN = x\n${pem}`,
  'with its content indented': (pem) => pem.replace(/\n(?!-)/g, '\n   '),
  'with its end indented': (pem) => pem.replace('-----END', ' -----END'),
  'with another, indented': (pem, other) => pem + other.replace(/^/gm, ' '),
  'with another, behind a byte order mark': (pem, other) => `\ufeff${pem}${other}`,
  'with blank lines': (pem) => pem.replaceAll('\n', '\n\n'),
  'with two headers': (pem) => pem.replace('-----\n', '-----\na: b\nc: d\n\n'),
  'with a header and no blank line': (pem) => pem.replace('-----\n', '-----\na: b\n'),
  'behind a beginning of itself': (pem) => `${pem.split('\n').slice(0, 3).join('\n')}\n${pem}`,
};

// The judge takes text: UTF-16 and DER are none.
const TEXTS = Object.entries({ ...ENCODINGS, ...MORE }).filter(
  ([, encode]) => typeof encode('-----BEGIN X-----\nAAAA\n-----END X-----\n', '') === 'string',
);

describeWith(['go'], 'encodings of CA certificates', () => {
  let judge: GoJudge;
  let tree: MemoryTree;
  beforeAll(async () => {
    judge = await GoJudge.start();
    tree = await MemoryTree.of(cluster());
  });
  afterAll(() => judge.stop());

  test.each(TEXTS)('%s', async (_how, encode) => {
    const text = String(
      encode(tree.text('/etc/kubernetes/pki/ca.crt'), tree.text('/etc/kubernetes/pki/etcd/ca.crt')),
    );
    const bytes = new TextEncoder().encode(text);
    const content = await readInput(bytes);
    const pool = await judge.ask({ op: 'pool', pem: text });
    if (!pool.ok) throw new Error(pool.error);
    expect(encodingsOf('ca.crt', bytes, content).length > 0).toBe(pool.count < content.items.length);
  });
});
