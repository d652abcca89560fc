/** Numbers the reasons that do not fit into a table; the same reason keeps its number. */
export class Footnotes {
  readonly #reasons: string[] = [];

  /** The mark to put into the table. */
  mark(reason: string): string {
    if (!this.#reasons.includes(reason)) this.#reasons.push(reason);
    return `(${this.#reasons.indexOf(reason) + 1})`;
  }

  /** The reasons, one line each, with their marks. */
  lines(): string[] {
    return this.#reasons.map((reason, index) => `(${index + 1}) ${reason}`);
  }
}
