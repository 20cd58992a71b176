import { KubeconfigFiles } from '../../node/kubeconfig-files.ts';
import type { Io } from '../io.ts';
import { usageError } from '../usage-error.ts';
import type { KubectlArguments } from './flags.ts';

/** The files that a command line is about. */
export function filesOf(given: KubectlArguments, { env, cwd }: Io): KubeconfigFiles {
  return new KubeconfigFiles({ explicit: given.text('kubeconfig'), env, cwd });
}

/** Of a command's operands as many as it takes. */
export function operandsOf(given: KubectlArguments, names: readonly string[]): readonly string[] {
  const { operands } = given;
  if (operands.length === names.length) return operands;
  throw usageError(`expected ${names.join(' and ')}, got ${operands.length} arguments`, {
    hint: 'see --help for how it is called',
  });
}
