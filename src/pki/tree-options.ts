import type { Signer } from '../ca/signer.ts';
import type { LayoutOptions } from './layout/layout.ts';
import type { AuthorityId } from './layout/target.ts';

/** Where a tree lies, in which form, and who signs. */
export interface TreeOptions extends LayoutOptions {
  /** Signers of authorities whose keys are not on this disk: in an HSM, a key management service. */
  readonly signers?: Readonly<Partial<Record<AuthorityId, Signer>>>;
}
