/** Counts what random input led to: a property that never met a case says nothing of it. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(...names: readonly string[]): void {
    for (const name of names) this.#counts.set(name, this.count(name) + 1);
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  text(): string {
    return [...this.#counts]
      .sort()
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  }
}
