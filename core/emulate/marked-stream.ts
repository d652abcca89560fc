/** Finds the end of a stream that has none: a mark behind all that it carries. */

export class MarkedStream {
  readonly #mark: Buffer;
  readonly #take: (bytes: Buffer) => void;
  readonly #end: () => void;
  /** What may be the beginning of the mark. */
  #held: Buffer = Buffer.alloc(0);
  #ended = false;

  /** `take` is handed the bytes in front of the mark as they come; `end` is called once, behind them. */
  constructor(mark: string, take: (bytes: Buffer) => void, end: () => void) {
    this.#mark = Buffer.from(mark);
    this.#take = take;
    this.#end = end;
  }

  receive(chunk: Buffer): void {
    if (this.#ended) return;
    const bytes = Buffer.concat([this.#held, chunk]);
    const at = bytes.indexOf(this.#mark);
    const kept = at < 0 ? bytes.length - this.#beginningAt(bytes) : at;
    this.#held = bytes.subarray(kept);
    if (kept > 0) this.#take(bytes.subarray(0, kept));
    if (at < 0) return;
    this.#ended = true;
    this.#end();
  }

  /** Hands over what was held back: the mark will not come. */
  giveUp(): void {
    if (!this.#ended && this.#held.length > 0) this.#take(this.#held);
    this.#ended = true;
  }

  /** How many bytes at the end of these are a beginning of the mark. */
  #beginningAt(bytes: Buffer): number {
    const most = Math.min(bytes.length, this.#mark.length - 1);
    for (let length = most; length > 0; length--)
      if (bytes.subarray(-length).equals(this.#mark.subarray(0, length))) return length;
    return 0;
  }
}
