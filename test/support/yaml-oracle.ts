/** How sigs.k8s.io/yaml reads and writes: test/go/yaml-oracle. */
import { runOk } from './foreign.ts';
import { buildGoProgram } from './go-program.ts';

/** A question: see test/go/yaml-oracle/main.go. */
export type OracleRequest =
  | { readonly op: 'decode' | 'strict'; readonly text: string }
  | { readonly op: 'encode'; readonly json: unknown };

/** The answer: the value or text asked for, or the error. */
export interface OracleAnswer {
  readonly json?: unknown;
  readonly text?: string;
  readonly error?: string;
}

// JSONToYAML reads its JSON as YAML, where these cannot stand for themselves or are line breaks.
function escaped(json: string): string {
  return json.replace(
    /[\u007f-\u00a0\u2028\u2029\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Asks the oracle many things at once; the answers are in the same order. */
export async function askOracle(requests: readonly OracleRequest[]): Promise<readonly OracleAnswer[]> {
  const program = await buildGoProgram('yaml-oracle');
  const input = requests.map((request) => `${escaped(JSON.stringify(request))}\n`).join('');
  const { stdout } = await runOk(program, [], { input });
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): OracleAnswer => JSON.parse(line));
  if (answers.length !== requests.length)
    throw new Error(`asked ${requests.length}, answered ${answers.length}`);
  return answers;
}
