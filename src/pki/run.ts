import type { Issuer } from '../ca/issuer.ts';
import type { Signer } from '../ca/signer.ts';
import type { ResolvedEnvironment } from '../crypto/environment.ts';
import type { Finding } from '../errors/finding.ts';
import type { AuthorityId, TargetGroup } from './layout/target.ts';
import { settleAll } from './settle-all.ts';
import type { Known } from './observe/known.ts';
import { observe } from './observe/observe.ts';
import type { Authorities, AuthorityObservation } from './observe/observation.ts';
import type { ObserveContext } from './observe/read.ts';
import { planGroup, type Observed } from './plan/plan.ts';
import type { PlanStep } from './plan/step.ts';
import { produce, type Product } from './produce/produce.ts';

/** Reads a file; `undefined` where there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>;

/** What a run over a tree needs. */
export interface RunContext {
  readonly env: ResolvedEnvironment;
  readonly signers?: Readonly<Partial<Record<AuthorityId, Signer>>> | undefined;
  /** A file as it is now: what is staged, else what is on disk. */
  readonly read: ReadFile;
}

/** A group with what is on disk in its place, and what is to be done. */
export interface PlannedGroup {
  readonly group: readonly Observed[];
  readonly steps: readonly PlanStep[];
}

/** Who gets what is produced. */
export interface ProduceOptions {
  readonly accept: (product: Product) => Promise<void>;
  /** Is told of what is issued. */
  readonly known?: Known | undefined;
}

/**
 * One pass over a tree, group by group. What groups share, the authorities of the first, is kept; what belongs to one
 * group alone is not, so that memory does not grow with the number of nodes.
 */
export class Run {
  readonly #context: RunContext;
  readonly #issuers = new Map<AuthorityId, Issuer>();
  readonly #trust = new Map<AuthorityId, string>();
  #authorities: Authorities = new Map();
  #shared: readonly PlanStep[] = [];
  #started = false;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /**
   * Reads what is on disk in the place of a group, and plans it. The first group comes first.
   *
   * @param known what this run has issued already
   */
  async plan({ targets }: TargetGroup, known?: Known): Promise<PlannedGroup> {
    const { read, env, signers } = this.#context;
    const context = { read, signers, crypto: env.crypto, known };
    const authorities = this.#started ? this.#authorities : await this.#observeAuthorities(targets, context);
    const group = await Promise.all(
      targets.map(async (target): Promise<Observed> => {
        const seen = target.kind === 'authority' ? authorities.get(target.id) : undefined;
        return { target, observation: seen ?? (await observe(target, { ...context, authorities })) };
      }),
    );
    const steps = planGroup(group, { authorities, earlier: this.#shared, now: env.now });
    if (!this.#started) this.#shared = steps;
    this.#started = true;
    return { group, steps };
  }

  /**
   * Makes the files of a planned group, and hands each step's over as they come.
   *
   * @returns what there is to say about them
   */
  async produce({ group, steps }: PlannedGroup, { accept, known }: ProduceOptions): Promise<Finding[]> {
    const { env, signers, read } = this.#context;
    const context = { issuers: this.#issuers, trust: this.#trust, signers, read, env, known };
    const notices: Finding[] = [];
    const work = async (kinds: readonly string[]): Promise<void> => {
      await settleAll(
        group.map(async (observed, index) => {
          const step = steps[index];
          if (step === undefined || !kinds.includes(observed.target.kind)) return;
          const product = await produce(step, observed, context);
          notices.push(...product.notices);
          await accept(product);
        }),
      );
    };
    await work(['authority', 'key-pair']);
    await work(['certificate', 'kubeconfig', 'copy']);
    return notices;
  }

  async #observeAuthorities(
    targets: TargetGroup['targets'],
    context: Omit<ObserveContext, 'authorities'>,
  ): Promise<Authorities> {
    const authorities = new Map<AuthorityId, AuthorityObservation>();
    for (const target of targets) {
      if (target.kind !== 'authority') continue;
      const observation = await observe(target, { ...context, authorities });
      if (observation.kind !== 'authority') continue;
      authorities.set(target.id, observation);
      if (observation.issuer !== undefined) this.#issuers.set(target.id, observation.issuer);
      const { bundle } = observation;
      if (bundle.length > 0)
        this.#trust.set(target.id, bundle.map((certificate) => certificate.toPem()).join(''));
    }
    this.#authorities = authorities;
    return authorities;
  }
}
