/** Numbers the reasons that do not fit into a table; the same reason keeps its number. */
export class Footnotes {
  readonly #numbers = new Map<string, number>();

  /** The mark to put into the table. */
  mark(reason: string): string {
    const number = this.#numbers.get(reason) ?? this.#numbers.size + 1;
    this.#numbers.set(reason, number);
    return `(${number})`;
  }

  /** The reasons, one line each, with their marks. */
  lines(): string[] {
    return [...this.#numbers].map(([reason, number]) => `(${number}) ${reason}`);
  }
}
