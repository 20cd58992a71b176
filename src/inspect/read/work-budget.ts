import { PkiError } from '../../errors/pki-error.ts';

/** Iterations of PBKDF2 that a reader runs for one input; ten seconds or so. */
const LIMIT = 20_000_000;

/** What the parts of one input may cost together: iteration counts are what a file says, and files lie. */
export class WorkBudget {
  #left = LIMIT;

  /**
   * Takes what something costs, before it is done.
   *
   * @param cost in iterations of PBKDF2
   * @throws PkiError `limit-exceeded`
   */
  spend(cost: number, what: string): void {
    if (cost > this.#left) {
      throw new PkiError('limit-exceeded', `${what} is more work than is done for one file`, {
        details: { limit: 'work for passwords, in iterations of PBKDF2', maximum: LIMIT },
      });
    }
    this.#left -= cost;
  }
}
