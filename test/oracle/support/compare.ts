/** The fields in which two trees of one configuration differ, and the differences that are meant. */
import { isDeepStrictEqual } from 'node:util';
import { firstServiceAddress } from '../../judges/kubeadm-config.ts';
import type { GoSan } from '../../judges/go.ts';
import { textAt, type Question } from './question.ts';
import type { Outcome } from './sides.ts';
import type { Dates, FileFacts, TreeFacts } from './tree-facts.ts';

/** A tree, and when it was made. */
export interface Made {
  readonly facts: TreeFacts;
  readonly outcome: Outcome;
}

/** What was found: differences that nobody wants, and how often each kind of deliberate one was met. */
export interface Comparison {
  readonly differences: readonly string[];
  readonly deliberate: readonly string[];
}

const BACKDATE = 300;

/** The service networks of a question, as they are written. */
export function subnetsOf({ cluster }: Question): string[] {
  const text = textAt(cluster, 'networking', 'serviceSubnet') ?? '';
  return text === '' ? ['10.96.0.0/12'] : text.split(',');
}

class TreeComparison {
  readonly differences: string[] = [];
  readonly deliberate = new Set<string>();
  readonly #question: Question;
  readonly #kubeadm: Made;
  readonly #ours: Made;

  constructor(question: Question, kubeadm: Made, ours: Made) {
    this.#question = question;
    this.#kubeadm = kubeadm;
    this.#ours = ours;
  }

  run(): Comparison {
    this.fields();
    for (const path of this.#kubeadm.facts.files.keys()) this.#compareDates(path);
    return { differences: this.differences, deliberate: [...this.deliberate] };
  }

  /** All but the dates. */
  fields(): readonly string[] {
    const [theirs, ours] = [this.#kubeadm.facts.files, this.#ours.facts.files];
    for (const path of new Set([...theirs.keys(), ...ours.keys()])) {
      const [one, other] = [theirs.get(path), ours.get(path)];
      if (one === undefined || other === undefined)
        this.#report(path, 'is there', [one !== undefined, other !== undefined]);
      else this.#compareFields(path, one, other);
    }
    return this.differences;
  }

  #report(path: string, field: string, [kubeadm, ours]: readonly [unknown, unknown]): void {
    const [one, other] = [JSON.stringify(kubeadm), JSON.stringify(ours)];
    this.differences.push(`${path}: ${field}: kubeadm ${one}, we ${other}`);
  }

  #compareFields(path: string, kubeadm: FileFacts, ours: FileFacts): void {
    for (const field of new Set([...Object.keys(kubeadm), ...Object.keys(ours)])) {
      if (isDeepStrictEqual(kubeadm[field], ours[field])) continue;
      if (field.endsWith('encoded validity') && this.#isCut(path)) this.deliberate.add('cut to its CA');
      else if (this.#isSecondServiceAddress(path, field, [kubeadm, ours])) this.deliberate.add('dual stack');
      else this.#report(path, field, [kubeadm[field], ours[field]]);
    }
  }

  /**
   * Only the first service network's address reaches kubeadm's apiserver certificate, and that of each ours. The
   * encoded form of the names is read through Go's view of them here.
   */
  #isSecondServiceAddress(path: string, field: string, [kubeadm, ours]: readonly FileFacts[]): boolean {
    const [, second] = subnetsOf(this.#question);
    const isField = field === 'sans' || field === 'encoded extensions';
    if (second === undefined || path !== 'pki/apiserver.crt' || !isField) return false;
    const value = firstServiceAddress(second);
    const namesOf = (facts: FileFacts | undefined) => facts?.['sans'] as readonly GoSan[];
    const isSecond = (san: GoSan): boolean => san.kind === 'IP' && san.value === value;
    const without = namesOf(ours).filter((san) => !isSecond(san));
    if (!namesOf(ours).some(isSecond)) return false;
    return isDeepStrictEqual(
      without,
      namesOf(kubeadm).filter((san) => !isSecond(san)),
    );
  }

  #compareDates(path: string): void {
    const [kubeadm, ours] = [this.#kubeadm.facts.dates.get(path), this.#ours.facts.dates.get(path)];
    if (kubeadm === undefined || ours === undefined) return;
    for (const { dates, made, who } of [
      { dates: kubeadm, made: this.#kubeadm, who: 'kubeadm' },
      { dates: ours, made: this.#ours, who: 'we' },
    ]) {
      const [first, last] = made.outcome.between;
      if (dates.start < first - BACKDATE || dates.start > last - BACKDATE)
        this.differences.push(`${path}: ${who} do not begin five minutes before the making`);
    }
    const lifetime = ours.end - ours.start;
    if (kubeadm.end - kubeadm.start === lifetime) return;
    if (path.endsWith('.conf') && this.#startsWithCa(kubeadm, lifetime))
      this.deliberate.add('start of its CA');
    else if (this.#isCut(path)) this.deliberate.add('cut to its CA');
    else this.#report(path, 'lifetime', [kubeadm.end - kubeadm.start, lifetime]);
  }

  /** kubeadm lets a leaf outlive its CA; ours ends with it. */
  #isCut(path: string): boolean {
    const [kubeadm, ours] = [this.#kubeadm.facts.dates.get(path), this.#ours.facts.dates.get(path)];
    if (kubeadm === undefined || ours === undefined) return false;
    return ours.end === ours.authorityEnd && kubeadm.end > kubeadm.authorityEnd;
  }

  /** kubeadm dates a kubeconfig from its CA's start, and counts its end from the moment of its making. */
  #startsWithCa({ start, end, authorityStart }: Dates, lifetime: number): boolean {
    const [first, last] = this.#kubeadm.outcome.between;
    const late = end - start - lifetime;
    return start === authorityStart && late > 0 && late <= last - first;
  }
}

/** Compares kubeadm's tree of a question with ours. */
export function compareTrees(question: Question, kubeadm: Made, ours: Made): Comparison {
  return new TreeComparison(question, kubeadm, ours).run();
}

/** The same without the dates, for trees of which each side has made a part at a time of its own. */
export function compareFields(question: Question, kubeadm: TreeFacts, ours: TreeFacts): readonly string[] {
  const outcome = { accepted: true, said: '', between: [0, 0] } as const;
  return new TreeComparison(question, { facts: kubeadm, outcome }, { facts: ours, outcome }).fields();
}
